package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the agent says about a real nginx that serves its live root, and about one that does not. */
class AvailabilityIT {

    @TempDir
    Path folder;

    private int sequence;

    private Site visited(int port) throws IOException {
        Site site = Site.open(folder);
        String named = "name: Radio Universidad";
        String visited = named + ", site: \"http://127.0.0.1:" + port + "/\"";
        Files.writeString(site.config(), Files.readString(site.config()).replace(named, visited));
        return site;
    }

    /** A cut, after whose switch the agent visits the site at once. */
    private void cut(Site site) throws Exception {
        sequence++;
        PackageFolder cut = new PackageFolder(
                        Site.EVENT, "site", sequence, "2024-06-02T20:%02d:00-07:00".formatted(sequence))
                .file("index.html", "<h1>corte " + sequence + "</h1>")
                .file("datos/año 1.json", "[" + sequence + "]");
        site.deliver(cut.archive(folder, "sitio-" + sequence, "zip"));
        site.awaitLive(sequence);
    }

    private static List<String> alerts(Site site) throws Exception {
        List<String> alerts = new ArrayList<>();
        for (JsonNode alert : site.json("/status").path("alerts")) {
            if (alert.path("code").asText().startsWith("site-")) {
                alerts.add(alert.path("code").asText() + ": "
                        + alert.path("message").asText());
            }
        }
        return alerts;
    }

    private static void awaitAlert(Site site, String code, String cause) {
        Awaitility.await(code)
                .atMost(Site.PATIENCE)
                .untilAsserted(() -> assertThat(alerts(site))
                        .singleElement()
                        .asString()
                        .startsWith(code + ": ")
                        .contains(cause));
    }

    private static void awaitGood(Site site) {
        Awaitility.await("a good visit").atMost(Site.PATIENCE).untilAsserted(() -> {
            JsonNode last = site.json("/status").at("/site/lastProbe");
            assertThat(last.path("good").asBoolean()).as("%s", last).isTrue();
            assertThat(alerts(site)).isEmpty();
        });
    }

    @Test
    void whatIsWrongForVisitorsIsToldWithItsCauseAndTheRecordOutlivesTheIndex() throws Exception {
        int port = Site.freePort();
        Site site = visited(port);
        WebServer web = WebServer.nginx(folder, site.live(), port);
        try (site) {
            site.start();
            awaitGood(site); // the waiting page
            cut(site);
            awaitGood(site);
            Path old = site.live().toRealPath();

            web.close();
            cut(site);
            awaitAlert(site, "site-down", "the connection is refused");
            web = WebServer.nginx(folder, site.live(), port);
            awaitGood(site);

            web.close();
            web = WebServer.nginx(folder, old, port);
            cut(site);
            awaitAlert(site, "site-old", "as it was in sequence 1, cut 2024-06-02T20:01:00-07:00");
            assertThat(alerts(site).get(0))
                    .contains("names the folder of a release", site.live().toString());

            web.close();
            Path other = Files.createDirectory(folder.resolve("other"));
            Files.writeString(other.resolve("index.html"), "<h1>Welcome to nginx!</h1>");
            web = WebServer.nginx(folder, other, port);
            awaitAlert(site, "site-wrong", "the web server's root is another folder");

            web.close();
            web = WebServer.nginx(folder, site.live(), port);
            awaitGood(site);
            assertThat(site.cli("status", "--config", site.config().toString())
                            .ok()
                            .output())
                    .contains("site: http://127.0.0.1:" + port + "/ · as it should be");
            theRecordOutlivesTheIndex(site);
        } finally {
            web.close();
        }
    }

    private static void theRecordOutlivesTheIndex(Site site) throws Exception {
        double before = site.json("/status").at("/site/availability/day").asDouble();
        assertThat(before).isStrictlyBetween(0.0, 1.0);
        site.stop();
        site.cli("archive", "reindex", "--config", site.config().toString()).ok();
        site.start();
        double after = site.json("/status").at("/site/availability/day").asDouble();
        assertThat(after).isStrictlyBetween(0.0, 1.0);
    }

    @Test
    void aWebServerThatMayNotReadIsToldSo() throws Exception {
        Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "nginx cannot change its account");
        int port = Site.freePort();
        Site site = visited(port);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path work = folder.resolve("web");
        for (Path itsOwn : List.of(work, work.resolve("nginx-temp"))) {
            Files.createDirectory(itsOwn);
            Files.setPosixFilePermissions(itsOwn, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        List<String> asNobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        try (site;
                WebServer web = WebServer.nginx(work, site.live(), port, asNobody)) {
            site.start();
            cut(site);
            awaitGood(site);
            Files.setPosixFilePermissions(site.home, PosixFilePermissions.fromString("rwx------"));
            cut(site);
            awaitAlert(site, "site-down", "let its account enter every folder on the way");
            assertThat(web.get("/").statusCode()).isEqualTo(403);
        }
    }
}
