package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Verdict;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Packages of real results, made by the tools that an Institute has, come out of the agent as they went in. */
class StockToolsTest {

    private static final int TOOL_SECONDS = 60;

    /** How to make package {@code $1} out of the folder that the command runs in. */
    private static final Map<String, String> COMMANDS = new TreeMap<>(Map.ofEntries(
            Map.entry("zip -r", "a.zip: zip -q -r \"$1\" ."),
            Map.entry("zip -r with no folders and best compression", "a.zip: zip -q -9 -D -r \"$1\" ."),
            Map.entry("zip to a pipe", "a.zip: zip -q -r - . | cat > \"$1\""),
            Map.entry("zip from a pipe", "a.zip: ls | zip -q -r -@ \"$1\""),
            Map.entry("zip with a comment", "a.zip: echo corte 17 | zip -q -z -r \"$1\" ."),
            Map.entry("zip stored", "a.zip: zip -q -0 -r \"$1\" ."),
            Map.entry("zip64 forced", "a.zip: zip -q -fz -r \"$1\" ."),
            Map.entry("bsdtar zip", "a.zip: bsdtar -a -cf \"$1\" *"),
            Map.entry("bsdtar zip of the folder", "a.zip: bsdtar -a -cf \"$1\" ."),
            Map.entry("python zipfile", "a.zip: python3 -m zipfile -c \"$1\" *"),
            Map.entry("jar", "a.zip: jar -c -M -f \"$1\" *"),
            Map.entry("tar of the folder", "a.tar: tar -cf \"$1\" ."),
            Map.entry("tar of its files", "a.tar: tar -cf \"$1\" *"),
            Map.entry("tar of another folder", "a.TAR: cd / && tar -C \"$OLDPWD\" -cf \"$1\" ."),
            Map.entry("tar ustar", "a.tar: tar --format=ustar -cf \"$1\" ."),
            Map.entry("tar v7", "a.tar: tar --format=v7 -cf \"$1\" ."),
            Map.entry("tar pax", "a.tar: tar --format=posix -cf \"$1\" ."),
            Map.entry("tar gnu", "a.tar: tar --format=gnu -cf \"$1\" ."),
            Map.entry("bsdtar", "a.tar: bsdtar -cf \"$1\" ."),
            Map.entry("bsdtar pax", "a.tar: bsdtar --format=pax -cf \"$1\" ."),
            Map.entry("busybox tar", "a.tar: busybox tar -cf \"$1\" ."),
            Map.entry("python tarfile", "a.tar: python3 -m tarfile -c \"$1\" *"),
            Map.entry(
                    "git archive",
                    "a.tar: git init -q . && git add . && git -c user.name=a -c user.email=a@b commit -qm a"
                            + " && git archive -o \"$1\" HEAD"),
            Map.entry("tar -z", "a.tar.gz: tar -czf \"$1\" ."),
            Map.entry("tar, gzip -9", "a.tgz: tar -cf - . | gzip -9 > \"$1\""),
            Map.entry("busybox gzip", "a.tgz: busybox tar -czf \"$1\" ."),
            Map.entry("python gzip", "a.tar.gz: python3 -m tarfile -c \"$1\" *"),
            Map.entry("tar -J", "a.tar.xz: tar -cJf \"$1\" ."),
            Map.entry("xz -9e", "a.tar.xz: tar -cf - . | xz -9e > \"$1\""),
            Map.entry("xz in parallel blocks", "a.tar.xz: tar -cf - . | xz -T2 --block-size=200KiB > \"$1\""),
            Map.entry("python xz", "a.tar.xz: python3 -m tarfile -c \"$1\" *"),
            Map.entry("tar --zstd", "a.tar.zst: tar --zstd -cf \"$1\" ."),
            Map.entry("zstd -19", "a.tar.zst: tar -cf - . | zstd -q -19 > \"$1\""),
            Map.entry("zstd --long", "a.tar.zst: tar -cf - . | zstd -q --long > \"$1\""),
            Map.entry("zstd of a file", "a.tar.zst: tar -cf ../b.tar . && zstd -q -3 ../b.tar -o \"$1\""),
            Map.entry("zstd without checksum", "a.tar.zst: tar -cf - . | zstd -q --no-check > \"$1\""),
            Map.entry("zstd in parallel", "a.tar.zst: tar -cf - . | zstd -q -T2 > \"$1\"")));

    @TempDir
    Path temporary;

    private Path folder;

    static Stream<String> ways() {
        return COMMANDS.keySet().stream();
    }

