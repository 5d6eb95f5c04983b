package mx.difusor.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.cli.ArchiveAccess;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An export is what the archive holds, checkable without the agent, whole or not there. */
class ArchiveExportTest {

    @TempDir
    Path folder;

    private CareBench bench = unset();
    private Config config = unset();

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // set before each test
    private static <T> T unset() {
        return null;
    }

    @BeforeEach
    void fill() throws Exception {
        bench = new CareBench(folder);
        config = bench.filled("home", 1, 2, 12);
    }

    private ArchiveAccess.Exported export(String name) throws MachineException {
        return bench.rooms.export(config, CareBench.EVENT, folder.resolve(name), CareBench.SILENT);
    }

    private Path archived(String path) {
        return Wiring.home(config).archive().resolve(path);
    }

    private String run(Path where, String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(where.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
        return output;
    }

    @Test
    void aFolderHoldsThePackagesAsTheyStandInTheArchiveAndSha256sumAgrees() throws Exception {
        ArchiveAccess.Exported exported = export("out");

        assertThat(exported.packages()).isEqualTo(3);
        Map<String, Digest> files = CareBench.files(folder.resolve("out"));
        CareBench.files(archived(CareBench.EVENT))
                .forEach((path, digest) -> assertThat(files).containsEntry(CareBench.EVENT + "/" + path, digest));
        assertThat(files)
                .hasSize(3 * 4 + 4)
                .containsEntry(
                        "history.log",
                        CareBench.files(Wiring.home(config).root()).get("history.log"));
        run(folder.resolve("out"), "sha256sum", "-c", "--strict", "SHA256SUMS");
        assertThat(Files.readAllLines(folder.resolve("out/SHA256SUMS"))).hasSize(files.size() - 1);
        assertThat(files).containsEntry("SHA256SUMS", new Digest(exported.checksums()));
        assertThat(folder.resolve("out/README.txt")).content().contains("cd pel/17", "sha256sum -c");
        assertThat(folder.resolve("out/LEEME.txt")).content().contains("cd pel/17", "sha256sum -c");
    }

    @Test
    void whatTheReadmeSaysAboutSignaturesIsTrue() throws Exception {
        export("out");
        run(
                folder.resolve("out/pel/12"),
                "openssl",
                "cms",
                "-verify",
                "-binary",
                "-inform",
                "DER",
                "-in",
                "corte ñ-12.zip.p7s",
                "-content",
                "corte ñ-12.zip",
                "-CAfile",
                bench.keys.root().toString(),
                "-purpose",
                "any",
                "-out",
                "/dev/null");
        assertThat(folder.resolve("out/README.txt"))
                .content()
                .containsIgnoringNewLines("openssl cms -verify -binary -inform DER -in")
                .contains("-purpose any");
    }

    @Test
    void aTarUnpacksToTheSameWithGnuTarAndItsPathsAreInOrder() throws Exception {
        export("out");
        export("out.tar");
        Path unpacked = Files.createDirectories(folder.resolve("unpacked"));
        run(unpacked, "tar", "xf", folder.resolve("out.tar").toString());
        assertThat(CareBench.files(unpacked)).isEqualTo(CareBench.files(folder.resolve("out")));
        assertThat(run(folder, "tar", "tf", "out.tar").lines().filter(line -> line.endsWith("receipt.json")))
                .containsExactly("pel/1/receipt.json", "pel/2/receipt.json", "pel/12/receipt.json");
    }

    @Test
    void theSameExportTwiceGivesTheSameBytes() throws Exception {
        export("one.tar");
        // A copy of the archive on another disk has other times and another order of entries.
        for (String path : List.of("pel/1/receipt.json", "pel/2/receipt.json")) {
            Path file = archived(path);
            Path copy = Files.copy(file, file.resolveSibling("copy"));
            Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
        }
        export("two.tar");
        assertThat(folder.resolve("two.tar")).hasSameBinaryContentAs(folder.resolve("one.tar"));
    }

    @Test
    void nothingIsEverOverwritten() throws Exception {
        Files.writeString(folder.resolve("there.tar"), "mine");
        Files.createDirectories(folder.resolve("there"));
        for (String name : List.of("there", "there.tar")) {
            assertThatThrownBy(() -> export(name))
                    .isInstanceOfSatisfying(
                            MachineException.class, e -> assertThat(e.code()).isEqualTo("export-exists"));
        }
        assertThat(folder.resolve("there.tar")).hasContent("mine");
        assertThat(folder.resolve("there")).isEmptyDirectory();
    }

    @Test
    void aDamagedPackageIsNotExportedAndNothingIsLeft() throws Exception {
        flip(archived("pel/2/corte ñ-2.zip"));
        for (String name : List.of("out", "out.tar")) {
            assertThatThrownBy(() -> export(name)).hasMessageContaining("is damaged");
        }
        try (var left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString())).noneMatch(name -> name.contains("out"));
        }
    }

    @Test
    void aPackageThatIsGoneIsNamedAndTheOthersAreExported() throws Exception {
        bench.disk.deleteTree(archived("pel/2"));
        ArchiveAccess.Exported exported = export("out");
        assertThat(exported.packages()).isEqualTo(2);
        assertThat(exported.gone()).containsExactly("pel/2");
        assertThat(folder.resolve("out/pel")).isDirectoryNotContaining("glob:**/2");
        run(folder.resolve("out"), "sha256sum", "-c", "--strict", "SHA256SUMS");
    }

    @Test
    void ofAnEventWhosePackagesAreAllGoneNothingIsExported() throws Exception {
        bench.disk.deleteTree(archived("pel"));
        assertThatThrownBy(() -> export("out"))
                .isInstanceOfSatisfying(
                        MachineException.class, e -> assertThat(e.code()).isEqualTo("archive-unreadable"));
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void anEventWithoutPackagesIsNotExported() {
        assertThatThrownBy(() -> bench.rooms.export(config, "otro", folder.resolve("x"), CareBench.SILENT))
                .isInstanceOfSatisfying(
                        MachineException.class, e -> assertThat(e.code()).isEqualTo("event-empty"));
    }

    /** As while the agent runs: another thread has the archive open, and a line of the log is half written. */
    @Test
    void aRunningAgentIsNotInTheWay() throws Exception {
        try (HomeLock lock = HomeLock.take(Wiring.home(config), bench.disk);
                Archive archive = bench.open(config)) {
            assertThat(lock).isNotNull();
            long whole = Files.size(Wiring.home(config).history());
            Files.writeString(Wiring.home(config).history(), "{\"entry\":", StandardOpenOption.APPEND);
            Files.createDirectories(archived("pel/.new-1"));
            Files.writeString(archived("pel/12/.receipt.json.1.tmp"), "half");
            export("out");
            assertThat(folder.resolve("out/history.log")).hasSize(whole);
            assertThat(folder.resolve("out/pel/12/.receipt.json.1.tmp")).doesNotExist();
            assertThat(archive.history(CareBench.EVENT).packages()).hasSize(3);
        }
    }

    static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        // A new file: packages in an archive may share their bytes with what a test still holds.
        Files.delete(file);
        Files.write(file, bytes);
    }
}
