package mx.difusor.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.config.HomeFixture;
import mx.difusor.agent.doctor.CheckId;
import mx.difusor.agent.doctor.Finding;
import mx.difusor.agent.doctor.Level;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {

    private static final Finding FINE = new Finding(CheckId.JAVA, Level.FINE, "safe", List.of("17.0.9"), Map.of());
    private static final Finding NOTE = new Finding(CheckId.HEARTBEAT, Level.NOTE, "none", List.of(), Map.of());
    private static final Finding FAULT =
            new Finding(CheckId.BUDGET, Level.FAULT, "short", List.of("1.0 GB"), Map.of("budgetBytes", 1_000_000_000L));

    @TempDir
    private Path folder;

    private CommandFixture fixture;

    @BeforeEach
    void make() throws IOException {
        new HomeFixture(folder).write(HomeFixture.LEAST + "status: {listen: \"127.0.0.1:1\"}\n");
        fixture = new CommandFixture(folder);
    }

    @Test
    void everyFindingIsALineWithItsCureBelow() {
        fixture.doctor.findings = List.of(FAULT, FINE, NOTE);

        CommandFixture.Outcome outcome = fixture.run("doctor");

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.out().lines().skip(1))
                .containsExactly(
                        "",
                        "Convocatoria, Base II",
                        "  ✘ the archive may take only 1.0 GB, and 20 GB are asked for",
                        "    cure: set archive.budget to 20GB or more",
                        "",
                        "Host",
                        "  ✔ Java 17.0.9",
                        "",
                        "Alerts",
                        "  ! nobody notices when this host falls silent",
                        "    cure: configure alerts.heartbeat with a service that calls you when it stops",
                        "",
                        "1 as it should be, 1 worth knowing, 1 faults");
        assertThat(fixture.doctor.measured).isTrue();
        assertThat(fixture.doctor.seen).isNull();
    }

    @Test
    void notesAloneAreNoFailure() {
        fixture.doctor.findings = List.of(FINE, NOTE);

        CommandFixture.Outcome outcome = fixture.speaking("es").run("doctor", "--skip-throughput");

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(outcome.out()).contains("! nadie nota si este equipo enmudece", "remedio: ");
        assertThat(fixture.doctor.measured).isFalse();
    }

    @Test
    void theEvidenceHasStableNamesAndFigures() throws IOException {
        fixture.doctor.findings = List.of(FAULT);

        var report =
                Json.parse(fixture.run("doctor", "--json").out().getBytes(java.nio.charset.StandardCharsets.UTF_8));

        assertThat(report.path("host").asText()).isEqualTo("prep1");
        assertThat(report.path("time").asText()).isEqualTo(CommandFixture.NOW.toString());
        assertThat(report.path("faults").asInt()).isEqualTo(1);
        var check = report.path("checks").get(0);
        assertThat(check.path("id").asText()).isEqualTo("budget");
        assertThat(check.path("level").asText()).isEqualTo("fault");
        assertThat(check.path("outcome").asText()).isEqualTo("short");
        assertThat(check.at("/figures/budgetBytes").asLong()).isEqualTo(1_000_000_000L);
    }

    @Test
    void aBadConfigurationIsToldInsteadWithAllItsErrors() throws IOException {
        Files.writeString(folder.resolve("difusor.yaml"), "home: .\nodd: 1\n");

        CommandFixture.Outcome outcome = fixture.run("doctor");
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.BAD_CONFIGURATION);
        assertThat(outcome.err()).contains("difusor.yaml:2:1:");
        CommandFixture.Outcome json = fixture.run("doctor", "--json");
        assertThat(json.exitCode()).isEqualTo(ExitCode.BAD_CONFIGURATION);
        assertThat(json.out()).contains("\"configuration\" : [", "\"code\" : \"unknown-key\"");
    }

    @Test
    void everyRefusalOfAdoptHasItsWordsAndItsCure() {
        for (var why : mx.difusor.agent.publish.adopt.AdoptionRefused.Why.values()) {
            for (String language : List.of("en", "es")) {
                Texts texts = new Texts(new java.util.Locale(language));
                assertThat(texts.of("adopt." + why.code(), "A", "B")).contains("A");
                assertThat(texts.of("adopt." + why.code() + ".cure", "A", "B")).isNotBlank();
            }
        }
    }

    @Test
    void adoptSaysInWordsWhyItRefuses() {
        CommandFixture.Outcome outcome = fixture.run("adopt", folder.resolve("missing"));

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err()).startsWith("there is no folder ").contains("cure: ");
    }
}
