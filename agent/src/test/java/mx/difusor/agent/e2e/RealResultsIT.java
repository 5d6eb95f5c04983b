package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Campeche 2021, Quintana Roo 2019 and the INE's summaries go the whole way, in every format, byte for byte. */
class RealResultsIT {

    private static final List<String> FORMATS = List.of("zip", "tar", "tar.gz", "tgz", "tar.xz", "tar.zst");

    @TempDir
    Path folder;

    private final Map<String, byte[]> expected = new TreeMap<>();

    @Test
    void everyByteArrivesInTheLiveRootInTheArchiveAndThroughBothWebServers() throws Exception {
        Path campeche = Samples.folder("campeche-2021");
        Path quintanaRoo = Samples.folder("quintana-roo-2019");
        Path ine = Samples.folder("ine-2018-json");
        // Apache serves as www-data: it must get through with what the agent gives others, and no more.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        try (Site site = Site.open(folder).start();
                WebServer nginx = WebServer.nginx(folder, site.live());
                WebServer apache = WebServer.apache(Files.createDirectory(folder.resolve("apache")), site.live())) {
            assertThat(nginx.get("/").body()).asString().contains("todavía no se publican");

            send(
                    site,
                    new PackageFolder(Site.EVENT, "site", 1, "2021-06-06T20:00:00-05:00")
                            .file("index.html", "<!doctype html><meta charset=utf-8><h1>Resultados</h1>")
                            .file("css/estilo.css", "h1{color:#b0124f}"));
            for (int i = 0; i < 3; i++) {
                String cut = List.of("20210606_2240", "20210606_2320", "20210606_2340")
                        .get(i);
                send(
                        site,
                        new PackageFolder(
                                        Site.EVENT,
                                        "data",
                                        2 + i,
                                        "2021-06-06T" + cut.substring(9, 11) + ":" + cut.substring(11) + ":00-05:00")
                                .files("campeche/", Samples.tree(campeche.resolve(cut))),
                        // One contest of 2021 had its votes without special polling stations at 0.
                        i == 0 ? new String[0] : new String[] {"totals-differ: campeche/CAMP_JUNTAS_2021.csv"});
            }
            send(
                    site,
                    new PackageFolder(Site.EVENT, "data", 5, "2021-06-07T00:00:00-05:00")
                            .files("campeche/", only(campeche, "outer-package-simulacro.zip"))
                            .files("qroo/", Samples.tree(quintanaRoo)),
                    "cut-mismatch: qroo/json/entidad.json");
            send(
                    site,
                    new PackageFolder(Site.EVENT, "data", 6, "2021-06-07T00:15:00-05:00")
                            .last()
                            .files("ine/", Samples.tree(ine)),
                    Samples.tree(ine).keySet().stream()
                            .map(path -> "cut-mismatch: ine/" + path)
                            .toArray(String[]::new));

            compare(Samples.tree(site.live()));
            expected.forEach((path, bytes) -> {
                try {
                    assertThat(nginx.get("/" + path).body())
                            .as("nginx %s", path)
                            .isEqualTo(bytes);
                    assertThat(apache.get("/" + path).body())
                            .as("apache %s", path)
                            .isEqualTo(bytes);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            JsonNode status = site.json("/status");
            assertThat(status.at("/live/state").asText()).isEqualTo("final");
            assertThat(status.at("/live/sequence").asInt()).isEqualTo(6);
            assertThat(status.at("/live/tree").asText()).isEqualTo(site.treeBySha256sum());
            assertThat(status.at("/archive/packages").asInt()).isEqualTo(6);
            assertThat(status.at("/gaps")).isEmpty();
        }
    }

    /** The n-th package comes in the n-th format. Of its warnings, the code and the file are expected. */
    private void send(Site site, PackageFolder one, String... warnings) throws Exception {
        int number = sent++;
        Path archive = one.archive(folder, "prep-" + number, FORMATS.get(number % FORMATS.size()));
        JsonNode receipt = site.deliver(archive);
        assertThat(receipt.path("outcome").asText())
                .as(receipt.toPrettyString())
                .isEqualTo("accepted");
        assertThat(receipt.path("publication").asText()).isEqualTo("live");
        assertThat(receipt.path("warnings"))
                .as(receipt.toPrettyString())
                .extracting(JsonNode::asText)
                .extracting(warning -> warning.split(" ", 3)[0] + " " + warning.split(" ", 3)[1])
                .containsExactlyInAnyOrder(warnings);
        assertThat(receipt.path("signers")).singleElement().asString().contains("IEE signer");
        Path kept = site.home.resolve(
                "archive/" + Site.EVENT + "/" + receipt.path("sequence").asInt());
        assertThat(kept.resolve(archive.getFileName())).hasSameBinaryContentAs(archive);
        assertThat(kept.resolve(archive.getFileName() + ".p7s")).hasSameBinaryContentAs(Path.of(archive + ".p7s"));
        assertThat(Site.parse(kept.resolve("receipt.json"))).isEqualTo(receipt);
        expected.putAll(one.files());
        compare(Samples.tree(site.live()));
    }

    private int sent;

    private void compare(Map<String, byte[]> shown) {
        assertThat(shown.keySet()).isEqualTo(expected.keySet());
        expected.forEach((path, bytes) -> assertThat(shown.get(path)).as(path).isEqualTo(bytes));
    }

    private static Map<String, byte[]> only(Path parent, String name) throws IOException {
        return Map.of(name, Files.readAllBytes(parent.resolve(name)));
    }
}
