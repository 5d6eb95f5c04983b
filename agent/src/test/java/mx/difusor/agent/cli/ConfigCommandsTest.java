package mx.difusor.agent.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import mx.difusor.agent.config.HomeFixture;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check-config}, {@code run} and where the configuration is looked for. */
class ConfigCommandsTest {

    @TempDir
    private Path folder;

    private CommandFixture fixture = new CommandFixture(Path.of(""));
    private Path file = Path.of("");

    @BeforeEach
    void makeHome() throws Exception {
        fixture = new CommandFixture(folder);
        file = new HomeFixture(folder).write(HomeFixture.LEAST);
    }

    private void spoil() throws Exception {
        Files.writeString(
                file,
                HomeFixture.LEAST.replace("event: pel", "evento: pel").replace("name: Radio Universidad", "name: ''"));
    }

    @Test
    void aGoodFileIsOneLine() {
        assertThat(fixture.run("check-config", "--config", file))
                .isEqualTo(new CommandFixture.Outcome(0, HelpTest.lines(file + ": no errors"), ""));
        assertThat(fixture.run("check-config", "--config", file, "--json").out().strip())
                .isIn("[]", "[ ]");
    }

    @Test
    void everyProblemIsPrintedWithPlaceAndCure() throws Exception {
        spoil();

        CommandFixture.Outcome outcome = fixture.run("check-config", "--config", file);

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.BAD_CONFIGURATION);
        assertThat(outcome.out().lines())
                .containsExactly(
                        file + ":1:1: event is missing",
                        "  cure: add event: an id of lower-case letters, digits and hyphens, at most 64, such as pel-2024",
                        file + ":2:40: difusor.name cannot be \"\"",
                        "  cure: write a text of 1 to 200 characters in one line",
                        file + ":3:1: unknown key evento",
                        "  cure: did you mean event? accepted here: home, difusor, event, events, sftp, trust, archive,"
                                + " publish, files, status, alerts");
        assertThat(outcome.err()).isEmpty();
    }

    @Test
    void programsReadTheSameAsJson() throws Exception {
        spoil();

        CommandFixture.Outcome outcome = fixture.run("check-config", "--json");

        JsonNode problems = new JsonMapper().readTree(outcome.out());
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.BAD_CONFIGURATION);
        assertThat(problems).hasSize(3);
        assertThat(problems.get(1).toString())
                .isEqualTo("{\"file\":\"" + file + "\",\"line\":2,\"column\":40,\"code\":\"bad-value\","
                        + "\"message\":\"difusor.name cannot be \\\"\\\"\","
                        + "\"cure\":\"write a text of 1 to 200 characters in one line\"}");
    }

    @Test
    void spanishOperatorsReadSpanish() throws Exception {
        spoil();

        assertThat(fixture.speaking("es").run("check-config").out())
                .contains(file + ":1:1: falta event", "  remedio: agregue event:");
    }

    @Test
    void theServiceDoesNotStartOnABadFileAndSaysTheSame() throws Exception {
        spoil();

        CommandFixture.Outcome outcome = fixture.run("run", "--config", file);

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.BAD_CONFIGURATION);
        assertThat(outcome.err()).isEqualTo(fixture.run("check-config").out());
        assertThat(fixture.service.started).isNull();
    }

    @Test
    void theServiceRunsOnAGoodFileAndItsExitCodeIsTheCommands() {
        fixture.service.exitCode = 7;

        assertThat(fixture.run("run", "--config", file).exitCode()).isEqualTo(7);
        assertThat(requireNonNull(fixture.service.started).home()).isEqualTo(folder);
    }

    @Test
    void aMachineThatFailsIsOneMessageWithItsCure() {
        fixture.service.failure = new MachineException(
                "listen-failed", "cannot listen on 0.0.0.0:22: permission denied", "choose a port above 1023", null);

        assertThat(fixture.run("run"))
                .isEqualTo(new CommandFixture.Outcome(
                        1,
                        "",
                        HelpTest.lines(
                                "cannot listen on 0.0.0.0:22: permission denied", "  cure: choose a port above 1023")));
    }

    @Test
    void ourOwnBugsShowTheirStackTrace() {
        fixture.service.bug = new IllegalStateException("oops");

        CommandFixture.Outcome outcome = fixture.run("run");

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err())
                .contains("IllegalStateException: oops", "\tat ", "this is an error in difusor itself");
    }

    @Test
    void withoutOptionTheFileHereComesBeforeTheInstalledOne() throws Exception {
        Path installed = folder.resolve("installed/difusor.yaml");
        Files.createDirectories(installed.getParent());
        Files.writeString(installed, HomeFixture.LEAST.replace("home: .", "home: .."));

        fixture.run("run");
        assertThat(requireNonNull(fixture.service.started).file()).isEqualTo(file);

        Files.delete(file);
        fixture.run("run");
        assertThat(requireNonNull(fixture.service.started).file()).isEqualTo(installed);
    }

    @Test
    void aRelativeOptionStartsWhereThePersonIs() {
        assertThat(fixture.run("check-config", "--config", "difusor.yaml").exitCode())
                .isZero();
    }

    @Test
    void withNoFileAnywhereBothPlacesAreNamed() throws Exception {
        Files.delete(file);

        CommandFixture.Outcome outcome = fixture.run("run");

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.BAD_CONFIGURATION);
        assertThat(outcome.err())
                .contains(
                        "no configuration file",
                        file.toString(),
                        folder.resolve("installed/difusor.yaml").toString())
                .contains("cure: name the file with --config FILE, or make a home with: difusor init DIR");
    }

    @Test
    void aNamedFileThatIsNotThereIsToldWithoutAPlace() {
        CommandFixture.Outcome outcome = fixture.run("run", "--config", "gone.yaml");

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.BAD_CONFIGURATION);
        assertThat(outcome.err()).startsWith(folder.resolve("gone.yaml") + ": no such file");
    }
}
