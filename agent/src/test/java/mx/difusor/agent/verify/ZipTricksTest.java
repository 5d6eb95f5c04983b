package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import mx.difusor.agent.model.Reason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Zips in which two readers could see two things. */
class ZipTricksTest {

    private static final int CENTRAL = 0x02014b50;
    private static final int LOCAL = 0x04034b50;
    private static final int DESCRIPTOR = 0x08074b50;
    private static final int END = 0x06054b50;

    @TempDir
    Path folder;

    private Bench bench;
    private byte[] good;

    @BeforeEach
    void aGoodZip() throws IOException {
        bench = new Bench(folder);
        good = PackageBuilder.data().file("a.txt", "aaaa").file("b.txt", "bbbb").plainZip();
        assertThat(bench.reason(good, "p.zip")).isNull();
    }

    @Test
    void bytesBeforeBetweenOrAfterTheEntries() throws IOException {
        expect(Reason.ARCHIVE_CORRUPT, joined(new byte[] {1}, good));
        expect(Reason.ARCHIVE_CORRUPT, joined(good, new byte[] {0}));
        expect(Reason.ARCHIVE_CORRUPT, joined(good, good));
        int central = position(CENTRAL, 0);
        byte[] gap =
                joined(Arrays.copyOf(good, central), new byte[] {0}, Arrays.copyOfRange(good, central, good.length));
        int end = gap.length - 22;
        bytes(gap).putInt(end + 16, central + 1);
        expect(Reason.ARCHIVE_CORRUPT, gap);
    }

    /** As bsdtar writes it, which is the tar of Windows and macOS: {@code tar -a -cf PREP.zip .} */
    @Test
    void oneDotBeforeEveryPathIsPassedOver() throws IOException {
        expectTree(with("./", "./manifest.json", "./a.txt", "./d/", "./d/b.txt"));
        expectTree(with("./", "manifest.json", "a.txt", "d/b.txt"));

        expect(Reason.ARCHIVE_CORRUPT, with("manifest.json", "a.txt", "./a.txt", "d/b.txt"));
        expect(Reason.PATH_UNSAFE, with("manifest.json", "./A.txt", "a.txt", "d/b.txt"));
        for (String bad :
                new String[] {"././a.txt", ".//a.txt", "./../a.txt", "././", ".//", "../", ".", "./..", "/"}) {
            expect(Reason.PATH_UNSAFE, with("manifest.json", "a.txt", "d/b.txt", bad));
        }
    }

    private void expectTree(byte[] zip) throws IOException {
        assertThat(bench.reason(zip, "p.zip")).isNull();
        assertThat(Bench.tree(bench.unpacked())).containsOnlyKeys("a.txt", "d/b.txt");
    }

    /** A manifest of {@code a.txt} and {@code d/b.txt}, and these entries. */
    private static byte[] with(String... names) {
        byte[] manifest = PackageBuilder.data()
                .file("a.txt", "aaaa")
                .file("d/b.txt", "aaaa")
                .manifest()
                .getBytes(StandardCharsets.UTF_8);
        PackageBuilder files = PackageBuilder.data().withoutManifest();
        for (String name : names) {
            byte[] content = name.endsWith("manifest.json")
                    ? manifest
                    : (name.endsWith("/") ? "" : "aaaa").getBytes(StandardCharsets.UTF_8);
            files.unlisted(name, content);
        }
        return files.plainZip();
    }

    /** Entries are read several at once; what the receipt says must not depend on which one is the quicker. */
    @Test
    void ofSeveralDamagedEntriesTheFirstIsNamed() throws IOException {
        PackageBuilder files = PackageBuilder.data();
        for (int i = 0; i < 200; i++) {
            files.file("f%03d.txt".formatted(i), "x".repeat(i == 50 ? 2_000_000 : 10));
        }
        byte[] zip = files.plainZip();
        for (int i : new int[] {50, 51, 120, 199}) {
            int name = indexOf(zip, "f%03d.txt".formatted(i).getBytes(StandardCharsets.UTF_8));
            zip[name + "f000.txt".length() + 9] ^= 1; // in its bytes
        }
        for (int i = 0; i < 20; i++) {
            assertThat(bench.judge(zip, "p.zip").toString()).contains("CRC").contains("path=f050.txt");
        }
    }

