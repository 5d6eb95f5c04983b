package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands in the README do what it says. */
class ReadmeIT {

    private static final Path README = Path.of("../README.md");

    @TempDir
    Path folder;

    /** The code block behind {@code <!-- test: name -->}. */
    private static String block(String name) throws IOException {
        Matcher matcher = Pattern.compile("<!-- test: " + name + " -->\\s*```bash\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(README));
        assertThat(matcher.find()).as("a block marked %s", name).isTrue();
        return matcher.group(1);
    }

    /** The README's indented commands. */
    private static List<String> commands() throws IOException {
        return Files.readAllLines(README).stream()
                .filter(line -> line.startsWith("    "))
                .map(String::strip)
                .toList();
    }

    @Test
    void anInstituteSignsAndSendsWithStockToolsOnly() throws Exception {
        Shell.needs("zip", "openssl", "sftp", "sha256sum");
        try (Site site = Site.open(folder).start()) {
            Path institute = Files.createDirectory(folder.resolve("institute"));
            Files.copy(site.iee.signer(), institute.resolve("iee.pem"));
            Files.copy(site.iee.signerKey(), institute.resolve("iee.key"));
            Files.copy(site.iee.ssh(), institute.resolve("iee_ssh"));
            Files.setPosixFilePermissions(institute.resolve("iee_ssh"), PosixFilePermissions.fromString("rw-------"));
            Path cut = Files.createDirectories(institute.resolve("corte/datos/León"));
            Files.writeString(institute.resolve("corte/index.html"), "<h1>corte</h1>");
            Files.writeString(cut.resolve("votos del corte.json"), "{\"votos\": 17}");
            Map<String, String> environment =
                    Map.of("PORT", "" + site.sftpPort, "HOST", "127.0.0.1", "PATH", knownHost(site, institute));

            String send = "set -euo pipefail\n" + block("institute");
            Shell.run(institute, environment, List.of("bash", "-c", send)).ok();
            Path sent = institute.resolve("prep-0001.zip");
            assertThat(site.receipt(sent).path("outcome").asText()).isEqualTo("accepted");
            Awaitility.await()
                    .atMost(Site.PATIENCE)
                    .until(() -> Files.exists(site.live().resolve("index.html"))
                            && Files.readString(site.live().resolve("index.html"))
                                    .equals("<h1>corte</h1>"));
            assertThat(site.live().resolve("datos/León/votos del corte.json")).hasContent("{\"votos\": 17}");

            String receipt = "set -euo pipefail\nNAME=prep-0001\n" + block("receipt");
            assertThat(Shell.run(institute, environment, List.of("bash", "-c", receipt))
                            .ok()
                            .output())
                    .contains("\"outcome\" : \"accepted\"", "\"publication\" : \"live\"");
        }
    }

    /** The account's own known_hosts is left alone: an {@code sftp} in front that knows this agent's host key. */
    private static String knownHost(Site site, Path institute) throws IOException {
        Path bin = Files.createDirectory(institute.resolve("bin"));
        Path sftp = bin.resolve("sftp");
        Files.writeString(
                sftp,
                "#!/bin/sh\nPATH=${PATH#*:} exec sftp -F /dev/null -o UserKnownHostsFile='" + site.knownHosts()
                        + "' \"$@\"\n");
        Files.setPosixFilePermissions(sftp, PosixFilePermissions.fromString("rwxr-xr-x"));
        return bin + ":" + System.getenv("PATH");
    }

    @Test
    void everyCommandOfTheAgentThatItNamesIsThere() throws Exception {
        for (String command : commands()) {
            Matcher matcher = Pattern.compile("-jar agent/target/difusor-agent\\.jar (\\S+)")
                    .matcher(command);
            if (matcher.find()) {
                assertThat(Shell.run(folder, Map.of(), Site.jar(matcher.group(1), "--help"))
                                .code())
                        .as(command)
                        .isZero();
            }
        }
    }

    @Test
    void itsFirstCommandIsTheDemo() throws Exception {
        assertThat(commands().get(0)).startsWith("mvn ").contains(" package ").endsWith("demo");
        Shell.Result demo = Shell.run(folder, Map.of(), Site.jar("demo", "--once"));
        assertThat(demo.code()).as(demo.output() + demo.errors()).isZero();
    }

    @Test
    void theDemoRunsOnRealFoldersToo() throws Exception {
        Path campeche = Samples.folder("campeche-2021");
        Path kept = folder.resolve("kept");
        Shell.Result demo = Shell.run(
                folder, Map.of(), Site.jar("demo", "--once", "--dir", kept.toString(), "--from", campeche.toString()));
        assertThat(demo.code()).as(demo.output() + demo.errors()).isZero();
        Map<String, byte[]> last = Samples.tree(campeche.resolve("20210606_2340"));
        Map<String, byte[]> published = publishedBelow(kept);
        last.forEach((path, bytes) -> assertThat(published.entrySet().stream()
                        .filter(file -> file.getKey().endsWith(path))
                        .map(Map.Entry::getValue))
                .as(path)
                .anySatisfy(shown -> assertThat(shown).isEqualTo(bytes)));
    }

    private static Map<String, byte[]> publishedBelow(Path kept) throws IOException {
        try (var paths = Files.walk(kept)) {
            Path live = paths.filter(path -> path.endsWith("live")).findFirst().orElseThrow();
            return Samples.tree(live);
        }
    }
}
