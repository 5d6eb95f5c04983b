package mx.difusor.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code trust} against an agent that is an HTTP server of the test's. */
class TrustCommandsTest {

    private static final String PRINT = "ab".repeat(32);
    private static final String NONE = "{\"overrides\": []}";
    private static final String ONE = """
            {"overrides": [{"fingerprint": "%s", "from": "2024-06-03T02:00:00.000Z",
                            "until": "2024-06-04T03:00:00.000Z", "by": "ana", "why": "vence hoy"}]}
            """.formatted(PRINT);

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private AnsweringAgent agent;

    private CommandFixture fixture = new CommandFixture(Path.of(""));

    @BeforeEach
    void startAgent() throws IOException {
        agent = new AnsweringAgent(folder, NONE);
        fixture = new CommandFixture(folder);
    }

    @AfterEach
    void stopAgent() {
        agent.close();
    }

    @Test
    void theListSaysUntilWhenOnWhoseWordAndWhy() {
        assertThat(fixture.run("trust", "list"))
                .isEqualTo(new CommandFixture.Outcome(0, HelpTest.lines("nothing that has expired counts"), ""));
        agent.answer = ONE;
        assertThat(fixture.run("trust", "list").out())
                .isEqualTo(HelpTest.lines(PRINT + " counts though expired until 2024-06-04T03:00:00.000Z, by ana since"
                        + " 2024-06-03T02:00:00.000Z: vence hoy"));
        assertThat(fixture.run("trust", "list", "--json").out()).contains("\"fingerprint\" : \"" + PRINT);
        assertThat(agent.requests).containsOnly("GET /operator/trust Bearer f00d");
    }

    @Test
    void aFingerprintIsTakenAsOpensslPrintsIt() {
        agent.answer = ONE;
        assertThat(fixture.run(
                                "trust",
                                "allow-expired",
                                "sha256 Fingerprint=" + "AB:".repeat(31) + "AB",
                                "--until",
                                "2024-06-03T20:00:00-07:00",
                                "--why",
                                "vence hoy")
                        .exitCode())
                .isEqualTo(ExitCode.DONE);
        assertThat(agent.requests)
                .containsExactly("POST /operator/trust Bearer f00d {\"command\":\"allow-expired\",\"fingerprint\":\""
                        + PRINT + "\",\"until\":\"2024-06-03T20:00-07:00\",\"by\":\"maria\",\"why\":\"vence hoy\"}");
    }

    @Test
    void whatIsNoFingerprintIsAUsageErrorAndAsksNobody() {
        CommandFixture.Outcome outcome =
                fixture.run("trust", "allow-expired", "AB:CD", "--until", "2024-06-03T20:00:00-07:00", "--why", "x");
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(outcome.err())
                .contains("\"AB:CD\" is not a fingerprint", "openssl x509 -noout -fingerprint -sha256");
        assertThat(agent.requests).isEmpty();
    }

    @Test
    void anEndAndAReasonAreNeeded() {
        assertThat(fixture.run("trust", "allow-expired", PRINT, "--why", "x").exitCode())
                .isEqualTo(ExitCode.USAGE);
        assertThat(fixture.run("trust", "allow-expired", PRINT, "--until", "2024-06-03T20:00:00-07:00")
                        .exitCode())
                .isEqualTo(ExitCode.USAGE);
        assertThat(fixture.run("trust", "allow-expired", PRINT, "--until", "mañana", "--why", "x")
                        .exitCode())
                .isEqualTo(ExitCode.USAGE);
        assertThat(agent.requests).isEmpty();
    }

    @Test
    void aPersonIsAskedBeforeSomethingExpiredCountsAndNotBeforeItNoLongerDoes() {
        Object[] allow = {"trust", "allow-expired", PRINT, "--until", "2024-06-03T20:00:00-07:00", "--why", "x"};
        CommandFixture.Outcome refused = fixture.answering("n\n").run(allow);
        assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(refused.err())
                .contains("Let " + PRINT + " sign until 2024-06-03T20:00-07:00 though it has expired? [y/N]")
                .contains("nothing was changed");
        assertThat(agent.requests).isEmpty();
        assertThat(fixture.speaking("es").answering("sí\n").run(allow).exitCode())
                .isEqualTo(ExitCode.DONE);
        assertThat(fixture.answering("").run("trust", "withdraw", PRINT).exitCode())
                .isEqualTo(ExitCode.DONE);
        assertThat(agent.requests)
                .hasSize(2)
                .last()
                .isEqualTo("POST /operator/trust Bearer f00d {\"command\":\"withdraw\",\"fingerprint\":\"" + PRINT
                        + "\",\"by\":\"maria\",\"why\":\"\"}");
    }

    @Test
    void whatTheAgentRefusesIsToldInItsWords() {
        agent.status = 409;
        agent.answer = "{\"error\": \"16 overrides are in force already\", \"cure\": \"withdraw one\"}";
        assertThat(fixture.run("trust", "withdraw", PRINT))
                .isEqualTo(new CommandFixture.Outcome(
                        1, "", HelpTest.lines("16 overrides are in force already", "  cure: withdraw one")));
    }
}
