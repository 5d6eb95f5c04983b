package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.TarTricksTest.header;
import static mx.difusor.agent.verify.ZipTricksTest.joined;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Verdict;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Packages that ask for more than they may; each is refused at its limit and the agent goes on. */
class BombsTest {

    private static final long MIB = 1 << 20;
    private static final long BOMB_BYTES = 300 * MIB;

    @TempDir
    Path folder;

    /** 300 MiB of zeros in some hundred kilobytes. */
    @ParameterizedTest
    @ValueSource(strings = {"p.zip", "p.tar.gz", "p.tar.xz", "p.tar.zst"})
    void zerosThatInflateBeyondAnyRatio(String name) throws IOException {
        Path bomb = zeros(name, BOMB_BYTES);
        Bench bench = new Bench(folder);

        Verdict verdict = bench.judge(bomb, name);

        assertThat(((Verdict.Rejected) verdict).reason()).isEqualTo(Reason.ARCHIVE_BOMB);
        assertThat(Files.size(bench.unpacked().resolve("zeros.txt"))).isLessThan(65 * MIB);
    }

    /** Empty votes compress to almost nothing, and are no bomb. */
    @Test
    void aFewMegabytesMayCompressHoweverWell() throws IOException {
        PackageBuilder builder = PackageBuilder.data().file("a.txt", new byte[(int) (20 * MIB)]);

        assertThat(new Bench(folder).reason(builder.as("p.tar.zst"), "p.tar.zst"))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"p.zip", "p.tar"})
    void moreBytesInAllThanAllowed(String name) throws IOException {
        PackageLimits limits = PackageLimits.defaults().withMaxUnpackedBytes(10_000);
        byte[] archive = PackageBuilder.data().file("a.txt", new byte[20_000]).as(name);

        assertThat(new Bench(folder, limits).reason(archive, name)).isEqualTo(Reason.ARCHIVE_BOMB);
        assertThat(new Bench(Files.createDirectory(folder.resolve("b"))).reason(archive, name))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"p.zip", "p.tar"})
    void moreEntriesThanAllowed(String name) throws IOException {
        PackageBuilder builder = PackageBuilder.data();
        for (int i = 0; i < 10; i++) {
            builder.file(i + ".txt", "");
        }
        byte[] archive = builder.as(name);
        Bench ten = new Bench(folder, PackageLimits.defaults().withMaxEntries(10));
        Bench eleven = new Bench(
                Files.createDirectory(folder.resolve("b")),
                PackageLimits.defaults().withMaxEntries(11));

        assertThat(ten.reason(archive, name)).isEqualTo(Reason.ARCHIVE_BOMB);
        assertThat(eleven.reason(archive, name)).isNull();
    }

    /** Three files in four folders that have no entries of their own, and the manifest. */
    @ParameterizedTest
    @ValueSource(strings = {"p.zip", "p.tar", "p.tar.gz"})
    void foldersThatOnlyPathsGoThroughAreEntriesToo(String name) throws IOException {
        byte[] archive = PackageBuilder.data()
                .file("a/b/1.txt", "")
                .file("a/b/2.txt", "")
                .file("a/c/d/3.txt", "")
                .as(name);
        Bench seven = new Bench(folder, PackageLimits.defaults().withMaxEntries(7));
        Bench eight = new Bench(
                Files.createDirectory(folder.resolve("b")),
                PackageLimits.defaults().withMaxEntries(8));

        assertThat(seven.judge(archive, name)).isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo(Reason.ARCHIVE_BOMB);
            assertThat(rejected.message())
                    .contains("the archive has more than 7 files and folders")
                    .contains("use fewer folders");
        });
        assertThat(eight.reason(archive, name)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"p.zip", "p.tar"})
    void aFolderThatIsAnEntryItselfCountsOnce(String name) throws IOException {
        byte[] archive = PackageBuilder.data()
                .unlisted("a/", new byte[0])
                .file("a/1.txt", "")
                .as(name);

        assertThat(new Bench(folder, PackageLimits.defaults().withMaxEntries(3)).reason(archive, name))
                .isNull();
    }

    @Test
    void noFolderBeyondTheLimitIsMade() throws IOException {
        byte[] archive = PackageBuilder.data()
                .file("a/b/c/d/e/f/g/h/1.txt", "")
                .file("i/j/k/l/m/n/o/p/2.txt", "")
                .zip();
        Bench ten = new Bench(folder, PackageLimits.defaults().withMaxEntries(10));

        assertThat(ten.reason(archive, "p.zip")).isEqualTo(Reason.ARCHIVE_BOMB);
        assertThat(ten.unpacked().resolve("a")).isDirectory();
        assertThat(ten.unpacked().resolve("i")).doesNotExist();
    }

    /** 60 MB of zeros as the value of one key, in 58 kB. */
    @Test
    void anEndlessExtendedHeader() throws IOException {
        long size = 60 * MIB;
        Path bomb = folder.resolve("bomb");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb))) {
            out.write(header("pax", 'x', size));
            writeZeros(out, size);
        }
        assertThat(Files.size(bomb)).isLessThan(100_000);

        Verdict verdict = new Bench(folder).judge(bomb, "p.tar.gz");

        assertThat(((Verdict.Rejected) verdict).reason()).isEqualTo(Reason.ARCHIVE_BOMB);
    }

    @Test
    void headersWithoutEnd() throws IOException {
        byte[] global =
                joined(header("g", 'g', 16), "16 comment=abcd\n".getBytes(StandardCharsets.UTF_8), new byte[496]);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < 40; i++) {
            all.writeBytes(global);
        }
        PackageLimits limits = PackageLimits.defaults().withMaxEntries(10);

        assertThat(new Bench(folder, limits).reason(all.toByteArray(), "p.tar")).isEqualTo(Reason.ARCHIVE_BOMB);
    }

    /** The same package with a file name of a megabyte in its gzip header. */
    @Test
    void anEndlessGzipHeader() throws IOException {
        byte[] good = PackageBuilder.data().as("p.tgz");
        byte[] name = new byte[1_000_001];
        Arrays.fill(name, 0, name.length - 1, (byte) 'a');
        byte[] start = Arrays.copyOf(good, 10);
        start[3] = 8;

        Verdict verdict =
                new Bench(folder).judge(joined(start, name, Arrays.copyOfRange(good, 10, good.length)), "p.tgz");

        assertThat(verdict).isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo(Reason.ARCHIVE_CORRUPT);
            assertThat(rejected.message()).contains("the header is longer than 65536 bytes");
        });
    }

    @Test
    void aDictionaryOrWindowThatNeedsTooMuchMemory() throws IOException {
        byte[] xz = GreedyPackages.withDictionary(PackageBuilder.data().as("p.tar.xz"), 32);
        // A frame whose header asks for a window of 256 MiB and holds one empty last block.
        byte[] zstd = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) (18 << 3), 1, 0, 0};

        assertThat(new Bench(folder).reason(xz, "p.tar.xz")).isEqualTo(Reason.ARCHIVE_BOMB);
        assertThat(new Bench(Files.createDirectory(folder.resolve("b"))).reason(zstd, "p.tar.zst"))
                .isEqualTo(Reason.ARCHIVE_BOMB);
    }

    @Test
    void aManifestLongerThanAllowed() throws IOException {
        byte[] archive = PackageBuilder.data()
                .member("event", "\"" + " ".repeat(17 << 20) + "\"")
                .zip();

        assertThat(new Bench(folder).judge(archive, "p.zip"))
                .isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> {
                    assertThat(rejected.reason()).isEqualTo(Reason.MANIFEST_INVALID);
                    assertThat(rejected.message()).contains("manifest.json is longer than 16777216 bytes");
                });
    }

    @Test
    void whatExhaustsTheStackOrTheHeapEndsThePackageOnly() throws IOException {
        Confinement confinement = new Confinement(Duration.ofMinutes(1));

        assertThatThrownBy(() -> confinement.run(turn -> deeper()))
                .isInstanceOfSatisfying(
                        UnreadablePackageException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.ARCHIVE_CORRUPT));
        assertThatThrownBy(() -> confinement.run(turn -> {
                    throw new OutOfMemoryError("Java heap space");
                }))
                .isInstanceOfSatisfying(
                        UnreadablePackageException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.ARCHIVE_BOMB));
    }

    @SuppressWarnings("InfiniteRecursion")
    private static int deeper() {
        return deeper() + 1;
    }

    private Path zeros(String name, long size) throws IOException {
        Path bomb = folder.resolve(name);
        try (OutputStream file = Files.newOutputStream(bomb)) {
            if (name.endsWith(".zip")) {
                try (ZipOutputStream zip = new ZipOutputStream(file)) {
                    zip.putNextEntry(new ZipEntry("zeros.txt"));
                    writeZeros(zip, size);
                }
                return bomb;
            }
            try (OutputStream out = name.endsWith("gz")
                    ? new GZIPOutputStream(file)
                    : name.endsWith("xz")
                            ? new XZOutputStream(file, new LZMA2Options(0))
                            : new ZstdCompressorOutputStream(file)) {
                out.write(header("zeros.txt", '0', size));
                writeZeros(out, size + 1024);
            }
        }
        return bomb;
    }

    private static void writeZeros(OutputStream out, long size) throws IOException {
        byte[] zeros = new byte[(int) MIB];
        for (long left = size; left > 0; left -= zeros.length) {
            out.write(zeros, 0, (int) Math.min(left, zeros.length));
        }
    }
}
