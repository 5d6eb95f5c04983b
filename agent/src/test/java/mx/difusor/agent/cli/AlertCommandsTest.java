package mx.difusor.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code alert test} against an agent that is an HTTP server of the test's. */
class AlertCommandsTest {

    private static final String WORKS = "{\"channel\": \"webhook\", \"ok\": true, \"reason\": null, \"millis\": 42}";
    private static final String FAILS =
            "{\"channel\": \"mail\", \"ok\": false, \"reason\": \"mail.example:587: no\", \"millis\": 7}";

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private AnsweringAgent agent;

    private CommandFixture fixture = new CommandFixture(Path.of(""));

    @BeforeEach
    void startAgent() throws IOException {
        agent = new AnsweringAgent(folder, "{\"channels\": [" + WORKS + "]}");
        fixture = new CommandFixture(folder);
    }

    @AfterEach
    void stopAgent() {
        agent.close();
    }

    @Test
    void whereEveryChannelWorksItIsDone() {
        assertThat(fixture.run("alert", "test"))
                .isEqualTo(new CommandFixture.Outcome(0, HelpTest.lines("webhook: works (42 ms)"), ""));
        assertThat(agent.requests)
                .containsExactly("POST /operator/alerts Bearer f00d {\"command\":\"test\",\"by\":\"maria\"}");
    }

    @Test
    void oneThatFailsIsAFailureAndTheOthersAreToldAllTheSame() {
        agent.answer = "{\"channels\": [" + FAILS + "," + WORKS + "]}";
        CommandFixture.Outcome outcome = fixture.run("alert", "test");
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.out())
                .isEqualTo(HelpTest.lines("mail: fails (7 ms): mail.example:587: no", "webhook: works (42 ms)"));
        CommandFixture.Outcome json = fixture.run("alert", "test", "--json");
        assertThat(json.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(json.out()).contains("\"reason\" : \"mail.example:587: no\"").doesNotContain("works");
        assertThat(fixture.speaking("es").run("alert", "test").out())
                .isEqualTo(HelpTest.lines("mail: falla (7 ms): mail.example:587: no", "webhook: funciona (42 ms)"));
    }

    @Test
    void whereNoChannelIsConfiguredThatIsAFailureWithItsCure() {
        agent.answer = "{\"channels\": []}";
        CommandFixture.Outcome outcome = fixture.run("alert", "test");
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err()).contains("no channel is configured", "add an alerts section");
        assertThat(fixture.speaking("es").run("alert", "test").err()).contains("no hay ningún canal configurado");
    }

    @Test
    void anAgentThatDoesNotRunIsUnreachable() {
        stopAgent();
        assertThat(fixture.run("alert", "test").exitCode()).isEqualTo(ExitCode.UNREACHABLE);
    }
}