    private static int indexOf(byte[] all, byte[] wanted) {
        int at = 0;
        while (!Arrays.equals(all, at, at + wanted.length, wanted, 0, wanted.length)) {
            at++;
        }
        return at;
    }

    /** As a self-extracting zip: the offsets fit, and other readers skip what stands before. */
    @Test
    void bytesBeforeTheFirstEntryThatAllOffsetsAllowFor() throws IOException {
        byte[] bad = joined(new byte[] {1}, good);
        ByteBuffer zip = bytes(bad);
        for (int at = position(CENTRAL, 0) + 1; zip.getInt(at) == CENTRAL; ) {
            zip.putInt(at + 42, zip.getInt(at + 42) + 1);
            at += 46 + zip.getShort(at + 28) + zip.getShort(at + 30) + zip.getShort(at + 32);
        }
        int end = bad.length - 22;
        zip.putInt(end + 16, zip.getInt(end + 16) + 1);
        expect(Reason.ARCHIVE_CORRUPT, bad);
    }

    @Test
    void aSecondEntryOverTheFirst() throws IOException {
        byte[] bad = good.clone();
        int second = position(CENTRAL, position(CENTRAL, 0) + 1);
        bytes(bad).putInt(second + 42, 0);
        expect(Reason.ARCHIVE_BOMB, bad);
    }

    @Test
    void anEntryThatTheDirectoryDoesNotList() throws IOException {
        byte[] bad = good.clone();
        ByteBuffer end = bytes(bad);
        int first = position(CENTRAL, 0);
        int second = position(CENTRAL, first + 1);
        int at = bad.length - 22;
        end.putShort(at + 8, (short) 2).putShort(at + 10, (short) 2);
        end.putInt(at + 12, end.getInt(at + 12) - (second - first)).putInt(at + 16, second);
        expect(Reason.ARCHIVE_CORRUPT, bad);
    }

    @Test
    void aHeaderThatSaysAnotherNameSizeCrcOrMethod() throws IOException {
        for (int offset : new int[] {6, 8, 14, 18, 22, 30}) {
            byte[] bad = good.clone();
            bad[position(LOCAL, 0) + offset] ^= 8;
            expect(Reason.ARCHIVE_CORRUPT, bad);
        }
    }

    @Test
    void aCrcThatBothHeadersAgreeOnAndTheBytesDoNot() throws IOException {
        byte[] bad = good.clone();
        bad[position(LOCAL, 0) + 14] ^= 1;
        bad[position(CENTRAL, 0) + 16] ^= 1;
        expect(Reason.ARCHIVE_CORRUPT, bad);
    }

    @Test
    void aDataDescriptorOrADeclaredSizeThatIsNotTrue() throws IOException {
        byte[] deflated = PackageBuilder.data().file("a.txt", "a".repeat(100)).zip();
        expect(null, deflated);
        int descriptor = position(deflated, DESCRIPTOR, 0);
        for (int offset : new int[] {0, 4, 8, 12}) {
            byte[] bad = deflated.clone();
            bad[descriptor + offset] ^= 1;
            expect(Reason.ARCHIVE_CORRUPT, bad);
        }
        for (int change : new int[] {-1, 1}) {
            byte[] bad = deflated.clone();
            bad[descriptor + 12] += (byte) change;
            bad[position(deflated, CENTRAL, 0) + 24] += (byte) change;
            expect(Reason.ARCHIVE_CORRUPT, bad);
        }
    }

    /** Info-ZIP's extra field 0x7075: version, CRC of the first name, second name. */
    @Test
    void aSecondNameThatIsNotTheFirst() throws IOException {
        expect(null, withUnicodeName("a.txt"));
        expect(Reason.PATH_UNSAFE, withUnicodeName("b.txt"));
    }

