package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.ZipTricksTest.joined;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import mx.difusor.agent.model.Reason;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tars, and what they are compressed into, in which two readers could see two things. */
class TarTricksTest {

    @TempDir
    Path folder;

    private Bench bench;
    private final PackageBuilder builder = PackageBuilder.data().file("a.txt", "aaaa");

    @BeforeEach
    void aBench() {
        bench = new Bench(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"p.tar", "p.tar.gz", "p.tgz", "p.tar.xz", "p.tar.zst"})
    void anythingAfterTheEnd(String name) throws IOException {
        byte[] good = builder.as(name);
        expect(null, good, name);
        expect(Reason.ARCHIVE_CORRUPT, joined(good, new byte[] {1}), name);
        expect(Reason.ARCHIVE_CORRUPT, joined(good, good), name);
        byte[] hidden = joined(builder.tar(), new byte[] {1});
        expect(Reason.ARCHIVE_CORRUPT, PackageBuilder.compressed(hidden, name), name);
        expect(Reason.ARCHIVE_CORRUPT, PackageBuilder.compressed(joined(builder.tar(), builder.tar()), name), name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"p.tar", "p.tar.gz", "p.tar.xz", "p.tar.zst", "p.zip"})
    void aPartOfTheFile(String name) throws IOException {
        byte[] good = builder.as(name);
        for (int length : new int[] {0, 1, 10, good.length / 2, good.length - 1}) {
            expect(Reason.ARCHIVE_CORRUPT, Arrays.copyOf(good, length), name);
        }
    }

    @Test
    void aHeaderWithTheWrongChecksum() throws IOException {
        byte[] bad = builder.tar();
        bad[110] ^= 1; // the owner
        expect(Reason.ARCHIVE_CORRUPT, bad, "p.tar");
    }

    /** The decoder would pass over it without a word. */
    @Test
    void aSkippableFrameAfterTheZstdFrame() throws IOException {
        byte[] skippable = {0x50, 0x2A, 0x4D, 0x18, 1, 0, 0, 0, 'x'};
        expect(Reason.ARCHIVE_CORRUPT, joined(builder.as("p.tar.zst"), skippable), "p.tar.zst");
        expect(Reason.ARCHIVE_CORRUPT, joined(skippable, builder.as("p.tar.zst")), "p.tar.zst");
    }

    @Test
    void aTarWithoutItsEnd() throws IOException {
        byte[] good = builder.tar();
        int end = good.length;
        while (good[end - 1] == 0) {
            end--;
        }
        int block = (end + 511) / 512 * 512;
        expect(Reason.ARCHIVE_CORRUPT, Arrays.copyOf(good, block), "p.tar");
        expect(Reason.ARCHIVE_CORRUPT, Arrays.copyOf(good, block + 512), "p.tar");
        expect(null, Arrays.copyOf(good, block + 1024), "p.tar");
    }

