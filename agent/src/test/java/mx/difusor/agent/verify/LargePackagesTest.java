package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.ForgedZip.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.ManifestFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Each thing of a package that takes much memory makes it wait for its turn, from the first byte beyond the bound on. */
@Timeout(60)
class LargePackagesTest {

    private static final PackageLimits LIMITS = PackageLimits.defaults();
    private static final Set<Thread.State> WAITS_OR_ENDED = Set.of(Thread.State.TIMED_WAITING, Thread.State.TERMINATED);

    @TempDir
    Path folder;

    @Test
    void theHeadersOfAZip() throws Exception {
        assertThat(takesTheTurn(zipWithHeadersOf(ReadingTurns.SMALL_METADATA_BYTES), "p.zip"))
                .isFalse();
        assertThat(takesTheTurn(zipWithHeadersOf(ReadingTurns.SMALL_METADATA_BYTES + 1), "p.zip"))
                .isTrue();
    }

    /** The directory, and the names and fields of all local headers. */
    private static byte[] zipWithHeadersOf(int bytes) {
        ForgedZip zip = ForgedZip.of(PackageBuilder.data(), false);
        int content = zip.first().data.length;
        for (int i = 0; i < 63; i++) {
            ForgedZip.Entry entry = ForgedZip.of(PackageBuilder.data().file(i + ".txt", ""), false)
                    .first();
            entry.localExtra = field(0xCAFE, new byte[16_000]);
            zip.entries.add(entry);
        }
        int counted = zip.bytes().length - content - 30 * zip.entries.size() - 22;
        zip.first().comment = new byte[bytes - counted];
        return zip.bytes();
    }

    @Test
    void theNumberOfEntries() throws Exception {
        PackageBuilder builder = PackageBuilder.data();
        for (int i = 1; i < ReadingTurns.SMALL_ENTRIES; i++) {
            builder.unlisted(i + ".txt", new byte[0]);
        }
        assertThat(takesTheTurn(builder.plainZip(), "p.zip")).isFalse();
        assertThat(takesTheTurn(builder.tar(), "p.tar")).isFalse();
        builder.unlisted("more.txt", new byte[0]);
        assertThat(takesTheTurn(builder.plainZip(), "p.zip")).isTrue();
        assertThat(takesTheTurn(builder.tar(), "p.tar")).isTrue();
    }

    /** Each file or folder and the three above it; the manifest comes last, where there is one. */
    @Test
    void theFoldersThatPathsGoThrough() throws Exception {
        PackageBuilder files = PackageBuilder.data();
        PackageBuilder folders = PackageBuilder.data().withoutManifest();
        for (int i = 1; i < ReadingTurns.SMALL_ENTRIES / 4; i++) {
            files.unlisted(i + "/a/b/c.txt", new byte[0]);
            folders.unlisted(i + "/a/b/c/", new byte[0]);
        }
        files.unlisted("a/b/c.txt", new byte[0]);
        folders.unlisted("a/b/c/d/", new byte[0]);
        assertThat(takesTheTurn(files.plainZip(), "p.zip")).isFalse();
        assertThat(takesTheTurn(folders.tar(), "p.tar")).isFalse();
        files.unlisted("a/b/more.txt", new byte[0]);
        folders.unlisted("more/", new byte[0]);
        assertThat(takesTheTurn(files.plainZip(), "p.zip")).isTrue();
        assertThat(takesTheTurn(folders.tar(), "p.tar")).isTrue();
    }

    @Test
    void theManifest() throws Exception {
        assertThat(takesTheTurn(zipWithManifestOf(ReadingTurns.SMALL_JSON_BYTES), "p.zip"))
                .isFalse();
        assertThat(takesTheTurn(zipWithManifestOf(ReadingTurns.SMALL_JSON_BYTES + 1), "p.zip"))
                .isTrue();
    }

    private static byte[] zipWithManifestOf(int bytes) {
        return PackageBuilder.data()
                .withoutManifest()
                .unlisted("manifest.json", new byte[bytes])
                .plainZip();
    }

