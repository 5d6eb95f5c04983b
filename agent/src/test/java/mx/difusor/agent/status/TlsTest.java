package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;
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

    @SuppressWarnings("NullAway.Init")
    private Openssl openssl;

    @BeforeEach
    void findOpenssl() throws Exception {
        openssl = Openssl.in(folder);
    }

    @ParameterizedTest
    @CsvSource({
        "RSA PKCS#8, genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem, BEGIN PRIVATE KEY",
        "RSA PKCS#1, genrsa -traditional -out key.pem 2048, BEGIN RSA PRIVATE KEY",
        "EC PKCS#8, genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem, BEGIN PRIVATE KEY",
        "EC SEC1 with parameters, ecparam -name secp384r1 -genkey -out key.pem, BEGIN EC PRIVATE KEY"
    })
    void everyFormOfKeyServes(String name, String generate, String marker) throws Exception {
        openssl.run(generate.split(" ", -1));
        assertThat(folder.resolve("key.pem")).as(name).content().contains(marker);
        openssl.certificate();
        try (StatusServer server = started(tls())) {
            String answer = openssl.client(server, "-tls1_3");

            assertThat(answer).contains("HTTP/1.1 200 OK", "\nok");
        }
    }

    @Test
    void onlyModernTlsIsSpoken() throws Exception {
        openssl.keyAndCertificate();
        try (StatusServer server = started(tls())) {
            assertThat(openssl.client(server, "-tls1_3")).contains("HTTP/1.1 200 OK");
            assertThat(openssl.client(server, "-tls1_2")).contains("HTTP/1.1 200 OK");
            for (String old : List.of("-tls1_1", "-tls1")) {
                assertThat(openssl.client(server, old, "-cipher", "ALL:@SECLEVEL=0"))
                        .as(old)
                        .doesNotContain("HTTP/1.1");
            }
            String plain = plain(server);
            assertThat(plain).doesNotContain("HTTP/1.1 200");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-tls1_2, ECDHE-RSA-AES256-GCM-SHA384, true",
        "-tls1_2, ECDHE-RSA-AES128-GCM-SHA256, true",
        "-tls1_2, ECDHE-RSA-CHACHA20-POLY1305, true",
        "-tls1_2, ECDHE-RSA-AES256-SHA384, false",
        "-tls1_2, ECDHE-RSA-AES128-SHA256, false",
        "-tls1_2, ECDHE-RSA-AES256-SHA, false",
        "-tls1_2, DHE-RSA-AES256-GCM-SHA384, false",
        "-tls1_2, DHE-RSA-AES128-SHA256, false",
        "-tls1_2, AES256-GCM-SHA384, false",
        "-tls1_2, AES128-GCM-SHA256, false",
        "-tls1_2, AES128-SHA, false",
        "-tls1_2, AECDH-AES256-SHA, false",
        "-tls1_2, NULL-SHA256, false"
    })
    void onlySuitesWithForwardSecrecyAndAuthenticatedEncryptionAreSpoken(String version, String suite, boolean spoken)
            throws Exception {
        openssl.keyAndCertificate();
        try (StatusServer server = started(tls())) {
            String answer = openssl.client(server, version, "-cipher", suite + ":@SECLEVEL=0");

            assertThat(answer.contains("HTTP/1.1 200 OK")).as(answer).isEqualTo(spoken);
        }
    }

    @Test
    void nothingIsCompressedOrNegotiatedAnew() throws Exception {
        openssl.keyAndCertificate();
        try (StatusServer server = started(tls())) {
            String answer = openssl.renegotiating(server);

            assertThat(answer).contains("Compression: NONE", "RENEGOTIATING").doesNotContain("HTTP/1.1 200 OK");
        }
    }

    @Test
    void whereThereIsTlsBrowsersAreToldToStayWithItByErrorsToo() throws Exception {
        openssl.keyAndCertificate();
        try (StatusServer server = started(tls())) {
            for (String request : List.of(
                    "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                    "GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                    "GARBAGE\r\n\r\n")) {
                assertThat(openssl.client(server, request, "-tls1_3"))
                        .as(request)
                        .contains("Strict-Transport-Security: max-age=");
            }
        }
    }

    @Test
    void aHalfSentHandshakeHoldsNobodyUpAndIsClosed() throws Exception {
        openssl.keyAndCertificate();
        Limits limits = new Limits(
                512, 128, 64, 16, Duration.ofHours(1), Duration.ofSeconds(5), 8_192, 16_384, Duration.ofSeconds(1));
        try (StatusServer server = new StatusServer(
                settings(StartedServer.loopback(), tls()),
                new FakeOverview(),
                new FakeOperator(),
                List::of,
                Clock.systemUTC(),
                limits)) {
            server.start();
            try (Socket half = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                half.setSoTimeout(60_000);
                half.getOutputStream().write(new byte[] {0x16, 0x03, 0x01});
                assertThat(openssl.client(server, "-tls1_3")).contains("HTTP/1.1 200 OK");
                assertThat(half.getInputStream().readAllBytes().length).isLessThan(100);
            }
        }
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
        openssl.keyAndCertificate();
        Path key = folder.resolve("key.pem");
        switch (damage) {
            case "missing" -> Files.delete(key);
            case "empty" -> Files.writeString(key, "");
            case "another key" -> openssl.run("genpkey", "-algorithm", "RSA", "-out", "key.pem");
            case "another kind" ->
                openssl.run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "key.pem");
            case "passphrase" ->
                openssl.run("genpkey", "-algorithm", "RSA", "-aes256", "-pass", "pass:x", "-out", "key.pem");
            case "old passphrase" ->
                openssl.run("genrsa", "-traditional", "-aes256", "-passout", "pass:x", "-out", "key.pem", "2048");
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
        openssl.keyAndCertificate();
        for (String content : List.of("", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")) {
            Files.writeString(folder.resolve("chain.pem"), content);
            assertThatThrownBy(() -> started(tls()))
                    .isInstanceOfSatisfying(
                            MachineException.class,
                            failure -> assertThat(failure.getMessage()).startsWith(folder.resolve("chain.pem") + " "));
        }
    }

    private StatusServer.Tls tls() {
        return new StatusServer.Tls(folder.resolve("chain.pem"), folder.resolve("key.pem"));
    }

    private StatusServer started(StatusServer.Tls tls) throws MachineException {
        return started(StartedServer.loopback(), tls);
    }

    private StatusServer started(InetSocketAddress listen, StatusServer.@Nullable Tls tls) throws MachineException {
        StatusServer server = new StatusServer(
                settings(listen, tls), new FakeOverview(), new FakeOperator(), List::of, Clock.systemUTC());
        server.start();
        return server;
    }

    private StatusServer.Settings settings(InetSocketAddress listen, StatusServer.@Nullable Tls tls) {
        return new StatusServer.Settings(listen, tls, List.of(), folder.resolve("operator.token"));
    }

    private static String plain(StatusServer server) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
