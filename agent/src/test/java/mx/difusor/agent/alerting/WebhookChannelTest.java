package mx.difusor.agent.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.e2e.Shell;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A POST that its receiver can trust, and what counts as an answer. */
class WebhookChannelTest {

    private static final String SECRET = "clave-de-prueba-1234567890";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Receiver receiver;

    @BeforeEach
    void listen() throws IOException {
        receiver = new Receiver();
        Settings.secret(folder.resolve("webhook.secret"), SECRET + "\n");
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    private WebhookChannel channel(URI url, Wording wording, Duration timeout) {
        return new WebhookChannel(
                new AlertingSettings.Webhook(url, folder.resolve("webhook.secret")), wording, new WebCall(timeout));
    }

    private WebhookChannel channel() {
        return channel(receiver.uri("/hook?key=hidden"), Settings.spanish(), WebCall.TIMEOUT);
    }

    @Test
    void theBodySaysEverythingInTheConfiguredLanguage() throws Exception {
        channel().send(Settings.BEGIN, Settings.AT);
        Receiver.Came came = receiver.came.get(0);
        assertThat(came.method()).isEqualTo("POST");
        assertThat(came.header("Content-Type")).isEqualTo("application/json; charset=utf-8");
        JsonNode body = new JsonMapper().readTree(came.body());
        assertThat(body).isEqualTo(new JsonMapper().readTree("""
                {"difusor": {"id": "radio-universidad", "name": "Radio Universidad"}, "event": "pel-2024",
                 "id": "late-20240603T031600250Z", "code": "late", "state": "begin",
                 "since": "2024-06-03T03:16:00.250Z", "until": null, "title": "Falta un corte",
                 "message": "a cut is missing: the last cut is 2024-06-02T20:00-07:00; ask the Institute",
                 "cure": "Pregunte al Instituto si lo envió y busque un rechazo entre los últimos paquetes.",
                 "at": "2024-06-03T03:16:05.500Z", "more": []}
                """));
        channel().send(Settings.END, Settings.AT);
        JsonNode end = new JsonMapper().readTree(receiver.came.get(1).body());
        assertThat(end.path("state").asText()).isEqualTo("end");
        assertThat(end.path("until").asText()).isEqualTo("2024-06-03T03:40:00Z");
        assertThat(end.path("id")).isEqualTo(body.path("id"));
    }

    @Test
    void aDigestListsWhatItStandsFor() throws Exception {
        Announcement digest = new Announcement(
                Announcement.State.BEGIN,
                Announcement.SEVERAL,
                Settings.AT,
                null,
                "and 2 more: late, disk-low",
                List.of(Settings.BEGIN, Announcement.begin("disk-low", Settings.AT, "full")));
        channel().send(digest, Settings.AT);
        JsonNode body = new JsonMapper().readTree(receiver.came.get(0).body());
        assertThat(body.path("title").asText()).isEqualTo("Varias alertas a la vez");
        assertThat(body.at("/more/1/code").asText()).isEqualTo("disk-low");
        assertThat(body.at("/more/0/id").asText()).isEqualTo(Settings.BEGIN.id());
    }

    /** RFC 4231, test case 2. */
    @Test
    void theSignatureIsHmacSha256() {
        assertThat(WebhookChannel.signature("Jefe", "what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @Test
    void opensslFindsTheSameSignatureOverTheBytesThatCame() throws Exception {
        Shell.needs("openssl");
        channel().send(Settings.BEGIN, Settings.AT);
        channel().send(Settings.BEGIN, Settings.AT.plusSeconds(5));
        List<String> signatures = new ArrayList<>();
        for (Receiver.Came came : receiver.came) {
            Files.writeString(folder.resolve("body"), came.body());
            String openssl = Shell.bash(
                            folder, "openssl dgst -sha256 -hmac \"$(cat webhook.secret)\" < body | sed 's/.*= //'")
                    .ok()
                    .output()
                    .strip();
            assertThat(came.header(WebhookChannel.SIGNATURE)).isEqualTo("sha256=" + openssl);
            signatures.add(openssl);
        }
        assertThat(signatures).as("the time is signed too").doesNotHaveDuplicates();
    }

    @Test
    void aNewSecretCountsAtOnceAndAMissingOneIsAReason() throws Exception {
        channel().send(Settings.BEGIN, Settings.AT);
        Files.writeString(folder.resolve("webhook.secret"), "otra-clave-de-prueba-00\r\n");
        channel().send(Settings.BEGIN, Settings.AT);
        assertThat(receiver.came.get(1).header(WebhookChannel.SIGNATURE))
                .isEqualTo("sha256="
                        + WebhookChannel.signature(
                                "otra-clave-de-prueba-00",
                                receiver.came.get(1).body().getBytes(StandardCharsets.UTF_8)))
                .isNotEqualTo(receiver.came.get(0).header(WebhookChannel.SIGNATURE));
        Files.delete(folder.resolve("webhook.secret"));
        assertThatExceptionOfType(ChannelException.class)
                .isThrownBy(() -> channel().send(Settings.BEGIN, Settings.AT))
                .withMessageContaining("cannot read the secret: no such file")
                .matches(ChannelException::again);
        Settings.secret(folder.resolve("webhook.secret"), "\n");
        assertThatExceptionOfType(ChannelException.class)
                .isThrownBy(() -> channel().send(Settings.BEGIN, Settings.AT))
                .withMessageContaining("empty");
        assertThat(receiver.came).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "500, true",
        "503, true",
        "429, true",
        "408, true",
        "400, false",
        "401, false",
        "404, false",
        "410, false",
        "302, false",
        "307, false"
    })
    void onlyWhatMayHealIsTriedAgain(int status, boolean again) {
        receiver.answering(status);
        assertThatExceptionOfType(ChannelException.class)
                .isThrownBy(() -> channel().send(Settings.BEGIN, Settings.AT))
                .withMessageContaining("answers " + status)
                .matches(e -> e.again() == again);
        assertThat(receiver.came).as("no redirect is followed").hasSize(1);
    }

    @Test
    void whatDoesNotAnswerIsAReasonWithoutTheAddressesSecrets() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            URI url = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/hook?key=hidden");
            assertThatExceptionOfType(ChannelException.class)
                    .isThrownBy(() -> channel(url, Settings.spanish(), Duration.ofMillis(200))
                            .send(Settings.BEGIN, Settings.AT))
                    .withMessageStartingWith("http://127.0.0.1:" + silent.getLocalPort() + ": no answer within")
                    .matches(ChannelException::again)
                    .satisfies(e -> assertThat(e.toString()).doesNotContain("hidden"));
        }
        URI closed = receiver.uri("/hook?key=hidden");
        receiver.close();
        assertThatExceptionOfType(ChannelException.class)
                .isThrownBy(() ->
                        channel(closed, Settings.spanish(), WebCall.TIMEOUT).send(Settings.BEGIN, Instant.now()))
                .withMessageEndingWith(": connection refused")
                .matches(ChannelException::again);
        assertThatExceptionOfType(ChannelException.class)
                .isThrownBy(
                        () -> channel(URI.create("https://no-such-host.invalid/x"), Settings.spanish(), WebCall.TIMEOUT)
                                .send(Settings.BEGIN, Instant.now()))
                .withMessage("https://no-such-host.invalid: the host is unknown");
    }
}
