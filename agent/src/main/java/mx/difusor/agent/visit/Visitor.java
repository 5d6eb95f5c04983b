package mx.difusor.agent.visit;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks as a browser that comes for the first time: it follows redirects (five at most, and never from TLS to plain
 * HTTP), trusts the authorities that this JVM trusts, and holds no cookies. It asks for no compression, so that what
 * comes are the file's bytes.
 */
public final class Visitor {

    /** A visitor's connection stands within this time, or he is gone. */
    static final Duration CONNECT = Duration.ofSeconds(10);

    /** Bytes of one answer that are read. */
    static final int MAX_BYTES = 4 << 20;

    private final HttpClient http;
    private final SSLSessionContext sessions;

    /** With the authorities that this JVM trusts. */
    public static Visitor ofThisJvm() {
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, null, null);
            return new Visitor(tls);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has TLS", e);
        }
    }

    Visitor(SSLContext tls) {
        sessions = tls.getClientSessionContext();
        // HTTP/1.1, which every web server speaks: its connections end between two probes (KEEP_ALIVE), while one of
        // HTTP/2 would be kept up by the probes themselves and never meet a new certificate, address or refusal.
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(CONNECT)
                .sslContext(tls)
                .build();
    }

    /** The JDK's property, in seconds, to be set before a first client is made: each probe connects anew. */
    public static final String KEEP_ALIVE = "jdk.httpclient.keepalive.timeout";

    /** A plain request, as visitors make it. */
    Reply get(URI address, Duration limit) throws InterruptedException {
        return send(HttpRequest.newBuilder(address), limit);
    }

    /** One that caches should not answer on their own: it tells a cache's fault from the web server's. */
    Reply getPastCaches(URI address, Duration limit) throws InterruptedException {
        String query = "difusor=" + Long.toString(System.nanoTime(), Character.MAX_RADIX);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address + (address.getRawQuery() == null ? "?" : "&") + query));
        return send(request.header("Cache-Control", "no-cache").header("Pragma", "no-cache"), limit);
    }

    private Reply send(HttpRequest.Builder request, Duration limit) throws InterruptedException {
        long begin = System.nanoTime();
        HttpRequest asked = request.timeout(limit)
                .header("User-Agent", "Mozilla/5.0 (compatible; difusor-availability)")
                .header("Accept", "*/*")
                .build();
        forgetSessions();
        CompletableFuture<HttpResponse<Body>> coming = http.sendAsync(asked, head -> new FirstBytes());
        try {
            // The request's own time-out ends with the head; a body may trickle for ever.
            HttpResponse<Body> response = coming.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            int millis = (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            return new Reply.Answer(
                    response.uri(),
                    response.statusCode(),
                    response.body(),
                    Math.max(1, millis),
                    response.headers(),
                    response.sslSession().flatMap(Visitor::end).orElse(null));
        } catch (TimeoutException e) {
            return Failure.of(new HttpTimeoutException("after " + limit.toSeconds() + " s"));
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            return Failure.of(cause == null ? e : cause);
        } finally {
            coming.cancel(true);
        }
    }

    /** Whoever comes for the first time has none to take up again, and is shown the server's certificate of today. */
    private void forgetSessions() {
        for (byte[] id : Collections.list(sessions.getIds())) {
            SSLSession session = sessions.getSession(id);
            if (session != null) {
                session.invalidate();
            }
        }
    }

    private static Optional<Instant> end(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate own
                    ? Optional.of(own.getNotAfter().toInstant())
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    /** The first {@link #MAX_BYTES}; then it hangs up. */
    private static final class FirstBytes implements HttpResponse.BodySubscriber<Body> {

        private final CompletableFuture<Body> done = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Flow.@Nullable Subscription subscription;

        @Override
        public CompletionStage<Body> getBody() {
            return done;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            if (subscription != null) {
                given.cancel();
                return;
            }
            subscription = given;
            given.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            Flow.Subscription from = subscription;
            for (ByteBuffer buffer : buffers) {
                byte[] chunk = new byte[Math.min(buffer.remaining(), MAX_BYTES - bytes.size())];
                boolean all = chunk.length == buffer.remaining();
                buffer.get(chunk);
                bytes.write(chunk, 0, chunk.length);
                if (!all) {
                    done.complete(new Body(bytes.toByteArray(), false));
                    if (from != null) {
                        from.cancel();
                    }
                    return;
                }
            }
            if (from != null) {
                from.request(1);
            }
        }

        @Override
        public void onError(Throwable thrown) {
            done.completeExceptionally(thrown);
        }

        @Override
        public void onComplete() {
            done.complete(new Body(bytes.toByteArray(), true));
        }
    }
}
