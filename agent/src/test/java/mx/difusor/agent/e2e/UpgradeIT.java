package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A home outlives the agent that wrote it; one that only a newer agent understands is left alone. */
class UpgradeIT {

    @TempDir
    Path folder;

    private void deliver(Site site, long sequence) throws Exception {
        PackageFolder content = new PackageFolder(
                        Site.EVENT,
                        sequence == 1 ? "site" : "data",
                        sequence,
                        "2024-06-02T20:1" + sequence + ":00-07:00")
                .file(sequence == 1 ? "index.html" : "datos/" + sequence + ".json", "[" + sequence + "]");
        assertThat(site.deliver(content.archive(folder, "corte-" + sequence, "zip"))
                        .at("/outcome")
                        .asText())
                .isEqualTo("accepted");
    }

    private static Map<String, String> everything(Path home) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> all = Files.walk(home)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                String bytes = Files.isRegularFile(path)
                        ? Integer.toHexString(java.util.Arrays.hashCode(Files.readAllBytes(path)))
                        : "";
                found.put(home.relativize(path).toString(), Files.getLastModifiedTime(path) + " " + bytes);
            }
        }
        return found;
    }

    @Test
    void aHomeOfANewerAgentIsRefusedAndLeftUntouched() throws Exception {
        try (Site site = Site.open(folder).start()) {
            deliver(site, 1);
            site.stop();
            Path format = site.home.resolve("home.json");
            Files.writeString(format, Files.readString(format).replaceAll("\"format\" : \\d+", "\"format\" : 99"));
            Map<String, String> before = everything(site.home);
            String config = site.config().toString();
            for (List<String> command : List.of(
                    List.of("run", "--config", config),
                    List.of("archive", "list", "--config", config),
                    List.of("archive", "reindex", "--config", config),
                    List.of("archive", "import", folder.toString(), "--config", config),
                    List.of("archive", "retire", Site.EVENT, "--exported", folder.toString(), "--config", config),
                    List.of("verify", folder.resolve("corte-1.zip").toString(), "--config", config))) {
                Shell.Result result = site.cli(command.toArray(String[]::new));
                String said = result.output() + result.errors();
                assertThat(result.code()).as(said).isEqualTo(1);
                assertThat(said)
                        .contains("was written by a newer agent", "format 99", "install that agent again")
                        .doesNotContain("\tat ");
            }
            assertThat(everything(site.home)).isEqualTo(before);
        }
    }

    /** As agents wrote it before there was home.json: no history.log, no head in the receipts, operations.log. */
    private static void makeOld(Path home) throws IOException {
        Files.delete(home.resolve("home.json"));
        Files.delete(home.resolve("history.log"));
        Files.writeString(home.resolve("operations.log"), "{\"command\":\"hold\"}\n");
        try (Stream<Path> all = Files.walk(home)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                String name = path.getFileName().toString();
                if (name.startsWith("index.db")) {
                    Files.delete(path);
                } else if (name.endsWith(".json") && path.toString().matches(".*/(archive|receipts)/.*")) {
                    String receipt = Files.readString(path);
                    String old = receipt.replaceFirst("(?s),\\s*\"history\" : (null|\\{.*?\\})", "");
                    assertThat(old).isNotEqualTo(receipt).doesNotContain("history");
                    Files.writeString(path, old);
                }
            }
        }
    }

    @Test
    void aHomeOfAnOlderAgentOpensWithAllThatWasInIt() throws Exception {
        try (Site site = Site.open(folder, Site.SMALL_ARCHIVE).start()) {
            String config = site.config().toString();
            deliver(site, 1);
            deliver(site, 2);
            String tree = site.json("/status").at("/live/tree").asText();
            site.stop();
            makeOld(site.home);
            site.cli("archive", "check", "--config", config).ok();

            site.start();
            assertThat(site.json("/status").at("/live/tree").asText()).isEqualTo(tree);
            assertThat(site.json("/status").at("/alerts")).isEmpty();
            assertThat(site.json("/packages")).hasSize(2);
            deliver(site, 3);
            assertThat(site.cli("archive", "check", "--config", config).ok().output())
                    .contains("each follows from the one before it");
            assertThat(Files.readString(site.home.resolve("history.log")))
                    .contains("corte-1.zip", "corte-2.zip", "corte-3.zip", "\"what\":\"upgraded\",\"from\":1");
            assertThat(site.home.resolve("operations.log")).hasContent("{\"command\":\"hold\"}\n");
            assertThat(site.home.resolve("home.json")).content().contains("\"format\" : 2");
        }
    }
}
