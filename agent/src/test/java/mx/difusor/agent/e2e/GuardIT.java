package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hands on the live files of a running agent, and what the web server says meanwhile. */
class GuardIT {

    private static final String RIGHT = "{\"votos\": 12345}";

    @TempDir
    Path folder;

    private Path site(int sequence) throws IOException {
        return new PackageFolder(Site.EVENT, "site", sequence, "2024-06-02T20:%02d:00-07:00".formatted(sequence))
                .file("index.html", "<h1>sitio</h1>")
                .file("datos/votos.json", RIGHT)
                .archive(folder, "sitio-" + sequence, "zip");
    }

    private static String alerts(Site site) throws Exception {
        return site.json("/status").path("alerts").toString();
    }

    private static List<Path> evidence(Site site) throws IOException {
        try (var all = Files.list(site.home.resolve("evidence"))) {
            return all.sorted().toList();
        }
    }

    private static void alterKeepingSizeAndTime(Path file) throws IOException {
        FileTime before = Files.getLastModifiedTime(file);
        Files.writeString(file, RIGHT.replace('1', '9'));
        Files.setLastModifiedTime(file, before);
    }

    @Test
    void aLiveFileThatIsAlteredByHandIsRightAgainAtTheWebServerAndTold() throws Exception {
        try (Site site = Site.open(folder).start();
                WebServer web = WebServer.nginx(folder, site.live())) {
            site.deliver(site(1));
            String tree = site.json("/status").at("/live/tree").asText();
            Path altered = site.live().toRealPath();
            // The guard looks before both or after both.
            site.whileStopped(() -> {
                Files.writeString(altered.resolve("datos/votos.json"), "{\"votos\": 0}");
                Files.writeString(altered.resolve("x.html"), "<h1>ajeno</h1>");
            });

            Awaitility.await("the page is right again")
                    .atMost(Site.PATIENCE)
                    .until(() -> new String(web.get("/datos/votos.json").body(), StandardCharsets.UTF_8).equals(RIGHT)
                            && web.get("/x.html").statusCode() == 404);
            Awaitility.await("the alert")
                    .atMost(Site.PATIENCE)
                    .until(() -> alerts(site).contains("was replaced by"));
            assertThat(alerts(site))
                    .contains("live-altered")
                    .contains("datos/votos.json (changed)")
                    .contains("x.html (added)");
            assertThat(site.treeBySha256sum()).isEqualTo(tree);
            assertThat(site.live().toRealPath()).isNotEqualTo(altered);
            assertThat(site.json("/status").at("/live/release").asText())
                    .isEqualTo("pel-2024/" + site.live().toRealPath().getFileName());
            JsonNode incident = Site.parse(evidence(site).get(0).resolve("incident.json"));
            for (JsonNode file : incident.path("files")) {
                assertThat(evidence(site).get(0).resolve(file.path("copy").asText()))
                        .hasSameBinaryContentAs(
                                altered.resolve(file.path("path").asText()));
            }
            assertThat(Files.readString(site.home.resolve("history.log"))).contains("\"what\":\"live-altered\"");
            site.cli("archive", "check", "--config", site.config().toString()).ok();
        }
    }

    @Test
    void whatOnlyItsBytesTellAndALinkThatIsGoneAreFoundByARunningAgentAndByOneThatStarts() throws Exception {
        try (Site site = Site.open(folder).start()) {
            site.deliver(site(1));
            site.stop();
            alterKeepingSizeAndTime(site.live().resolve("datos/votos.json"));
            Path altered = site.live().toRealPath();
            site.start();
            Awaitility.await("the page is right again")
                    .atMost(Site.PATIENCE)
                    .until(() -> Files.readString(site.live().resolve("datos/votos.json"))
                            .equals(RIGHT));
            Path right = site.live().toRealPath();

            Files.delete(site.live());
            Awaitility.await("the link is there again").atMost(Site.PATIENCE).until(() -> Files.exists(site.live()));
            assertThat(site.live().toRealPath()).isEqualTo(right);

            site.stop();
            site.start();
            assertThat(site.live().toRealPath())
                    .as("the altered release, which looks right, is not taken up again")
                    .isEqualTo(right)
                    .isNotEqualTo(altered);
        }
    }
}
