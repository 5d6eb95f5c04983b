package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import mx.difusor.agent.desk.Expiries;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /operator/trust}, for whoever holds the operator's token and nobody else. */
class TrustDeskTest {

    private static final String PATH = "/operator/trust";
    private static final String TOKEN = "Bearer " + StartedServer.OPERATOR;
    private static final String PRINT = "ab".repeat(32);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private StartedServer agent;

    @BeforeEach
    void start() throws Exception {
        agent = new StartedServer(folder);
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    private HttpResponse<String> post(String body) throws Exception {
        return agent.send("POST", PATH, HttpRequest.BodyPublishers.ofString(body), "Authorization", TOKEN);
    }

    private static String allow(String fingerprint, String until, String why) {
        return "{\"command\":\"allow-expired\",\"fingerprint\":\"" + fingerprint + "\",\"until\":\"" + until
                + "\",\"by\":\"ana\",\"why\":\"" + why + "\"}";
    }

    @Test
    void allowingAndWithdrawingReachTheDeskAndAnswerWhatIsInForce() throws Exception {
        assertThat(agent.json(PATH, "Authorization", TOKEN))
                .isEqualTo(new ObjectMapper().readTree("{\"overrides\":[]}"));
        HttpResponse<String> allowed = post(allow("AB:".repeat(31) + "AB", "2024-06-03T20:00:00-07:00", "vence"));
        assertThat(allowed.statusCode()).isEqualTo(200);
        assertThat(new ObjectMapper().readTree(allowed.body()))
                .isEqualTo(new ObjectMapper()
                        .readTree("{\"overrides\":[{\"fingerprint\":\"" + PRINT
                                + "\",\"from\":\"2024-06-03T07:00:00.123Z\",\"until\":\"2024-06-04T03:00:00.000Z\","
                                + "\"by\":\"ana\",\"why\":\"vence\"}]}"));
        assertThat(agent.json(PATH, "Authorization", TOKEN).get("overrides")).hasSize(1);
        HttpResponse<String> withdrawn =
                post("{\"command\":\"withdraw\",\"fingerprint\":\"" + PRINT + "\",\"by\":\"eva\"}");
        assertThat(withdrawn.body()).isEqualTo("{\"overrides\":[]}");
        assertThat(agent.operator.expiries.uses)
                .containsExactly(
                        "allow " + PRINT + " until 2024-06-04T03:00:00Z by ana: vence",
                        "withdraw " + PRINT + " by eva: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | the command is not a JSON object",
                "[] | the command is not a JSON object",
                "{\"command\":\"hold\",\"by\":\"ana\"} | unknown command",
                "{\"command\":\"allow-expired\",\"by\":\"ana\",\"why\":\"x\",\"until\":\"2024-06-03T20:00:00-07:00\"} | fingerprint is not one line of 1 to 200 characters",
                "{\"command\":\"withdraw\",\"by\":\"ana\",\"fingerprint\":\"abcd\"} | fingerprint is not one of 64 or 40 hex digits",
                "{\"command\":\"withdraw\",\"by\":\"\",\"fingerprint\":\"PRINT\"} | by is not one line of 1 to 100 characters",
                "{\"command\":\"withdraw\",\"by\":\"ana\",\"fingerprint\":\"PRINT\",\"until\":\"2024-06-03T20:00:00Z\"} | until is not one line of 0 to 0 characters",
                "{\"command\":\"withdraw\",\"by\":\"ana\",\"fingerprint\":\"PRINT\",\"force\":true} | the command has an unknown member",
                "{\"command\":\"allow-expired\",\"by\":\"ana\",\"fingerprint\":\"PRINT\",\"why\":\"x\"} | until is not one line of 1 to 40 characters",
                "{\"command\":\"allow-expired\",\"by\":\"ana\",\"fingerprint\":\"PRINT\",\"why\":\"x\",\"until\":\"soon\"} | until is not a time with its offset",
                "{\"command\":\"allow-expired\",\"by\":\"ana\",\"fingerprint\":\"PRINT\",\"why\":\"\",\"until\":\"2024-06-03T20:00:00Z\"} | why is not one line of 1 to 1000 characters",
                "{\"command\":\"allow-expired\",\"by\":\"ana\",\"fingerprint\":\"PRINT\",\"why\":\"x\",\"until\":\"2024-06-03T20:00:00\"} | until is not a time with its offset"
            })
    void aCommandThatIsNotExactlyOneIsRefused(String body, String error) throws Exception {
        HttpResponse<String> answer = post(body.replace("PRINT", PRINT));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new ObjectMapper().readTree(answer.body()).get("error").asText())
                .isEqualTo(error);
        assertThat(answer.body()).contains("\"cure\"");
        assertThat(agent.operator.expiries.uses).isEmpty();
    }

    @Test
    void aCommandHasALimit() throws Exception {
        assertThat(agent.announced(PATH, TOKEN)).startsWith("HTTP/1.1 413 ");
        assertThat(post(allow(PRINT, "2024-06-03T20:00:00Z", "x".repeat(1_001))).statusCode())
                .isEqualTo(400);
    }

    @Test
    void whatTheDeskRefusesAndAFailingMachineAreToldWithTheirCures() throws Exception {
        agent.operator.expiries.refusal = new Expiries.RefusedException("too long", "choose another end");
        HttpResponse<String> refused = post(allow(PRINT, "2024-06-03T20:00:00Z", "x"));
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).isEqualTo("{\"error\":\"too long\",\"cure\":\"choose another end\"}");
        agent.operator.expiries.failure = new MachineException("home-unwritable", "cannot write", "free space", null);
        HttpResponse<String> failed = post(allow(PRINT, "2024-06-03T20:00:00Z", "x"));
        assertThat(failed.statusCode()).isEqualTo(503);
        assertThat(failed.body()).contains("home-unwritable", "free space");
    }

    @Test
    void withoutTheTokenOrThroughAProxyNothingIsToldOrDone() throws Exception {
        HttpRequest.BodyPublisher allow =
                HttpRequest.BodyPublishers.ofString(allow(PRINT, "2024-06-03T20:00:00Z", "x"));
        assertThat(agent.get(PATH).statusCode()).isEqualTo(401);
        assertThat(agent.send("POST", PATH, allow).statusCode()).isEqualTo(401);
        assertThat(agent.send("POST", PATH, allow, "Authorization", "Bearer " + StartedServer.READER)
                        .statusCode())
                .isEqualTo(401);
        assertThat(agent.send("POST", PATH, allow, "Authorization", TOKEN, "Forwarded", "for=127.0.0.1")
                        .statusCode())
                .isEqualTo(403);
        assertThat(agent.operator.expiries.uses).isEmpty();
    }
}
