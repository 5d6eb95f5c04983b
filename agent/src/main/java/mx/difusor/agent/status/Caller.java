package mx.difusor.agent.status;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param local a program on this host, speaking for itself
 * @param browser a web page asks, or may ask
 * @param bearer the token it shows; null where it shows none or several
 */
record Caller(boolean local, boolean browser, @Nullable String bearer) {

    /** A proxy on this host speaks for somebody else; in lower case. */
    private static final List<String> FORWARDING = List.of(
            "forwarded",
            "via",
            "x-real-ip",
            "x-client-ip",
            "x-cluster-client-ip",
            "x-original-url",
            "x-original-host",
            "x-arr-log-id",
            "true-client-ip",
            "cf-connecting-ip");

    private static final String FORWARDED_PREFIX = "x-forwarded-";

    /** Browsers alone send them, and no page can leave them out (Fetch standard, "forbidden request-header"). */
    private static final List<String> BROWSER = List.of("Origin", "Sec-Fetch-Site", "Sec-Fetch-Mode");

    private static final String SCHEME = "bearer ";

    static Caller of(Request request) {
        return of(
                request.getConnectionMetaData().getRemoteSocketAddress(),
                request.getConnectionMetaData().getHttpVersion(),
                request.getHeaders());
    }

    static Caller of(SocketAddress remote, HttpVersion version, HttpFields headers) {
        boolean loopback = remote instanceof InetSocketAddress inet
                && inet.getAddress() != null
                && inet.getAddress().isLoopbackAddress();
        boolean local = loopback && !isForwarded(version, headers) && !namesAnotherHost(headers.get("Host"));
        return new Caller(local, BROWSER.stream().anyMatch(headers::contains), bearer(headers));
    }

    /**
     * Of a proxy that leaves no trace nothing can be known. nginx leaves none unless told to, but speaks HTTP/1.0
     * ({@code proxy_http_version}, until 1.29.7), which programs of today do not.
     */
    private static boolean isForwarded(HttpVersion version, HttpFields headers) {
        return version.getVersion() < HttpVersion.HTTP_1_1.getVersion()
                || headers.stream()
                        .map(header -> header.getLowerCaseName())
                        .anyMatch(name -> name.startsWith(FORWARDED_PREFIX) || FORWARDING.contains(name));
    }

    /**
     * A page from elsewhere whose name was made to resolve to 127.0.0.1 (DNS rebinding) still sends its own name.
     * Addresses and names without a dot, which nobody outside can claim, are this host's.
     */
    private static boolean namesAnotherHost(@Nullable String host) {
        if (host == null || host.startsWith("[")) {
            return false;
        }
        String name = host.replaceFirst(":[0-9]*$", "");
        boolean address = name.matches("[0-9.]+");
        return !address && name.contains(".") && !name.toLowerCase(Locale.ROOT).endsWith(".localhost");
    }

    private static @Nullable String bearer(HttpFields headers) {
        List<String> values = headers.getValuesList("Authorization");
        if (values.size() != 1) {
            return null;
        }
        String value = values.get(0);
        return value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? value.substring(SCHEME.length()).strip()
                : null;
    }
}
