package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import mx.difusor.agent.model.Reason;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What claims to be an export may be anything: nothing of it reaches outside, is followed or fills the disk. */
class ExportReaderTest {

    @TempDir
    Path folder;

    private static Map<String, String> read(Path export) throws Exception {
        return read(export, PackageLimits.defaults());
    }

    private static Map<String, String> read(Path export, PackageLimits limits) throws Exception {
        Map<String, String> found = new TreeMap<>();
        ExportReader.read(
                export,
                (path, content) -> found.put(path, new String(content.readAllBytes(), StandardCharsets.UTF_8)),
                limits);
        return found;
    }

    private Path tar(String... paths) throws IOException {
        Path file = folder.resolve("export.tar");
        try (ExportTarWriter tar = new ExportTarWriter(Files.newOutputStream(file))) {
            for (String path : paths) {
                byte[] content = ("of " + path).getBytes(StandardCharsets.UTF_8);
                tar.add(path, content.length, Instant.EPOCH, new ByteArrayInputStream(content));
            }
        }
        return file;
    }

    private static void expectRefused(Path export, Reason reason) {
        assertThatThrownBy(() -> read(export))
                .as(reason.code())
                .isInstanceOfSatisfying(
                        UnreadablePackageException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void whatWasWrittenIsReadInItsOrder() throws Exception {
        String late = "pel/" + "9".repeat(9) + "/" + "ñ".repeat(90) + ".zip";
        assertThat(read(tar("README.txt", "pel/1/a.zip", late)))
                .isEqualTo(Map.of("README.txt", "of README.txt", "pel/1/a.zip", "of pel/1/a.zip", late, "of " + late));
    }

    @Test
    void aTarSaysNothingOfWhoWroteItWhere() throws Exception {
        Instant modified = Instant.parse("2024-06-02T20:00:00.987Z");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ExportTarWriter tar = new ExportTarWriter(bytes)) {
            tar.add("pel/1/año.zip", 0, modified, InputStream.nullInputStream());
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains(" path=pel/1/año.zip\n");
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            TarArchiveEntry entry = tar.getNextEntry();
            assertThat(entry.getMode()).isEqualTo(0100644);
            assertThat(entry.getLongUserId()).isZero();
            assertThat(entry.getLongGroupId()).isZero();
            assertThat(entry.getUserName()).isEmpty();
            assertThat(entry.getGroupName()).isEmpty();
            assertThat(entry.getLastModifiedTime()).isEqualTo(FileTime.from(Instant.parse("2024-06-02T20:00:00Z")));
        }
    }

    /** Which ustar has no digits for. */
    @Test
    void aFileMayBeLargerThanEightGibibytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ByteArrayInputStream tooShort = new ByteArrayInputStream(new byte[1]);
        assertThatThrownBy(() -> new ExportTarWriter(bytes).add("a.zip", 1L << 33, Instant.EPOCH, tooShort))
                .isInstanceOf(IOException.class);
        assertThat(bytes.toString(StandardCharsets.ISO_8859_1)).contains(" size=8589934592\n");
    }

    /** As {@code tar -C DIR -cf} makes it. */
    @Test
    void aTarThatPeopleMadeOfAnExportIsReadToo() throws Exception {
        Files.createDirectories(folder.resolve("out/pel/1"));
        Files.writeString(folder.resolve("out/pel/1/a.zip"), "x");
        assertThat(new ProcessBuilder("tar", "-C", "out", "-cf", "made.tar", ".")
                        .directory(folder.toFile())
                        .start()
                        .waitFor())
                .isZero();
        assertThat(read(folder.resolve("made.tar"))).isEqualTo(Map.of("pel/1/a.zip", "x"));
        assertThat(read(folder.resolve("out"))).isEqualTo(Map.of("pel/1/a.zip", "x"));
    }

    @Test
    void pathsThatReachOutsideOrMeanTwoThingsAreRefused() throws Exception {
        for (String path : List.of(
                "../a.zip",
                "pel/../../a",
                "pel/1/..",
                "pel/1/a/b",
                "pel//a",
                "pel/1/a:b",
                "pel/1/a.",
                "pel/1/a ",
                "pel/1/a\\b",
                "pel/1/a\tb",
                "pel/1/" + "x".repeat(209))) {
            expectRefused(tar("README.txt", path), Reason.PATH_UNSAFE);
        }
        expectRefused(tar("pel/1/a.zip", "pel/1/a.zip"), Reason.PATH_UNSAFE);
        expectRefused(tar("pel/1/a.zip", "pel/1/A.zip"), Reason.PATH_UNSAFE);
    }