    @BeforeEach
    void aFolder() throws IOException {
        folder = Files.createDirectory(temporary.resolve("package"));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aRealCutGetsThroughAndIsTheSame(String way) throws Exception {
        copy(Bench.shared("samples/campeche-2021/20210606_2340"), "campeche");
        copy(Bench.shared("samples/quintana-roo-2019/json"), "quintana-roo/json");
        copy(Bench.shared("samples/ine-2018-json"), "");
        copy(Bench.shared("samples/quintana-roo-2019"), "");
        Files.writeString(Files.createDirectories(folder.resolve("León")).resolve("Año electoral.txt"), "sí");

        expectAccepted(way);
    }

    /** Every CSV that a real package holds: pipes, CRLF, Windows-1252, spreadsheet guards. */
    @Test
    void whatIsInsideTheRealPackagesGetsThrough() throws Exception {
        Path samples = Bench.shared("samples");
        unzip(samples.resolve("quintana-roo-2019/20190603_0547_PREP_DIP_QROO.zip"), folder.resolve("qroo"));
        Path outer = temporary.resolve("outer");
        unzip(samples.resolve("campeche-2021/outer-package-simulacro.zip"), outer);
        try (Stream<Path> zips = Files.list(outer)) {
            for (Path zip :
                    zips.filter(path -> path.toString().endsWith(".zip")).toList()) {
                unzip(zip, folder.resolve(String.valueOf(zip.getFileName())));
            }
        }
        for (String cut : List.of("20210606_2240", "20210606_2320")) {
            copy(samples.resolve("campeche-2021").resolve(cut), cut);
        }
        copy(samples.resolve("campeche-2021"), "");

        expectAccepted("tar -z");
    }

    @ParameterizedTest
    @CsvSource({"tar -z", "zip -r"})
    void modesOfTheArchiveAreNeverApplied(String way) throws Exception {
        Path file = Files.writeString(folder.resolve("a.txt"), "a");
        Files.setPosixFilePermissions(file, Set.of(PosixFilePermission.values()));
        run(folder, "chmod 7777 a.txt");

        Bench bench = expectAccepted(way);

        assertThat(Files.getPosixFilePermissions(bench.unpacked().resolve("a.txt")))
                .doesNotContain(PosixFilePermission.OWNER_EXECUTE);
    }

    @ParameterizedTest
    @CsvSource({"zip -r, a.tar", "zip -r, a.tar.gz", "tar of the folder, a.zip", "tar -z, a.tar", "tar -J, a.tar.zst"})
    void aNameThatSaysAnotherFormatIsRefused(String way, String name) throws Exception {
        Files.writeString(folder.resolve("a.txt"), "a");
        writeManifest();

        Verdict verdict = new Bench(temporary).judge(make(way), name);

        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Rejected.class,
                        rejected -> assertThat(rejected.reason().code()).isEqualTo("archive-corrupt"));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void whatWasAcceptedCanBeReadAgain(String way) throws Exception {
        Files.writeString(Files.createDirectory(folder.resolve("datos")).resolve("a.txt"), "a");
        Files.writeString(folder.resolve("b.txt"), "b");
        writeManifest();
        Path archive = make(way);
        PackageReader reader = new PackageReader(PackageLimits.defaults());
        Path into = Files.createDirectory(temporary.resolve("extracted"));

        Manifest manifest = reader.manifest(archive, nameFor(way));
        reader.extract(archive, nameFor(way), Set.of("datos/a.txt"), into, new StagingDisk());

        assertThat(manifest.files()).extracting("path").containsExactly("b.txt", "datos/a.txt");
        assertThat(Bench.tree(into)).containsOnlyKeys("datos/a.txt");
    }

    private Bench expectAccepted(String way) throws Exception {
        writeManifest();
        Map<String, byte[]> sent = Bench.tree(folder);
        sent.remove(Manifest.NAME);
        Bench bench = new Bench(temporary);

        Verdict verdict = bench.judge(make(way), nameFor(way));

        assertThat(verdict).as(verdict.toString()).isInstanceOfSatisfying(Verdict.Accepted.class, accepted -> {
            // Results of several years come under one cut here; RealFilesTest holds the warnings of each to the letter.
            assertThat(accepted.warnings())
                    .allMatch(warning -> warning.startsWith("cut-mismatch: ") || warning.startsWith("totals-differ: "));
            assertThat(accepted.manifest().files()).hasSize(sent.size());
        });
        Map<String, byte[]> unpacked = Bench.tree(bench.unpacked());
        assertThat(unpacked.keySet()).isEqualTo(sent.keySet());
        sent.forEach((path, bytes) -> assertThat(unpacked.get(path)).as(path).isEqualTo(bytes));
        return bench;
    }

    private static String nameFor(String way) {
        String command = COMMANDS.getOrDefault(way, "");
        return command.substring(0, command.indexOf(':'));
    }

    private Path make(String way) throws Exception {
        String command = COMMANDS.getOrDefault(way, "");
        Path archive = temporary.resolve(nameFor(way));
        String script = command.substring(command.indexOf(": ") + 2);
        for (String tool : List.of("zip", "tar", "bsdtar", "busybox", "python3", "jar", "git", "gzip", "xz", "zstd")) {
            if (script.matches("(?s).*\\b" + tool + " .*")) {
                expectOnPath(tool);
            }
        }
        run(folder, script.replace("\"$1\"", "'" + archive + "'"));
        return archive;
    }

    private static void expectOnPath(String tool) {
        boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, tool)));
        if (!found) {
            System.err.println("SKIPPED: no " + tool + " on the path");
            assertThat(System.getProperty("peers", ""))
                    .as("no " + tool + " on the path")
                    .isNotEqualTo("required");
            Assumptions.abort("no " + tool + " on the path");
        }
    }

    private static void run(Path in, String script) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", "set -euo pipefail; " + script);
        builder.directory(in.toFile()).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(TOOL_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
    }

    private static void unzip(Path zip, Path into) throws Exception {
        Files.createDirectories(into);
        expectOnPath("python3");
        run(into, "python3 -m zipfile -e '" + zip.toAbsolutePath() + "' .");
    }

    /** Files of one folder, not of those below. */
    private void copy(Path from, String into) throws IOException {
        Path target = Files.createDirectories(folder.resolve(into));
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, target.resolve(String.valueOf(file.getFileName())));
            }
        }
    }

    private void writeManifest() throws IOException {
        PackageBuilder builder = PackageBuilder.data();
        Bench.tree(folder).forEach(builder::file);
        Files.writeString(folder.resolve(Manifest.NAME), builder.manifest());
    }
}