    @ParameterizedTest
    @ValueSource(bytes = {'1', '2', '3', '4', '6', '7', 'S', 'V', 'M', 'D', 'K', 'X', 'A', 'N'})
    void entriesThatAreNeitherFilesNorFolders(byte type) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry("b.txt", type);
        expect(Reason.ENTRY_FORBIDDEN, builder.tar(List.of(entry)), "p.tar");
    }

    @Test
    void aLinkThatAnExtendedHeaderDescribes() throws IOException {
        TarArchiveEntry link = new TarArchiveEntry("l", TarConstants.LF_SYMLINK);
        link.setLinkName("/etc/" + "x".repeat(200));
        expect(Reason.ENTRY_FORBIDDEN, builder.tar(List.of(link)), "p.tar");
    }

    @Test
    void foldersWithForbiddenNames() throws IOException {
        expect(null, builder.tar(List.of(folder("./"), folder("datos/"), folder("datos/"))), "p.tar");
        for (String name : List.of("../", "a/../b/", "aux/", "A.txt/", "a.txt/", "d./")) {
            expect(Reason.PATH_UNSAFE, builder.tar(List.of(folder(name))), "p.tar");
        }
    }

    private static TarArchiveEntry folder(String name) {
        return new TarArchiveEntry(name, TarConstants.LF_DIR);
    }

    @Test
    void theSameFileTwiceEvenWithADot() throws IOException {
        byte[] once = builder.tar();
        byte[] file = Arrays.copyOf(once, 1024);
        expect(Reason.ARCHIVE_CORRUPT, joined(file, once), "p.tar");
        byte[] dotted = joined(header("./a.txt", '0', 4), padded("aaaa"), once);
        expect(Reason.ARCHIVE_CORRUPT, dotted, "p.tar");
    }

    @Test
    void extendedHeadersWithKeysThatChangeMeanings() throws IOException {
        expect(null, described(record("mtime=1717390800.000000")), "p.tar");
        expect(null, described(record("SCHILY.ino=12345")), "p.tar");
        expect(null, described(record("hdrcharset=ISO-IR 10646 2000 UTF-8") + record("charset=UTF-8")), "p.tar");
        expect(Reason.ENTRY_FORBIDDEN, described(record("GNU.sparse.major=1")), "p.tar");
        expect(Reason.ENTRY_FORBIDDEN, described(record("SCHILY.devices=1")), "p.tar");
        expect(Reason.ENTRY_FORBIDDEN, described(record("linkpath=/etc")), "p.tar");
        expect(Reason.ENTRY_FORBIDDEN, described(record("SCHILY.filetype=2")), "p.tar");
        expect(Reason.PATH_UNSAFE, described(record("path=../b")), "p.tar");
        expect(Reason.PATH_UNSAFE, described(record("hdrcharset=BINARY")), "p.tar");
        expect(Reason.ARCHIVE_CORRUPT, described(record("size=33")), "p.tar");
        expect(Reason.ARCHIVE_CORRUPT, described("99 path=b.txt\n"), "p.tar");
        expect(Reason.ARCHIVE_CORRUPT, described("path=b.txt\n"), "p.tar");
        expect(Reason.ARCHIVE_CORRUPT, described(record("path=b.txt").repeat(2)), "p.tar");
        byte[] extended = Arrays.copyOf(described(record("path=b.txt")), 1024);
        expect(Reason.ARCHIVE_CORRUPT, joined(extended, described(record("path=c.txt"))), "p.tar");
    }

    /** git writes the commit's hash; anything else would change every entry. */
    @Test
    void globalHeaders() throws IOException {
        expect(null, global("16 comment=abcd\n"), "p.tar");
        for (String other : List.of(
                "12 path=abc\n",
                "16 comment=abcde",
                "16 comment=abcd\n12 path=abc\n",
                "17 comment=abcd\n",
                "comment=abcdefghi\n",
                " 16 comment=abcd\n",
                "6 com\n")) {
            expect(Reason.ENTRY_FORBIDDEN, global(other), "p.tar");
        }
    }

    private byte[] global(String records) {
        return joined(header("g", 'g', records.length()), padded(records), builder.tar());
    }

    /** Counts its own length. */
    private static String record(String keyAndValue) {
        int length = keyAndValue.length() + 4;
        return (length < 100 ? length : length + 1) + " " + keyAndValue + "\n";
    }

    private byte[] described(String pax) {
        return joined(header("pax", 'x', pax.length()), padded(pax), builder.tar());
    }

    static byte[] header(String name, char type, long size) {
        TarArchiveEntry entry = new TarArchiveEntry(name, (byte) type, true);
        entry.setSize(size);
        byte[] block = new byte[512];
        entry.writeEntryHeader(block);
        return block;
    }

    static byte[] padded(String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, (bytes.length + 511) / 512 * 512);
    }

    private void expect(@Nullable Reason reason, byte[] archive, String name) throws IOException {
        assertThat(bench.reason(archive, name)).isEqualTo(reason);
    }
}
