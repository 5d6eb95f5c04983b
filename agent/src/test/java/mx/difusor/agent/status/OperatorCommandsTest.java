package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorCommandsTest {

    private static final String PATH = "/operator/publish";
    private static final String FREE = "{\"event\":\"pel-2024\",\"held\":false,\"hold\":null,\"notice\":null}";
    private static final String TOKEN = "Bearer " + StartedServer.OPERATOR;

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

    @Test
    void holdRollbackAndResumeReachTheOperatorAndAnswerTheNewState() throws Exception {
        JsonNode none = agent.json(PATH, "Authorization", TOKEN);
        assertThat(none).isEqualTo(new ObjectMapper().readTree(FREE));

        HttpResponse<String> held = post("{\"command\":\"hold\",\"by\":\"ana\",\"why\":\"números dudosos\"}");
        assertThat(held.statusCode()).isEqualTo(200);
        assertThat(new ObjectMapper().readTree(held.body()))
                .isEqualTo(new ObjectMapper()
                        .readTree(
                                "{\"event\":\"pel-2024\",\"held\":true,\"notice\":null,\"hold\":{\"event\":\"pel-2024\",\"sequence\":17,\"by\":\"ana\","
                                        + "\"why\":\"números dudosos\",\"at\":\"2024-06-03T07:00:00.123Z\"}}"));

        HttpResponse<String> back = post("{\"command\":\"rollback\",\"sequence\":16,\"by\":\"ana\",\"why\":\"\"}");
        assertThat(back.body()).contains("\"sequence\":16");
        assertThat(agent.json(PATH, "Authorization", TOKEN)
                        .get("hold")
                        .get("sequence")
                        .asLong())
                .isEqualTo(16);

        HttpResponse<String> free = post("{\"command\":\"resume\",\"by\":\"ana\",\"sequence\":null}");
        assertThat(free.body()).isEqualTo(FREE);
        assertThat(agent.operator.uses)
                .containsExactly("hold by ana: números dudosos", "rollback 16 by ana: ", "resume by ana: ");
    }

    @Test
    void noticesAndActivationsReachTheOperatorAndAnswerTheNewState() throws Exception {
        HttpResponse<String> up =
                post("{\"command\":\"notice-on\",\"message\":\"Volvemos a las 22:00\",\"by\":\"ana\"}");
        assertThat(new ObjectMapper().readTree(up.body()).get("notice"))
                .isEqualTo(new ObjectMapper()
                        .readTree("{\"message\":\"Volvemos a las 22:00\",\"by\":\"ana\",\"why\":\"\","
                                + "\"at\":\"2024-06-03T07:00:00.123Z\"}"));
        assertThat(post("{\"command\":\"notice-off\",\"by\":\"ana\"}").body()).isEqualTo(FREE);
        assertThat(post("{\"command\":\"notice-on\",\"by\":\"ana\"}").statusCode())
                .as("with the words that the page has of its own")
                .isEqualTo(200);
        assertThat(post("{\"command\":\"notice-off\",\"by\":\"ana\"}").body()).isEqualTo(FREE);
        assertThat(post("{\"command\":\"activate\",\"event\":\"simulacro\",\"by\":\"ana\"}")
                        .body())
                .contains("\"event\":\"simulacro\"");
        assertThat(post("{\"command\":\"activate\",\"event\":\"nowhere\",\"by\":\"ana\"}")
                        .statusCode())
                .isEqualTo(404);
        post("{\"command\":\"hold\",\"by\":\"ana\"}");
        HttpResponse<String> refused = post("{\"command\":\"activate\",\"event\":\"pel-2024\",\"by\":\"ana\"}");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body())
                .isEqualTo("{\"error\":\"the publication is on hold\",\"cure\":\"difusor publish resume\"}");
    }

    @Test
    void anOrderThatThePageDoesNotFollowIsAnsweredWithWhatKeepsIt() throws Exception {
        agent.operator.pending = "it is stuck; free it";
        HttpResponse<String> held = post("{\"command\":\"hold\",\"by\":\"ana\"}");
        assertThat(held.statusCode()).isEqualTo(200);
        assertThat(held.body()).contains("\"held\":true").contains("\"pending\":\"it is stuck; free it\"");
        assertThat(post("{\"command\":\"resume\",\"by\":\"ana\"}").body()).contains("\"pending\":\"it is stuck");
        agent.operator.pending = null;
        assertThat(agent.get(PATH, "Authorization", TOKEN).body()).isEqualTo(FREE);
    }

    @Test
    void anUnknownSequenceIsNotFound() throws Exception {
        HttpResponse<String> answer = post("{\"command\":\"rollback\",\"sequence\":18,\"by\":\"ana\"}");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(new ObjectMapper().readTree(answer.body()).get("error").asText())
                .isEqualTo("no accepted package of pel-2024 has sequence 18");
    }

    @Test
    void aFailingMachineIsToldWithItsCodeAndCure() throws Exception {
        agent.operator.failure =
                new MachineException("live-root-failed", "cannot switch the live root", "give permission", null);

        HttpResponse<String> answer = post("{\"command\":\"hold\",\"by\":\"ana\"}");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body())
                .isEqualTo("{\"error\":\"cannot switch the live root\",\"cure\":\"give permission\","
                        + "\"code\":\"live-root-failed\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | the command is not a JSON object",
                "hold | the command is not well-formed JSON",
                "[] | the command is not a JSON object",
                "{} | command is not one line of 1 to 16 characters",
                "{\"command\":\"hold\"} | by is not one line of 1 to 100 characters",
                "{\"command\":\"hold\",\"by\":\"\"} | by is not one line of 1 to 100 characters",
                "{\"command\":\"hold\",\"by\":\" \"} | by is not one line of 1 to 100 characters",
                "{\"command\":\"hold\",\"by\":null} | by is not one line of 1 to 100 characters",
                "{\"command\":\"hold\",\"by\":7} | by is not one line of 1 to 100 characters",
                "{\"command\":\"hold\",\"by\":[\"ana\"]} | by is not one line of 1 to 100 characters",
                "{\"command\":\"hold\",\"by\":\"LONG101\"} | by is not one line of 1 to 100 characters",
                "{\"command\":\"stop\",\"by\":\"ana\"} | unknown command",
                "{\"command\":\"Hold\",\"by\":\"ana\"} | unknown command",
                "{\"command\":\"hold\",\"by\":\"ana\",\"sequence\":1} | sequence belongs to rollback only",
                "{\"command\":\"resume\",\"by\":\"ana\",\"sequence\":1} | sequence belongs to rollback only",
                "{\"command\":\"rollback\",\"by\":\"ana\"} | sequence is missing",
                "{\"command\":\"rollback\",\"by\":\"ana\",\"sequence\":null} | sequence is missing",
                "{\"command\":\"rollback\",\"by\":\"ana\",\"sequence\":\"16\"} | sequence is not a whole number",
                "{\"command\":\"rollback\",\"by\":\"ana\",\"sequence\":1.5} | sequence is not a whole number",
                "{\"command\":\"rollback\",\"by\":\"ana\",\"sequence\":-1} | sequence is not a whole number",
                "{\"command\":\"rollback\",\"by\":\"ana\",\"sequence\":99999999999999999999} | sequence is not a whole number",
                "{\"command\":\"hold\",\"by\":\"ana\",\"message\":\"x\"} | message belongs to notice-on only",
                "{\"command\":\"hold\",\"by\":\"ana\",\"event\":\"x\"} | event belongs to activate only",
                "{\"command\":\"activate\",\"by\":\"ana\"} | event is missing",
                "{\"command\":\"notice-on\",\"by\":\"ana\",\"message\":\"LONG501\"} | message is not one line of 0 to 500 characters",
                "{\"command\":\"notice-on\",\"by\":\"ana\",\"message\":\"a\\nb\"} | message is not one line of 0 to 500 characters",
                "{\"command\":\"hold\",\"by\":\"ana\",\"force\":true} | the command has an unknown member",
                "{\"command\":\"hold\",\"by\":\"ana\",\"by\":\"eva\"} | the command is not well-formed JSON",
                "{\"command\":\"hold\",\"by\":\"ana\"} {} | the command is not well-formed JSON",
                "{\"command\":\"hold\",\"by\":\"ana\",\"why\":\"one\\nline\"} | why is not one line of 0 to 1000 characters",
                "{\"command\":\"hold\",\"by\":\"ana\",\"why\":\"LONG1001\"} | why is not one line of 0 to 1000 characters",
                "{\"command\":\"hold\",\"by\":\"ana\",\"why\":[[[[[[1]]]]]]} | the command is not well-formed JSON"
            })
    void aCommandThatIsNotExactlyOneIsRefused(String body, String error) throws Exception {
        HttpResponse<String> answer = post(body.replace("LONG1001", "x".repeat(1_001))
                .replace("LONG101", "x".repeat(101))
                .replace("LONG501", "x".repeat(501)));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new ObjectMapper().readTree(answer.body()).get("error").asText())
                .isEqualTo(error);
        assertThat(answer.body()).contains("\"cure\"");
        assertThat(agent.operator.uses).isEmpty();
    }

    @Test
    void aBodyThatIsAnnouncedAsTooLongIsNotWaitedFor() throws Exception {
        assertThat(OperatorDesk.body(11, new NeverComing(), 10)).isEmpty();
        assertThat(OperatorDesk.body(10, new ByteArrayInputStream(new byte[10]), 10))
                .hasValueSatisfying(body -> assertThat(body).hasSize(10));
        assertThat(OperatorDesk.body(-1, new ByteArrayInputStream(new byte[11]), 10))
                .isEmpty();
    }

    private static final class NeverComing extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("it was waited for");
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            throw new IOException("it was waited for");
        }
    }

    @Test
    void aCommandMayBeAsLongAsItIsAllowed() throws Exception {
        String by = "x".repeat(OperatorDesk.MOST_BY);
        String why = "y".repeat(OperatorDesk.MOST_WHY);
        assertThat(post("{\"command\":\"hold\",\"by\":\"" + by + "\",\"why\":\"" + why + "\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(post("{\"command\":\"rollback\",\"sequence\":0,\"by\":\"ana\"}")
                        .statusCode())
                .isEqualTo(200);
        String padded = "{\"command\":\"resume\",\"by\":\"ana\"}";
        assertThat(post(padded + " ".repeat(Limits.STANDARD.bodyBytes() - padded.length()))
                        .statusCode())
                .isEqualTo(200);
        assertThat(agent.operator.uses)
                .containsExactly("hold by " + by + ": " + why, "rollback 0 by ana: ", "resume by ana: ");
    }

    @Test
    void aReasonThatIsNullIsNone() throws Exception {
        assertThat(post("{\"command\":\"hold\",\"by\":\"ana\",\"why\":null}").statusCode())
                .isEqualTo(200);
        assertThat(post("{\"command\":\"hold\",\"by\":null,\"why\":\"x\"}").statusCode())
                .isEqualTo(400);
        assertThat(agent.operator.uses).containsExactly("hold by ana: ");
    }

    @Test
    void aCommandHasALimit() throws Exception {
        assertThat(agent.announced(PATH, TOKEN)).startsWith("HTTP/1.1 413 ");
        assertThat(agent.tooLong(PATH, TOKEN)).startsWith("HTTP/1.1 413 ");
        assertThat(post("{\"command\":\"hold\",\"by\":\"ana\",\"why\":\"" + "x".repeat(1_001) + "\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(agent.operator.uses).isEmpty();
    }

    @Test
    void withoutTheTokenNothingIsToldOrDone() throws Exception {
        HttpRequest.BodyPublisher hold = HttpRequest.BodyPublishers.ofString("{\"command\":\"hold\",\"by\":\"ana\"}");
        assertThat(agent.get(PATH).statusCode()).isEqualTo(401);
        assertThat(agent.send("POST", PATH, hold).statusCode()).isEqualTo(401);
        assertThat(agent.send("POST", PATH, hold, "Authorization", "Bearer " + StartedServer.READER)
                        .statusCode())
                .isEqualTo(401);
        assertThat(agent.send("POST", PATH, hold, "Authorization", TOKEN.toUpperCase(Locale.ROOT))
                        .statusCode())
                .isEqualTo(401);
        assertThat(agent.operator.uses).isEmpty();
    }

    @Test
    void evenWithTheTokenNobodyOperatesThroughAProxy() throws Exception {
        HttpRequest.BodyPublisher hold = HttpRequest.BodyPublishers.ofString("{\"command\":\"hold\",\"by\":\"ana\"}");

        assertThat(agent.send("POST", PATH, hold, "Authorization", TOKEN, "Forwarded", "for=127.0.0.1")
                        .statusCode())
                .isEqualTo(403);
        assertThat(agent.operator.uses).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin", "Sec-Fetch-Site", "Sec-Fetch-Mode"})
    void evenWithTheTokenNoWebPageOperates(String header) throws Exception {
        String command = "{\"command\":\"hold\",\"by\":\"ana\"}";
        String answer = agent.raw("POST /operator/publish HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                + header + ": same-origin\r\nAuthorization: " + TOKEN + "\r\nContent-Length: " + command.length()
                + "\r\n\r\n" + command);

        assertThat(answer).startsWith("HTTP/1.1 403 ").contains("web pages");
        assertThat(agent.operator.uses).isEmpty();
    }

    @Test
    void evenWithTheTokenNobodyOperatesUnderANameThatOthersResolve() throws Exception {
        String answer = agent.raw("GET /operator/publish HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n"
                + "Authorization: " + TOKEN + "\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 403 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rwxrwxrwx"})
    void aTokenThatOthersCouldHaveReadOpensNothing(String permissions) throws Exception {
        Files.setPosixFilePermissions(agent.operatorToken, PosixFilePermissions.fromString(permissions));
        assertThat(agent.get(PATH, "Authorization", TOKEN).statusCode()).isEqualTo(503);

        Files.setPosixFilePermissions(agent.operatorToken, PosixFilePermissions.fromString("r--------"));
        assertThat(agent.get(PATH, "Authorization", TOKEN).statusCode()).isEqualTo(200);
    }

    @Test
    void aNewTokenCountsAtOnce() throws Exception {
        String fresh = "1e".repeat(32);
        Files.writeString(agent.operatorToken, fresh);

        assertThat(agent.get(PATH, "Authorization", TOKEN).statusCode()).isEqualTo(401);
        assertThat(agent.get(PATH, "Authorization", "Bearer " + fresh).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aMissingOrEmptyTokenFileOpensNothing() throws Exception {
        Files.writeString(agent.operatorToken, "");
        assertThat(agent.get(PATH, "Authorization", "Bearer ").statusCode()).isEqualTo(401);
        HttpResponse<String> empty = agent.get(PATH, "Authorization", TOKEN);
        assertThat(empty.statusCode()).isEqualTo(503);
        assertThat(empty.body()).contains("operator-token-failed");
        Files.writeString(agent.operatorToken, StartedServer.OPERATOR + "0");
        assertThat(agent.get(PATH, "Authorization", TOKEN + "0").statusCode())
                .as("64 digits and no more")
                .isEqualTo(503);

        Files.delete(agent.operatorToken);
        HttpResponse<String> missing = agent.get(PATH, "Authorization", TOKEN);
        assertThat(missing.statusCode()).isEqualTo(503);
        assertThat(missing.body()).contains("operator-token-failed").doesNotContain(folder.toString());
    }

    private HttpResponse<String> post(String body) throws Exception {
        return agent.send("POST", PATH, HttpRequest.BodyPublishers.ofString(body), "Authorization", TOKEN);
    }
}