    /** Windows has none such: there it separates. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aNameWithABackslashIsOddInAFolderToo() throws Exception {
        Path out = Files.createDirectories(folder.resolve("out/pel"));
        Files.writeString(out.resolve("1"), "one");
        Files.writeString(folder.resolve("out/pel\\1"), "another");
        expectRefused(folder.resolve("out"), Reason.PATH_UNSAFE);
    }

    @Test
    void aFolderIsReadAsOneWhateverItIsCalled() throws Exception {
        Path out = Files.createDirectories(folder.resolve("out.tar"));
        Files.writeString(out.resolve("a.zip"), "x");
        assertThat(read(out)).isEqualTo(Map.of("a.zip", "x"));
    }

    @Test
    void aFileOfATarMayBeReadInAnyPortions() throws Exception {
        ExportReader.read(tar("a.zip"), (path, content) -> {
            byte[] room = "........".getBytes(StandardCharsets.UTF_8);
            assertThat(content.read()).isEqualTo('o');
            assertThat(content.read(room, 3, 0)).isZero();
            assertThat(content.read(room, 3, 2)).isEqualTo(2);
            assertThat(room).asString().isEqualTo("...f ...");
            assertThat(content.read(room, 0, 3)).isEqualTo(3);
            assertThat(room).asString().isEqualTo("a.zf ...");
            assertThat(content.read(room)).isEqualTo(2);
            assertThat(room).asString().startsWith("ip");
            assertThat(content.read(room, 1, 2)).isEqualTo(-1);
            assertThat(content.read()).isEqualTo(-1);
            assertThat(content.read(new byte[0])).isZero();
        });
    }

    @Test
    void aTarThatIsCutOffInsideAFileIsRefusedWhoeverReadsIt() throws Exception {
        byte[] whole = Files.readAllBytes(tar("pel/1/a.zip"));
        Path cut = Files.write(folder.resolve("cut.tar"), Arrays.copyOf(whole, 515));
        assertThatThrownBy(() -> ExportReader.read(cut, (path, content) -> {
                    while (content.read() >= 0) {}
                }))
                .isInstanceOfSatisfying(
                        UnreadablePackageException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.ARCHIVE_CORRUPT));
    }

    @Test
    void linksAreNeverFollowed() throws Exception {
        Path out = Files.createDirectories(folder.resolve("out/pel/1"));
        Files.writeString(folder.resolve("secret"), "secret");
        Files.createSymbolicLink(out.resolve("a.zip"), folder.resolve("secret"));
        expectRefused(folder.resolve("out"), Reason.ENTRY_FORBIDDEN);
        Files.delete(out.resolve("a.zip"));
        Files.createSymbolicLink(folder.resolve("out/pel/2"), folder);
        expectRefused(folder.resolve("out"), Reason.ENTRY_FORBIDDEN);

        Path tar = folder.resolve("links.tar");
        try (OutputStream file = Files.newOutputStream(tar);
                TarArchiveOutputStream links = new TarArchiveOutputStream(file)) {
            TarArchiveEntry link = new TarArchiveEntry("pel/1/a.zip", TarArchiveEntry.LF_SYMLINK);
            link.setLinkName("/etc/passwd");
            links.putArchiveEntry(link);
            links.closeArchiveEntry();
        }
        expectRefused(tar, Reason.ENTRY_FORBIDDEN);
    }

    @Test
    void theLimitsHold() throws Exception {
        Path tar = tar("pel/1/a", "pel/1/b", "pel/1/c");
        PackageLimits few = PackageLimits.defaults().withMaxEntries(2);
        assertThatThrownBy(() -> read(tar, few)).isInstanceOf(UnreadablePackageException.class);
        Path out = Files.createDirectories(folder.resolve("out"));
        for (String name : List.of("a", "b", "c")) {
            Files.writeString(out.resolve(name), name);
        }
        assertThatThrownBy(() -> read(out, few)).isInstanceOf(UnreadablePackageException.class);
        assertThatThrownBy(() -> read(tar, PackageLimits.defaults().withMaxUnpackedBytes(1024)))
                .isInstanceOf(UnreadablePackageException.class);
        assertThat(read(out, PackageLimits.defaults().withMaxEntries(3))).hasSize(3);
    }

    @Test
    void aTarThatIsCutOffIsRefused() throws Exception {
        byte[] whole = Files.readAllBytes(tar("pel/1/a.zip"));
        for (int length : List.of(1, 512, 513, 1024, 1536)) {
            expectRefused(Files.write(folder.resolve("cut.tar"), Arrays.copyOf(whole, length)), Reason.ARCHIVE_CORRUPT);
        }
    }

    @Test
    void onlyWhatIsNamedTarIsReadAsOne() throws Exception {
        assertThat(ExportReader.isTar(Path.of("a.TAR"))).isTrue();
        assertThat(ExportReader.isTar(Path.of("a.tar.gz"))).isFalse();
        expectRefused(Files.move(tar("a.zip"), folder.resolve("export.bin")), Reason.PATH_UNSAFE);
        assertThatThrownBy(() -> read(folder.resolve("nowhere"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read(folder.resolve("nowhere.tar"))).isInstanceOf(IOException.class);
    }
}
