package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import mx.difusor.agent.desk.Alerts;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.MachineException;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is spoken, and what happens when the files change, without a stock client. */
class TlsFilesTest {

    private static final Duration LIFE = Duration.ofDays(30);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final Alerts alerts = new Alerts(Clock.systemUTC());

    @SuppressWarnings("NullAway.Init")
    private TestIdentity first;

    @SuppressWarnings("NullAway.Init")
    private StatusServer.Tls files;

    @BeforeEach
    void write() throws Exception {
        first = TestIdentity.ec("first", LIFE);
        files = first.write(folder);
    }

    private List<String> codes() {
        return alerts.active().stream().map(Alert::code).toList();
    }

    private StatusServer started(Clock clock) throws Exception {
        return started(clock, Limits.STANDARD);
    }

    private StatusServer started(Clock clock, Limits limits) throws Exception {
        StatusServer server = new StatusServer(
                new StatusServer.Settings(StartedServer.loopback(), files, List.of(), folder.resolve("operator.token")),
                new FakeOverview(),
                new FakeOperator(),
                List::of,
                clock,
                limits);
        server.start();
        return server;
    }

    /** Of a client that trusts anybody. */
    private static SSLSocket connected(StatusServer server) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting()}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.port());
        socket.setSoTimeout(Math.toIntExact(StartedServer.PATIENCE.toMillis()));
        return socket;
    }

    /** Whom the server shows. */
    private static X509Certificate shown(StatusServer server) throws Exception {
        try (SSLSocket socket = connected(server)) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private static String health(SSLSocket socket) throws IOException {
        socket.getOutputStream()
                .write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            byte[] next = in.readNBytes(1);
            if (next.length == 0) {
                throw new EOFException(head.toString());
            }
            head.append((char) next[0]);
        }
        in.readNBytes(Integer.parseInt(head.toString().replaceAll("(?is).*content-length: (\\d+).*", "$1")));
        return head.substring(0, head.indexOf("\r\n"));
    }

    private static boolean answers(SSLSocket socket) {
        try {
            return health(socket).equals("HTTP/1.1 200 OK");
        } catch (SocketTimeoutException e) {
            throw new AssertionError("neither answered nor closed", e);
        } catch (IOException e) {
            return false;
        }
    }

    private static final class Trusting extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Test
    void onlyModernTlsIsSpokenInTheServersOrderAndNeverNegotiatedAnew() throws Exception {
        SslContextFactory.Server factory = new TlsFiles(files, Clock.systemUTC()).factory();
        assertThat(factory.getIncludeProtocols()).containsExactly("TLSv1.3", "TLSv1.2");
        factory.start();
        try {
            SSLEngine engine = factory.newSSLEngine();
            assertThat(engine.getEnabledProtocols()).containsExactlyInAnyOrder("TLSv1.3", "TLSv1.2");
            assertThat(engine.getEnabledCipherSuites())
                    .startsWith("TLS_AES_256_GCM_SHA384")
                    .allMatch(suite -> suite.matches("TLS_(ECDHE_(ECDSA|RSA)_WITH_)?(AES_(128|256)_GCM_SHA(256|384)"
                            + "|CHACHA20_POLY1305_SHA256)"));
            assertThat(engine.getSSLParameters().getUseCipherSuitesOrder()).isTrue();
            assertThat(factory.isRenegotiationAllowed()).isFalse();
        } finally {
            factory.stop();
        }
    }

    @Test
    void aConnectionTakesOneSeatWithItsTlsAndItsHttp() throws Exception {
        Limits two = new Limits(
                512, 2, 0, 16, Duration.ofHours(1), Duration.ofHours(1), 8_192, 16_384, Duration.ofSeconds(1));
        try (StatusServer server = started(Clock.systemUTC(), two);
                SSLSocket one = connected(server);
                SSLSocket another = connected(server)) {
            assertThat(health(one)).isEqualTo("HTTP/1.1 200 OK");
            assertThat(health(one)).isEqualTo("HTTP/1.1 200 OK");
            assertThat(health(another)).isEqualTo("HTTP/1.1 200 OK");
            try (SSLSocket third = connected(server)) {
                assertThat(health(third)).isEqualTo("HTTP/1.1 200 OK");
            }
            assertThat(Stream.of(one, another).filter(TlsFilesTest::answers))
                    .as("the other one made room")
                    .hasSize(1);
        }
    }

    @Test
    void aRenewedCertificateIsShownOnceItsFilesStandStill() throws Exception {
        try (StatusServer server = started(Clock.systemUTC())) {
            server.tick(alerts);
            server.tick(alerts);
            assertThat(shown(server)).isEqualTo(first.certificate());

            TestIdentity second = TestIdentity.ec("second", LIFE);
            TestIdentity.replace(files.certificate(), second.chain());
            server.tick(alerts);
            TestIdentity.replace(files.key(), second.pkcs8());
            server.tick(alerts);
            assertThat(shown(server)).isEqualTo(first.certificate());
            assertThat(codes()).as("one file after the other").isEmpty();

            server.tick(alerts);
            assertThat(shown(server)).isEqualTo(second.certificate());
            assertThat(codes()).isEmpty();
        }
    }

    @Test
    void whoAsksForItHasTheRenewedCertificateAtOnce() throws Exception {
        try (StatusServer server = started(Clock.systemUTC())) {
            TestIdentity second = TestIdentity.ec("second", LIFE);
            second.write(folder);
            assertThat(server.reload())
                    .isEqualTo("certificate of the status page until "
                            + second.certificate().getNotAfter().toInstant());
            assertThat(shown(server)).isEqualTo(second.certificate());
        }
    }

    @Test
    void whoAsksForOneThatCannotServeIsToldAndTheOneBeforeStaysInForce() throws Exception {
        try (StatusServer server = started(Clock.systemUTC())) {
            Files.writeString(files.certificate(), "not a certificate");
            assertThatThrownBy(server::reload)
                    .isInstanceOfSatisfying(
                            MachineException.class,
                            told -> assertThat(told.code()).isEqualTo("tls-failed"))
                    .hasMessage(files.certificate() + " cannot be understood");
            assertThat(shown(server)).isEqualTo(first.certificate());
        }
    }

    @Test
    void aRenewalThatCannotServeIsAnAlertUntilTheFilesAreAsBeforeOrGood() throws Exception {
        try (StatusServer server = started(Clock.systemUTC())) {
            Path kept = Files.move(files.certificate(), folder.resolve("kept"));
            server.tick(alerts);
            server.tick(alerts);
            assertThat(codes()).containsExactly(TlsFiles.UNUSABLE);
            assertThat(alerts.active().get(0).message())
                    .isEqualTo(files.certificate() + " does not exist; correct its path in status.tls;"
                            + " the certificate before stays in use meanwhile");
            assertThat(shown(server)).isEqualTo(first.certificate());

            Files.move(kept, files.certificate());
            server.tick(alerts);
            assertThat(codes()).as("as before").isEmpty();

            TestIdentity second = TestIdentity.ec("second", LIFE);
            TestIdentity.replace(files.key(), second.pkcs8());
            server.tick(alerts);
            server.tick(alerts);
            assertThat(codes()).containsExactly(TlsFiles.UNUSABLE);
            TestIdentity.replace(files.certificate(), second.chain());
            server.tick(alerts);
            server.tick(alerts);
            assertThat(codes()).as("good").isEmpty();
            assertThat(shown(server)).isEqualTo(second.certificate());
        }
    }

    @Test
    void aLinkThatIsPointedElsewhereIsARenewal() throws Exception {
        Path second = Files.createDirectory(folder.resolve("second"));
        Path real = Files.createDirectory(folder.resolve("real"));
        for (Path file : List.of(files.certificate(), files.key())) {
            Path moved = Files.move(file, real.resolve(file.getFileName()));
            Files.createSymbolicLink(file, moved);
        }
        try (StatusServer server = started(Clock.systemUTC())) {
            TestIdentity renewed = TestIdentity.ec("second", LIFE);
            renewed.write(second);
            for (Path file : List.of(files.certificate(), files.key())) {
                Path link = Files.createSymbolicLink(folder.resolve("link"), second.resolve(file.getFileName()));
                Files.move(link, file, StandardCopyOption.REPLACE_EXISTING);
            }
            server.tick(alerts);
            server.tick(alerts);
            assertThat(shown(server)).isEqualTo(renewed.certificate());
        }
    }

    @Test
    void aCertificateThatNobodyRenewsIsAnAlertAWeekBeforeItsEndAndNotAMomentBefore() throws Exception {
        Clock now = Clock.fixed(
                first.certificate().getNotAfter().toInstant().minus(TlsFiles.WARNED_BEFORE_END), ZoneOffset.UTC);
        TlsFiles tls = new TlsFiles(files, now);
        tls.tick(alerts);
        assertThat(codes()).isEmpty();

        TlsFiles late = new TlsFiles(files, Clock.offset(now, Duration.ofSeconds(1)));
        late.tick(alerts);
        assertThat(codes()).containsExactly(TlsFiles.ENDING);
        assertThat(alerts.active().get(0).message())
                .startsWith(files.certificate() + " ends at "
                        + first.certificate().getNotAfter().toInstant());

        late.factory().start();
        TestIdentity.ec("long", Duration.ofDays(90)).write(folder);
        late.tick(alerts);
        late.tick(alerts);
        assertThat(codes()).isEmpty();
        late.factory().stop();
    }
}
