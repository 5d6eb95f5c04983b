package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command on a real home, with a real nginx before it, the agent stopped and running. */
class DoctorIT {

    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path folder;

    private static Map<String, String> levels(Shell.Result result) throws IOException {
        Map<String, String> levels = new TreeMap<>();
        for (JsonNode check : JSON.readTree(result.output()).path("checks")) {
            levels.merge(check.path("id").asText(), check.path("level").asText(), (a, b) -> a + "+" + b);
        }
        return levels;
    }

    @Test
    void aHomeIsExaminedWithTheAgentStoppedAndRunning() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        int port = Site.freePort();
        try (Site site = Site.open(folder);
                WebServer web = WebServer.nginx(folder, site.live(), port)) {
            String named = "name: Radio Universidad";
            Files.writeString(
                    site.config(),
                    Files.readString(site.config()).replace(named, named + ", site: \"" + web.url("/") + "\""));
            String config = site.config().toString();

            Shell.Result stopped = site.cli("doctor", "--json", "--config", config);

            JsonNode report = JSON.readTree(stopped.output());
            assertThat(report.path("difusor").asText()).isEqualTo("radio-universidad");
            assertThat(report.path("faults").asInt()).as(stopped.output()).isEqualTo(stopped.code() == 0 ? 0 : 1);
            assertThat(levels(stopped))
                    .containsEntry("sftp-port", "fine")
                    .containsEntry("hard-links", "fine")
                    .containsEntry("host-key", "fine")
                    .containsEntry("live", "note")
                    .containsEntry("agent", "note");
            JsonNode figures = check(report, "throughput").path("figures");
            System.err.println("SFTP throughput as doctor measures it: " + figures);
            assertThat(figures.path("runs").size()).as(stopped.output()).isBetween(1, 3);
            assertThat(figures.path("bytesPerSecond").asLong()).isPositive();
            assertThat(site.home.resolve("work")).isEmptyDirectory();

            site.start();
            Shell.Result running = site.cli("doctor", "--skip-throughput", "--json", "--config", config);
            assertThat(levels(running))
                    .containsEntry("sftp-port", "fine")
                    .containsEntry("status-port", "fine")
                    .containsEntry("agent", "fine")
                    .containsEntry("live", "fine")
                    .containsEntry("traverse", "fine")
                    .containsEntry("site", "fine")
                    .containsEntry("web-server", "fine")
                    .containsEntry("content-type", "fine")
                    .containsEntry("throughput", "note");

            Files.setPosixFilePermissions(site.home, PosixFilePermissions.fromString("rwx------"));
            Shell.Result closed = site.cli("doctor", "--skip-throughput", "--config", config);
            assertThat(closed.code()).isEqualTo(1);
            assertThat(closed.output()).contains("✘ others cannot pass " + site.home, "cure: chmod o+x " + site.home);
        }
    }

    private static JsonNode check(JsonNode report, String id) {
        for (JsonNode check : report.path("checks")) {
            if (check.path("id").asText().equals(id)) {
                return check;
            }
        }
        throw new AssertionError("no check " + id);
    }

    @Test
    void aBadConfigurationComesFirst() throws Exception {
        Path config = Files.writeString(folder.resolve("difusor.yaml"), "home: .\nodd: 1\n");
        Shell.Result result = Shell.run(folder, Map.of(), Site.jar("doctor", "--config", config.toString()));

        assertThat(result.code()).isEqualTo(3);
        assertThat(result.errors()).contains("difusor.yaml:2:1: ", "cure: ");
    }
}
