package mx.difusor.agent.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import mx.difusor.agent.alerting.AlertingSettings.Tls;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

/** Whole SMTP conversations with a real server, TLS and passwords included. */
class MailChannelTest {

    private static final char[] STORE_PASSWORD = "for-the-test".toCharArray();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private record Arrived(String from, String to, MimeMessage message) {}

    private final List<Arrived> arrived = new CopyOnWriteArrayList<>();
    private @Nullable SMTPServer server;
    private int refusal;

    @BeforeEach
    void password() throws IOException {
        Settings.secret(folder.resolve("mail.password"), "ñandú y 42\n");
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.stop();
        }
    }

    /** A key and its certificate for that host, as a server's identity and as all that a client trusts. */
    private SSLContext tls(String host) throws Exception {
        Path store = folder.resolve(host + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + host,
                        "-ext",
                        "SAN=dns:" + host,
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(STORE_PASSWORD))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, STORE_PASSWORD);
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", keys.getCertificate("server"));
        KeyManagerFactory identity = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        identity.init(keys, STORE_PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(identity.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private SMTPServer.Builder building() throws Exception {
        return SMTPServer.port(0)
                .bindAddress(InetAddress.getLoopbackAddress())
                .messageHandler((context, from, to, data) -> {
                    if (refusal > 0) {
                        throw new RejectException(refusal, "not today");
                    }
                    try {
                        arrived.add(new Arrived(
                                from,
                                to,
                                new MimeMessage(
                                        Session.getInstance(new Properties()), new ByteArrayInputStream(data))));
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    private int start(SMTPServer.Builder builder) {
        SMTPServer made = builder.build();
        made.start();
        server = made;
        return made.getPortAllocated();
    }

    private MailChannel channel(int port, Tls tls, boolean login, SSLSocketFactory trust) {
        return new MailChannel(
                new AlertingSettings.Mail(
                        "localhost",
                        port,
                        tls,
                        "difusor@radio.example",
                        List.of("ana@radio.example", "guardia@radio.example"),
                        login ? "difusor" : null,
                        login ? folder.resolve("mail.password") : null),
                Settings.spanish(),
                trust,
                MailChannel.TIMEOUT);
    }

    private static EasyAuthenticationHandlerFactory accounts() {
        return new EasyAuthenticationHandlerFactory((user, password, context) -> {
            if (!user.equals("difusor") || !password.equals("ñandú y 42")) {
                throw new LoginFailedException("no");
            }
        });
    }

    private ChannelException failure(MailChannel channel) {
        return assertThatExceptionOfType(ChannelException.class)
                .isThrownBy(() -> channel.send(Settings.BEGIN, Settings.AT))
                .actual();
    }

    @Test
    void withStarttlsAndAPasswordTheMailArrivesInTheConfiguredLanguage() throws Exception {
        SSLContext tls = tls("localhost");
        int port = start(building()
                .enableTLS()
                .startTlsSocketFactory(tls)
                .requireTLS()
                .requireAuth()
                .authenticationHandlerFactory(accounts()));
        MailChannel channel = channel(port, Tls.STARTTLS, true, tls.getSocketFactory());
        channel.send(Settings.BEGIN, Settings.AT);
        channel.send(Settings.END, Settings.AT.plusSeconds(1_440));
        assertThat(arrived).hasSize(2).allMatch(one -> one.from().equals("difusor@radio.example"));
        MimeMessage begin = arrived.get(0).message();
        assertThat(begin.getSubject()).isEqualTo("[Difusor Radio Universidad] Falta un corte");
        assertThat(begin.getContentType()).isEqualTo("text/plain; charset=UTF-8");
        assertThat((String) begin.getContent())
                .startsWith("Falta un corte\r\n\r\na cut is missing: the last cut is")
                .contains("Qué hacer: Pregunte al Instituto si lo envió y busque un rechazo")
                .contains("Radio Universidad (radio-universidad), proceso pel-2024, alerta late");
        assertThat(begin.getAllRecipients())
                .extracting(Object::toString)
                .containsExactly("ana@radio.example", "guardia@radio.example");
        assertThat(arrived.get(0).to()).as("the last one of the envelope").isEqualTo("guardia@radio.example");
        assertThat(begin.getSentDate()).isEqualTo("2024-06-03T03:16:05Z");
        assertThat(begin.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        MimeMessage end = arrived.get(1).message();
        assertThat(end.getSubject()).isEqualTo("[Difusor Radio Universidad] terminó: Falta un corte");
        assertThat(end.getHeader("In-Reply-To")).containsExactly(begin.getMessageID());
        assertThat((String) end.getContent()).contains("Hasta: ");
    }

    @Test
    void aServerThatNoLongerOffersTlsGetsNeitherPasswordNorMail() throws Exception {
        int port = start(building().authenticationHandlerFactory(accounts()));
        ChannelException e =
                failure(channel(port, Tls.STARTTLS, true, tls("localhost").getSocketFactory()));
        assertThat(e.reason()).startsWith("localhost:" + port + ": STARTTLS is required");
        assertThat(arrived).isEmpty();
    }

    @Test
    void aCertificateOfAnotherHostIsNotTrusted() throws Exception {
        SSLContext tls = tls("other.example");
        int port = start(building().enableTLS().startTlsSocketFactory(tls));
        assertThat(failure(channel(port, Tls.STARTTLS, false, tls.getSocketFactory()))
                        .reason())
                .contains("name matching localhost found");
        assertThat(arrived).isEmpty();
    }

    @Test
    void aCertificateThatNobodyVouchesForIsNotTrusted() throws Exception {
        int port = start(building().enableTLS().startTlsSocketFactory(tls("localhost")));
        ChannelException e =
                failure(channel(port, Tls.STARTTLS, false, (SSLSocketFactory) SSLSocketFactory.getDefault()));
        assertThat(e.reason()).contains("unable to find valid certification path");
        assertThat(arrived).isEmpty();
    }

    @Test
    void tlsFromTheFirstByteWorksToo() throws Exception {
        SSLContext tls = tls("localhost");
        int port = start(building().serverSocketFactory(tls));
        channel(port, Tls.TLS, false, tls.getSocketFactory()).send(Settings.BEGIN, Settings.AT);
        assertThat(arrived).hasSize(1);
        stop();
        SSLContext other = tls("other.example");
        int port2 = start(building().serverSocketFactory(other));
        assertThat(failure(channel(port2, Tls.TLS, false, other.getSocketFactory()))
                        .reason())
                .contains("name matching localhost found");
    }

    @Test
    void aWrongPasswordIsNotTriedAgainAndNotRepeated() throws Exception {
        SSLContext tls = tls("localhost");
        int port = start(building().enableTLS().startTlsSocketFactory(tls).authenticationHandlerFactory(accounts()));
        Files.writeString(folder.resolve("mail.password"), "equivocada");
        ChannelException e = failure(channel(port, Tls.STARTTLS, true, tls.getSocketFactory()));
        assertThat(e.reason()).endsWith("the server does not accept user and password");
        assertThat(e.again()).isFalse();
    }

    @Test
    void whatTheServerRefusesForNowIsTriedAgainAndForGoodIsNot() throws Exception {
        int port = start(building());
        MailChannel channel = channel(port, Tls.NONE, false, (SSLSocketFactory) SSLSocketFactory.getDefault());
        refusal = 451;
        ChannelException now = failure(channel);
        assertThat(now.again()).isTrue();
        assertThat(now.reason()).contains("451 not today");
        refusal = 554;
        ChannelException ever = failure(channel);
        assertThat(ever.again()).isFalse();
        refusal = 0;
        channel.send(Settings.BEGIN, Settings.AT);
        assertThat(arrived).hasSize(1);
    }

    @Test
    void nothingInAMessageCanBeginAHeader() throws Exception {
        int port = start(building());
        AlertingSettings settings = new AlertingSettings(
                "r",
                "Radio\r\nBcc: x@evil.example",
                () -> "pel-2024",
                folder,
                new java.util.Locale("es"),
                null,
                null,
                List.of(),
                false,
                null);
        MailChannel channel = new MailChannel(
                new AlertingSettings.Mail(
                        "localhost", port, Tls.NONE, "a@radio.example", List.of("b@radio.example"), null, null),
                new Wording(settings),
                (SSLSocketFactory) SSLSocketFactory.getDefault(),
                MailChannel.TIMEOUT);
        channel.send(Announcement.begin("odd\r\nX-Odd: 1", Settings.SINCE, "x\r\n.\r\nMAIL FROM:<y>"), Settings.AT);
        assertThat(arrived).hasSize(1);
        MimeMessage message = arrived.get(0).message();
        assertThat(message.getSubject()).isEqualTo("[Difusor Radio Bcc: x@evil.example] odd X-Odd: 1");
        assertThat(message.getHeader("Bcc")).isNull();
        assertThat(message.getHeader("X-Odd")).isNull();
    }

    /** A byte now and then satisfies every time-out of a read; the conversation as a whole has one too. */
    @Test
    void aServerThatDripsIsCutOff() throws Exception {
        try (ServerSocket dripping = new ServerSocket(0, 5, InetAddress.getByName("localhost"))) {
            Thread thread = new Thread(() -> drip(dripping));
            thread.setDaemon(true);
            thread.start();
            MailChannel channel = new MailChannel(
                    new AlertingSettings.Mail(
                            "localhost",
                            dripping.getLocalPort(),
                            Tls.STARTTLS,
                            "a@radio.example",
                            List.of("b@radio.example"),
                            null,
                            null),
                    Settings.spanish(),
                    (SSLSocketFactory) SSLSocketFactory.getDefault(),
                    Duration.ofMillis(700));
            long begun = System.nanoTime();
            assertThat(failure(channel).again()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(MailChannel.STEP_TIMEOUT);
        }
    }

    private static void drip(ServerSocket listening) {
        try (Socket socket = listening.accept()) {
            socket.setSoTimeout(20);
            boolean open = true;
            while (open) {
                socket.getOutputStream().write("2".getBytes(StandardCharsets.US_ASCII));
                open = isOpen(socket);
            }
        } catch (IOException e) {
            // The client has had enough, which is what the test is about.
        }
    }

    private static boolean isOpen(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
            return true;
        }
    }
}
