package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import mx.difusor.agent.model.ChannelTrial;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /operator/alerts}, for whoever holds the operator's token and nobody else. */
class AlertDeskTest {

    private static final String PATH = "/operator/alerts";
    private static final String TOKEN = "Bearer " + StartedServer.OPERATOR;
    private static final String TEST = "{\"command\":\"test\",\"by\":\"ana\"}";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private StartedServer agent;

    private final AtomicInteger tests = new AtomicInteger();

    @BeforeEach
    void start() throws Exception {
        agent = new StartedServer(folder);
        agent.channels = () -> {
            tests.incrementAndGet();
            return List.of(
                    new ChannelTrial("webhook", null, Duration.ofMillis(42)),
                    new ChannelTrial("mail", "connection refused", Duration.ofSeconds(1)));
        };
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    private HttpResponse<String> post(String body, String token) throws Exception {
        return agent.send("POST", PATH, HttpRequest.BodyPublishers.ofString(body), "Authorization", token);
    }

    @Test
    void theTestAnswersForEachChannel() throws Exception {
        HttpResponse<String> answer = post(TEST, TOKEN);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new ObjectMapper().readTree(answer.body())).isEqualTo(new ObjectMapper().readTree("""
                {"channels": [{"channel": "webhook", "ok": true, "reason": null, "millis": 42},
                              {"channel": "mail", "ok": false, "reason": "connection refused", "millis": 1000}]}
                """));
    }

    @Test
    void withoutTheOperatorsTokenNothingIsSent() throws Exception {
        assertThat(post(TEST, "Bearer " + StartedServer.READER).statusCode()).isEqualTo(401);
        assertThat(agent.send("POST", PATH, HttpRequest.BodyPublishers.ofString(TEST))
                        .statusCode())
                .isEqualTo(401);
        assertThat(agent.get(PATH, "Authorization", TOKEN).statusCode()).isEqualTo(405);
        assertThat(tests).hasValue(0);
    }

    @Test
    void whileAnotherTestRunsItSaysSo() throws Exception {
        agent.channels = () -> {
            throw new MachineException("alert-test-running", "another test is running", "wait some seconds", null);
        };
        HttpResponse<String> answer = post(TEST, TOKEN);
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("another test is running", "wait some seconds", "alert-test-running");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | the command is not a JSON object",
                "{\"command\":\"send\",\"by\":\"ana\"} | unknown command",
                "{\"command\":\"test\"} | by is not one line of 1 to 100 characters",
                "{\"command\":\"test\",\"by\":\"ana\",\"to\":\"x\"} | the command has an unknown member"
            })
    void aCommandThatIsNotExactlyOneIsRefused(String body, String error) throws Exception {
        HttpResponse<String> answer = post(body, TOKEN);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new ObjectMapper().readTree(answer.body()).get("error").asText())
                .isEqualTo(error);
        assertThat(agent.announced(PATH, TOKEN)).startsWith("HTTP/1.1 413 ");
        assertThat(tests).hasValue(0);
    }
}
