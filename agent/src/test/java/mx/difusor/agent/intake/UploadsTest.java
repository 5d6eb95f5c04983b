package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.model.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The books that an inbox keeps of its files. */
class UploadsTest {
    private static final Instant NOW = Instant.parse("2024-06-02T20:00:00Z");

    @TempDir
    Path folder;

    private final Uploads uploads = new Uploads();

    private Upload upload(String name, long size) throws IOException {
        Upload upload = new Upload(UploadName.parse(name), folder.resolve(name), NOW);
        upload.size = size;
        uploads.add(upload);
        return upload;
    }

    @Test
    void aFileIsCountedOnceAndTakenOffOnce() throws IOException {
        Upload gone = upload("prep.zip", 10);
        upload("prep.zip.p7s", 1);
        assertThat(uploads.bytes()).isEqualTo(11);

        uploads.remove(gone);
        uploads.remove(gone);
        assertThat(uploads.bytes()).isEqualTo(1);
        uploads.resized(gone, 100);
        assertThat(uploads.bytes()).as("a file that is gone does not grow").isEqualTo(1);

        Upload next = upload("prep.zip", 20);
        uploads.remove(gone);
        assertThat(uploads.get("prep.zip")).as("another of its name").isSameAs(next);
        assertThat(uploads.bytes()).isEqualTo(21);
    }

    @Test
    void aSetGoesWithItsLastFile() throws IOException {
        Upload archive = upload("prep.zip", 10);
        Upload signature = upload("prep.zip.p7s", 1);
        Upload part = upload("other.zip.part", 5);
        assertThat(uploads.sets()).hasSize(1);
        assertThat(uploads.setOf(part.name)).isNull();
        uploads.remove(archive);
        assertThat(uploads.sets()).hasSize(1);
        uploads.remove(signature);
        assertThat(uploads.sets()).isEmpty();
        assertThat(uploads.count()).isEqualTo(1);
        uploads.remove(part);
        assertThat(uploads.count()).isZero();
    }

    @Test
    void limitsOfHugePackagesDoNotOverflow() {
        assertThat(Bounds.waitingBytes(1_000)).isEqualTo(16_000);
        assertThat(Bounds.waitingBytes(Long.MAX_VALUE / 2)).isEqualTo(Long.MAX_VALUE);
        assertThat(Bounds.waitingBytesInAll(1_000)).isEqualTo(32_000);
        assertThat(Bounds.waitingBytesInAll(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aFileThatAnEarlierRunLeftWasWrittenWhenTheDiskSaysAndNeverAfterNow() throws IOException {
        Path file = Files.writeString(folder.resolve("prep.zip"), "archive");
        Instant written = ((FileTime) Files.getAttribute(file, "unix:ctime")).toInstant();
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        assertThat(Leftovers.written(file, written.plusSeconds(100)))
                .as("uploaders set modification times as they like")
                .isBetween(written, written.plusSeconds(50));
        assertThat(Leftovers.written(file, NOW)).isEqualTo(NOW);
    }

    /** As on Windows: the only time that is left is one that uploaders set. */
    @Test
    void whereTheDiskKnowsNoTimeOfItsOwnAFileWasWrittenNow() throws IOException {
        try (FileSystem plain = FileSystems.newFileSystem(folder.resolve("plain.zip"), Map.of("create", "true"))) {
            Path file = Files.writeString(plain.getPath("prep.zip"), "archive");
            Files.setLastModifiedTime(file, FileTime.from(NOW.minusSeconds(3600)));
            assertThat(Leftovers.written(file, NOW)).isEqualTo(NOW);
        }
    }

    @Test
    void whatNoUploadCouldHaveMadeIsLeftAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("prep.zip"), "archive");
        Files.createDirectory(folder.resolve("folder.zip"));
        Files.createDirectory(folder.resolve(UploadName.CLAIMED));
        Files.writeString(folder.resolve("readme"), "x");
        Files.createSymbolicLink(folder.resolve("link.zip"), file);
        assertThat(Leftovers.files(folder)).containsExactly(file);
    }

    @Test
    void aChecksumFileBeginsWithTheDigestInAnyCase() throws IOException {
        Digest digest = Digest.ofContent("archive".getBytes(StandardCharsets.UTF_8));
        Path file = folder.resolve("prep.zip.sha256");
        for (String text : List.of(
                digest.hex(),
                digest.hex() + "  prep.zip\n",
                "\\" + digest.hex() + "  a\\nb.zip\n",
                digest.hex().toUpperCase(java.util.Locale.ROOT))) {
            Files.writeString(file, text);
            assertThat(ChecksumFile.agrees(file, digest)).as(text).isTrue();
        }
        for (String text : List.of(
                "",
                digest.hex().substring(1),
                " " + digest.hex(),
                "\\" + digest.hex().substring(1),
                "0".repeat(64))) {
            Files.writeString(file, text);
            assertThat(ChecksumFile.agrees(file, digest)).as(text).isFalse();
        }
        Files.delete(file);
        assertThat(ChecksumFile.agrees(file, digest)).isFalse();
    }

    @Test
    void aSetWithoutItsArchiveIsNoCandidate() throws IOException {
        upload("prep.zip.p7s", 1);
        PackageSet set = uploads.sets().get(0);
        assertThatThrownBy(() -> set.candidate("iee"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no archive in the set of prep.zip");
    }
}
