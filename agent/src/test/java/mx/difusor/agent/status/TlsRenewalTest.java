package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.List;
import mx.difusor.agent.desk.Alerts;
import mx.difusor.agent.model.Alert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A certificate that is renewed in the middle of a campaign, well or badly. */
class TlsRenewalTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final Alerts alerts = new Alerts(Clock.systemUTC());

    @SuppressWarnings("NullAway.Init")
    private Openssl openssl;

    @SuppressWarnings("NullAway.Init")
    private StatusServer server;

    @BeforeEach
    void start() throws Exception {
        openssl = Openssl.in(folder);
        openssl.run("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "key.pem");
        openssl.certificate("first", 30);
        server = new StatusServer(
                new StatusServer.Settings(
                        StartedServer.loopback(),
                        new StatusServer.Tls(folder.resolve("chain.pem"), folder.resolve("key.pem")),
                        List.of(),
                        folder.resolve("operator.token")),
                new FakeOverview(),
                new FakeOperator(),
                List::of,
                Clock.systemUTC());
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void lookTwice() {
        server.tick(alerts);
        server.tick(alerts);
    }

    private List<String> codes() {
        return alerts.active().stream().map(Alert::code).toList();
    }

    @Test
    void aRenewedCertificateIsShownWithoutARestart() throws Exception {
        lookTwice();
        assertThat(openssl.subject(server)).contains("first");

        openssl.run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "key.pem");
        openssl.certificate("second", 30);
        lookTwice();

        assertThat(openssl.subject(server)).contains("second");
        assertThat(openssl.client(server, "-tls1_2")).contains("HTTP/1.1 200 OK");
        assertThat(openssl.client(server, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-SHA384:@SECLEVEL=0"))
                .as("the renewed one speaks the same suites")
                .doesNotContain("HTTP/1.1 200 OK");
        assertThat(codes()).isEmpty();
    }

    @Test
    void twoFilesThatAreReplacedOneAfterTheOtherRaiseNoAlertInBetween() throws Exception {
        Path chain = Files.copy(folder.resolve("chain.pem"), folder.resolve("old-chain.pem"));
        openssl.keyAndCertificate();
        Path renewed = Files.move(folder.resolve("chain.pem"), folder.resolve("new-chain.pem"));
        Files.move(chain, folder.resolve("chain.pem"));
        server.tick(alerts);
        assertThat(codes()).isEmpty();
        Files.move(renewed, folder.resolve("chain.pem"), StandardCopyOption.REPLACE_EXISTING);
        server.tick(alerts);
        assertThat(codes()).isEmpty();
        server.tick(alerts);
        assertThat(openssl.subject(server)).contains("localhost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "empty", "another key", "half"})
    void aRenewalThatCannotServeLeavesTheOldOneWithAnAlertUntilItIsMended(String damage) throws Exception {
        Path chain = folder.resolve("chain.pem");
        String good = Files.readString(chain);
        switch (damage) {
            case "missing" -> Files.delete(chain);
            case "empty" -> Files.writeString(chain, "");
            case "another key" -> {
                Path key = Files.copy(folder.resolve("key.pem"), folder.resolve("kept.pem"));
                openssl.keyAndCertificate();
                Files.move(key, folder.resolve("key.pem"), StandardCopyOption.REPLACE_EXISTING);
            }
            default -> Files.writeString(chain, good.substring(0, good.length() / 2));
        }
        lookTwice();

        assertThat(openssl.subject(server)).contains("first");
        assertThat(codes()).containsExactly("tls-failed");
        assertThat(alerts.active().get(0).message()).contains(chain.getParent() + "/", "stays in use");

        openssl.certificate("mended", 30);
        lookTwice();
        assertThat(openssl.subject(server)).contains("mended");
        assertThat(codes()).isEmpty();
    }

    @Test
    void aCertificateThatNobodyRenewsIsAnAlertAWeekBeforeItsEnd() throws Exception {
        lookTwice();
        assertThat(codes()).isEmpty();

        openssl.certificate("short", 6);
        lookTwice();
        assertThat(codes()).containsExactly("tls-expiring");

        openssl.certificate("long", 30);
        lookTwice();
        assertThat(codes()).isEmpty();
    }
}
