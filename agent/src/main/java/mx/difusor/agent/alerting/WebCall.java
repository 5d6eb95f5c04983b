package mx.difusor.agent.alerting;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a web address and wants a yes. No redirect is followed: it could lead a signed body anywhere. The address may
 * hold a secret, so messages name its host alone.
 */
final class WebCall {

    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** From the first byte sent to the last one read. */
    static final Duration TIMEOUT = Duration.ofSeconds(12);

    private static final int OK = 200;
    private static final int REDIRECT = 300;
    private static final int BAD_REQUEST = 400;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY = 429;
    private static final int SERVER_ERROR = 500;

    private final Duration timeout;
    private @Nullable HttpClient client;

    WebCall() {
        this(TIMEOUT);
    }

    WebCall(Duration timeout) {
        this.timeout = timeout;
    }

    /** Made when it is first needed: it reads every certificate that the machine trusts. */
    private synchronized HttpClient http() {
        HttpClient made = client;
        if (made == null) {
            // HTTP/1.1: small receivers stumble over the offer to change to HTTP/2.
            made = HttpClient.newBuilder()
                    .connectTimeout(CONNECT_TIMEOUT)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();
            client = made;
        }
        return made;
    }

    /** @throws ChannelException anything but an answer of 2xx */
    void send(HttpRequest request) throws ChannelException, InterruptedException {
        String host = host(request.uri());
        // What the answer's body says does not matter, however long it is.
        CompletableFuture<HttpResponse<@Nullable Void>> answer =
                http().sendAsync(request, HttpResponse.BodyHandlers.discarding());
        try {
            judge(host, answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS).statusCode());
        } catch (TimeoutException e) {
            throw new ChannelException(host + ": no answer within " + timeout.toSeconds() + " s", true, e);
        } catch (ExecutionException e) {
            throw new ChannelException(host + ": " + inWords(e.getCause()), true, e);
        } finally {
            answer.cancel(true);
        }
    }

    private static void judge(String host, int status) throws ChannelException {
        if (status >= REDIRECT && status < BAD_REQUEST) {
            throw new ChannelException(
                    host + " answers " + status + ", and redirects are not followed: configure the address it names",
                    false,
                    null);
        }
        if (status < OK || status >= REDIRECT) {
            boolean again = status >= SERVER_ERROR || status == TOO_MANY || status == REQUEST_TIMEOUT;
            throw new ChannelException(host + " answers " + status, again, null);
        }
    }

    private static String inWords(@Nullable Throwable e) {
        if (e instanceof HttpTimeoutException) {
            return "no connection within " + CONNECT_TIMEOUT.toSeconds() + " s";
        }
        if (e instanceof ConnectException) {
            return has(e, UnresolvedAddressException.class) ? "the host is unknown" : "connection refused";
        }
        if (e instanceof SSLException) {
            return "no trust in its TLS certificate: " + e.getMessage();
        }
        return e instanceof IOException && e.getMessage() != null ? e.getMessage() : String.valueOf(e);
    }

    private static boolean has(Throwable e, Class<? extends Throwable> type) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private static String host(URI uri) {
        return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    }
}