    private static byte[] withUnicodeName(String second) throws IOException {
        CRC32 crc = new CRC32();
        crc.update("a.txt".getBytes(StandardCharsets.UTF_8));
        byte[] extra = new byte[9 + second.length()];
        bytes(extra)
                .putShort((short) 0x7075)
                .putShort((short) (5 + second.length()))
                .put((byte) 1)
                .putInt((int) crc.getValue())
                .put(second.getBytes(StandardCharsets.UTF_8));
        ZipEntry entry = new ZipEntry("a.txt");
        entry.setExtra(extra);
        return with(entry);
    }

    @Test
    void encryptionLinksVolumesAndUnknownMethods() throws IOException {
        expect(Reason.ENTRY_FORBIDDEN, bothFlags(1));
        byte[] link = good.clone();
        bytes(link).putInt(position(CENTRAL, 0) + 38, 0xA1FF << 16);
        expect(Reason.ENTRY_FORBIDDEN, link);
        byte[] volume = good.clone();
        bytes(volume).putInt(position(CENTRAL, 0) + 38, 8);
        expect(Reason.ENTRY_FORBIDDEN, volume);
        byte[] bzip2 = good.clone();
        bzip2[position(LOCAL, 0) + 8] = 12;
        bzip2[position(CENTRAL, 0) + 10] = 12;
        expect(Reason.ARCHIVE_CORRUPT, bzip2);
    }

    @Test
    void severalDisks() throws IOException {
        byte[] bad = good.clone();
        bad[position(END, 0) + 4] = 1;
        expect(Reason.ARCHIVE_CORRUPT, bad);
    }

    @Test
    void theSameNameTwice() throws IOException {
        byte[] bad = new String(good, StandardCharsets.ISO_8859_1)
                .replace("b.txt\"", "b!txt\"")
                .replace("b.txt", "a.txt")
                .replace("b!txt", "b.txt")
                .getBytes(StandardCharsets.ISO_8859_1);
        expect(Reason.ARCHIVE_CORRUPT, bad);
    }

    @Test
    void aNameThatIsNotUtf8() throws IOException {
        byte[] bad = good.clone();
        bad[position(LOCAL, 0) + 30] = (byte) 0xA4;
        bad[position(CENTRAL, 0) + 46] = (byte) 0xA4;
        expect(Reason.PATH_UNSAFE, bad);
    }

    @Test
    void foldersMayBeThereButNotWithForbiddenNames() throws IOException {
        expect(null, withFolder("datos/"));
        expect(Reason.PATH_UNSAFE, withFolder("../"));
        expect(Reason.PATH_UNSAFE, withFolder("/"));
        expect(Reason.PATH_UNSAFE, withFolder("a.txt/"));
        expect(Reason.PATH_UNSAFE, withFolder("A.txt/"));
    }

    private static byte[] withFolder(String name) throws IOException {
        return with(new ZipEntry(name), new ZipEntry("a.txt"));
    }

    /** A good package with one file, a.txt, whose entry is the last of these. */
    private static byte[] with(ZipEntry... entries) throws IOException {
        PackageBuilder files = PackageBuilder.data().file("a.txt", "a");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (ZipEntry entry : entries) {
                zip.putNextEntry(entry);
            }
            zip.write('a');
            zip.putNextEntry(new ZipEntry("manifest.json"));
            zip.write(files.manifest().getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }

    private byte[] bothFlags(int flag) {
        byte[] changed = good.clone();
        changed[position(LOCAL, 0) + 6] |= (byte) flag;
        changed[position(CENTRAL, 0) + 8] |= (byte) flag;
        return changed;
    }

    private void expect(@Nullable Reason reason, byte[] zip) throws IOException {
        assertThat(bench.reason(zip, "p.zip")).isEqualTo(reason);
    }

    private int position(int signature, int from) {
        return position(good, signature, from);
    }

    private static int position(byte[] zip, int signature, int from) {
        for (int i = from; i < zip.length - 3; i++) {
            if (bytes(zip).getInt(i) == signature) {
                return i;
            }
        }
        throw new IllegalArgumentException();
    }

    private static ByteBuffer bytes(byte[] array) {
        return ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
