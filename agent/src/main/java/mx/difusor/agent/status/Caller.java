package mx.difusor.agent.status;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param local a program on this host, speaking for itself
 * @param bearer the token it shows
 */
record Caller(boolean local, @Nullable String bearer) {

    /** A proxy on this host speaks for somebody else. */
    private static final List<String> FORWARDING =
            List.of("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via");

    private static final String SCHEME = "bearer ";

    static Caller of(Request request) {
        return of(request.getConnectionMetaData().getRemoteSocketAddress(), request.getHeaders());
    }

    static Caller of(SocketAddress remote, HttpFields headers) {
        boolean loopback = remote instanceof InetSocketAddress inet
                && inet.getAddress() != null
                && inet.getAddress().isLoopbackAddress();
        boolean forwarded = FORWARDING.stream().anyMatch(headers::contains);
        return new Caller(loopback && !forwarded && !namesAnotherHost(headers.get("Host")), bearer(headers));
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
