package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS and the ways to fail at the start, with certificates and clients of stock openssl. */
class TlsTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @BeforeEach
    void findOpenssl() {
        try {
            openssl("version");
        } catch (IOException | AssertionError e) {
            String message = "openssl is not on the path: TLS is not tested";
            if ("required".equals(System.getProperty("peers"))) {
                throw new AssertionError(message, e);
            }
            System.err.println("SKIPPED: " + message);
            Assumptions.abort(message);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "RSA PKCS#8, genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem, BEGIN PRIVATE KEY",
        "RSA PKCS#1, genrsa -traditional -out key.pem 2048, BEGIN RSA PRIVATE KEY",
        "EC PKCS#8, genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem, BEGIN PRIVATE KEY",
        "EC SEC1 with parameters, ecparam -name secp384r1 -genkey -out key.pem, BEGIN EC PRIVATE KEY"
    })
    void everyFormOfKeyServes(String name, String generate, String marker) throws Exception {
        openssl(generate.split(" ", -1));
        assertThat(folder.resolve("key.pem")).as(name).content().contains(marker);
        certify();
        try (StatusServer server = started(tls())) {
            String answer = client(server, "-tls1_3");

            assertThat(answer).contains("HTTP/1.1 200 OK", "\nok");
        }
    }

    @Test
    void onlyModernTlsIsSpoken() throws Exception {
        generate();
        try (StatusServer server = started(tls())) {
            assertThat(client(server, "-tls1_3")).contains("HTTP/1.1 200 OK");
            assertThat(client(server, "-tls1_2")).contains("HTTP/1.1 200 OK");
            for (String old : List.of("-tls1_1", "-tls1")) {
                assertThat(client(server, old, "-cipher", "ALL:@SECLEVEL=0"))
                        .as(old)
                        .doesNotContain("HTTP/1.1");
            }
            String plain = plain(server);
            assertThat(plain).doesNotContain("HTTP/1.1 200");
        }
    }

    @Test
    void aHalfSentHandshakeHoldsNobodyUpAndIsClosed() throws Exception {
        generate();
        Limits limits = new Limits(
                512, 128, 16, Duration.ofHours(1), Duration.ofMillis(500), 8_192, 16_384, Duration.ofSeconds(1));
        try (StatusServer server = new StatusServer(
                settings(StartedServer.loopback(), tls()),
                new FakeOverview(),
                new FakeOperator(),
                Clock.systemUTC(),
                limits)) {
            server.start();
            try (Socket half = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                half.setSoTimeout(10_000);
                half.getOutputStream().write(new byte[] {0x16, 0x03, 0x01});
                assertThat(client(server, "-tls1_3")).contains("HTTP/1.1 200 OK");
                assertThat(half.getInputStream().readAllBytes().length).isLessThan(100);
            }
        }
    }

    @Test
    void aTakenPortIsNamedWithItsCure() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress listen =
                    new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), other.getLocalPort());
            assertThatThrownBy(() -> started(listen, null)).isInstanceOfSatisfying(MachineException.class, failure -> {
                assertThat(failure.code()).isEqualTo("listen-failed");
                assertThat(failure.getMessage())
                        .isEqualTo("cannot listen on 127.0.0.1:" + other.getLocalPort() + ": address already in use");
                assertThat(failure.cure()).contains("ss -ltnp");
            });
        }
    }

    @Test
    void withoutTlsOnlyLoopbackIsServed() {
        for (String host : List.of("0.0.0.0", "192.0.2.1", "::")) {
            assertThatThrownBy(() -> started(new InetSocketAddress(host, 8480), null))
                    .isInstanceOf(MachineException.class)
                    .hasMessageContaining("without TLS");
        }
    }

    @Test
    void anAddressOfAnotherHostIsNamedWithItsCure() throws Exception {
        generate();
        assertThatThrownBy(() -> started(new InetSocketAddress("192.0.2.1", 8480), tls()))
                .isInstanceOfSatisfying(MachineException.class, failure -> {
                    assertThat(failure.getMessage()).startsWith("cannot listen on 192.0.2.1:8480: ");
                    assertThat(failure.cure()).contains("address of this host");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "missing",
                "empty",
                "another key",
                "another kind",
                "passphrase",
                "old passphrase",
                "garbage",
                "too large"
            })
    void aKeyThatCannotServeIsNamedWithItsCure(String damage) throws Exception {
        generate();
        Path key = folder.resolve("key.pem");
        switch (damage) {
            case "missing" -> Files.delete(key);
            case "empty" -> Files.writeString(key, "");
            case "another key" -> openssl("genpkey", "-algorithm", "RSA", "-out", "key.pem");
            case "another kind" ->
                openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "key.pem");
            case "passphrase" ->
                openssl("genpkey", "-algorithm", "RSA", "-aes256", "-pass", "pass:x", "-out", "key.pem");
            case "old passphrase" ->
                openssl("genrsa", "-traditional", "-aes256", "-passout", "pass:x", "-out", "key.pem", "2048");
            case "garbage" -> Files.writeString(key, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
            default -> Files.write(key, new byte[1_000_001]);
        }
        assertThatThrownBy(() -> started(tls())).isInstanceOfSatisfying(MachineException.class, failure -> {
            assertThat(failure.code()).isEqualTo("tls-failed");
            assertThat(failure.getMessage()).startsWith(key + " ").doesNotContain("Exception");
            assertThat(failure.cure()).isNotEmpty();
        });
    }

    @Test
    void aCertificateThatIsNoneIsNamedWithItsCure() throws Exception {
        generate();
        for (String content : List.of("", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")) {
            Files.writeString(folder.resolve("chain.pem"), content);
            assertThatThrownBy(() -> started(tls()))
                    .isInstanceOfSatisfying(
                            MachineException.class,
                            failure -> assertThat(failure.getMessage()).startsWith(folder.resolve("chain.pem") + " "));
        }
    }

    private void generate() throws Exception {
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "key.pem");
        certify();
    }

    private void certify() throws Exception {
        openssl("req", "-x509", "-new", "-key", "key.pem", "-subj", "/CN=localhost", "-days", "2", "-out", "chain.pem");
    }

    private StatusServer.Tls tls() {
        return new StatusServer.Tls(folder.resolve("chain.pem"), folder.resolve("key.pem"));
    }

    private StatusServer started(StatusServer.Tls tls) throws MachineException {
        return started(StartedServer.loopback(), tls);
    }

    private StatusServer started(InetSocketAddress listen, StatusServer.@Nullable Tls tls) throws MachineException {
        StatusServer server =
                new StatusServer(settings(listen, tls), new FakeOverview(), new FakeOperator(), Clock.systemUTC());
        server.start();
        return server;
    }

    private StatusServer.Settings settings(InetSocketAddress listen, StatusServer.@Nullable Tls tls) {
        return new StatusServer.Settings(listen, tls, List.of(), folder.resolve("operator.token"));
    }

    /** What a stock TLS client sees of {@code /healthz}. */
    private String client(StatusServer server, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("s_client", "-connect", "127.0.0.1:" + server.port(), "-quiet"));
        command.addAll(List.of(options));
        return run("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", command)
                .output();
    }

    private static String plain(StatusServer server) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private void openssl(String... arguments) throws IOException {
        Output done = run("", List.of(arguments));
        if (done.exit() != 0) {
            throw new AssertionError("openssl " + String.join(" ", arguments) + ": " + done.output());
        }
    }

    private record Output(int exit, String output) {}

    private Output run(String input, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(arguments);
        Path in = Files.writeString(folder.resolve("input"), input);
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(in.toFile())
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new AssertionError("openssl does not end");
            }
            return new Output(process.exitValue(), output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            process.destroyForcibly();
        }
    }
}