    @Test
    void aJson() throws Exception {
        assertThat(takesTheTurn(jsonOf(ReadingTurns.SMALL_JSON_BYTES))).isFalse();
        assertThat(takesTheTurn(jsonOf(ReadingTurns.SMALL_JSON_BYTES + 1))).isTrue();
    }

    private Reading jsonOf(int bytes) throws IOException {
        byte[] json = Arrays.copyOf("[]".getBytes(StandardCharsets.UTF_8), bytes);
        Arrays.fill(json, 2, bytes, (byte) ' ');
        Files.write(folder.resolve("a.json"), json);
        List<ManifestFile> files = List.of(new ManifestFile("a.json", bytes, Digest.ofContent(json)));
        OffsetDateTime cut = OffsetDateTime.parse("2024-06-02T20:00:00-07:00");
        Manifest manifest = new Manifest("pel-2024", Kind.DATA, 1, cut, false, files, List.of());
        return turn -> new ContentsCheck(manifest, true).run(folder, turn);
    }

    /** 24 is the code of 16 MiB, 25 that of 24 MiB. */
    @Test
    void theDictionaryOfXz() throws Exception {
        byte[] xz = PackageBuilder.data().as("p.tar.xz");
        assertThat(takesTheTurn(GreedyPackages.withDictionary(xz, 24), "p.tar.xz"))
                .isFalse();
        assertThat(takesTheTurn(GreedyPackages.withDictionary(xz, 25), "p.tar.xz"))
                .isTrue();
    }

    /** A small file may have thousands of blocks that ask for a dictionary each. */
    @Test
    void theDictionaryOfXzIsAllocatedOnceForAllBlocks() throws Exception {
        int dictionary = 1 << 22;
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        LZMA2Options options = new LZMA2Options(0);
        options.setDictSize(dictionary);
        byte[] tar = PackageBuilder.data().file("a.txt", new byte[30_000]).tar();
        int blocks = 0;
        try (XZOutputStream xz = new XZOutputStream(packed, options)) {
            for (int at = 0; at < tar.length; at += 1024) {
                xz.write(tar, at, Math.min(1024, tar.length - at));
                xz.endBlock();
                blocks++;
            }
        }
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = memory.getCurrentThreadAllocatedBytes();
        assertThat(takesTheTurn(packed.toByteArray(), "p.tar.xz")).isFalse();
        assertThat(memory.getCurrentThreadAllocatedBytes() - before)
                .isBetween((long) dictionary, (long) blocks * dictionary / 4);
    }

    /** Five bits of the power of two over 1 KiB, three of eighths: 16 MiB and 18 MiB. */
    @Test
    void theWindowOfZstd() throws Exception {
        byte[] tar = PackageBuilder.data().tar();
        assertThat(takesTheTurn(GreedyPackages.rawFrame(tar, 14 << 3), "p.tar.zst"))
                .isFalse();
        assertThat(takesTheTurn(GreedyPackages.rawFrame(tar, 14 << 3 | 1), "p.tar.zst"))
                .isTrue();
    }

    /** Whether another that needs much has to wait while this package is being read. */
    private boolean takesTheTurn(byte[] archive, String name) throws Exception {
        Path file = Files.write(folder.resolve("archive"), archive);
        return takesTheTurn(
                turn -> new ArchiveWalk(LIMITS, turn).walk(file, name, new Unpacking(LIMITS, path -> null, turn)));
    }

    private interface Reading {
        void read(ReadingTurns.Turn turn) throws UnreadablePackageException, IOException;
    }

    private static boolean takesTheTurn(Reading reading) throws Exception {
        ReadingTurns turns = new ReadingTurns(Duration.ofMinutes(1));
        Thread other = new Thread(() -> {
            try (ReadingTurns.Turn turn = turns.begin()) {
                turn.needs(2, 1);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        boolean waits;
        try (ReadingTurns.Turn turn = turns.begin()) {
            reading.read(turn);
            other.start();
            await().until(() -> WAITS_OR_ENDED.contains(other.getState()));
            waits = other.isAlive();
        }
        other.join();
        return waits;
    }
}
