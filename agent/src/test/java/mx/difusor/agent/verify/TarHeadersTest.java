package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.TarTricksTest.header;
import static mx.difusor.agent.verify.TarTricksTest.padded;
import static mx.difusor.agent.verify.ZipTricksTest.joined;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Verdict;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tars whose headers lie, one field at a time. Each is refused, and the message says which. */
class TarHeadersTest {

    private static final int SIZE_AT = 124;
    private static final int PREFIX_AT = 345;
    private static final byte[] CONTENT = padded("aaaa");

    @TempDir
    Path folder;

    private Bench bench;
    private final byte[] rest =
            PackageBuilder.data().unlisted("b.txt", new byte[1]).tar();

    @BeforeEach
    void aBench() {
        bench = new Bench(folder);
    }

    /** The first file's header, changed and given a checksum that fits again. */
    private static byte[] changed(byte[] header, int at, byte[] with) {
        byte[] changed = header.clone();
        System.arraycopy(with, 0, changed, at, with.length);
        Arrays.fill(changed, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : changed) {
            sum += b & 0xff;
        }
        byte[] octal = String.format(Locale.ROOT, "%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(octal, 0, changed, 148, octal.length);
        return changed;
    }

    private static byte[] file() {
        return header("a.txt", '0', 4);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Base 256 is how GNU writes sizes from 8 GiB on. */
    @ParameterizedTest
    @ValueSource(strings = {"\u0080\0\0\0\0\0\0\0\0\0\0\u0004", "       4   ", "00000000004\0", "000000000004"})
    void sizesInEveryNotation(String size) throws IOException {
        expect(joined(changed(file(), SIZE_AT, ascii(size)), CONTENT, rest), Reason.FILE_UNLISTED, "in the archive");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00fc",
                "\u0080\0\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff",
                "\u00c0\0\0\0\0\0\0\0\0\0\0\u0004",
                "-0000000004\0",
                "00000000008\0",
                "4\0" + "0000000000",
                "\0" + "00000000004",
            })
    void sizesThatAreNegativeTooLargeOrTwofold(String size) throws IOException {
        byte[] tar = joined(changed(file(), SIZE_AT, ascii(size)), CONTENT, rest);

        expect(tar, Reason.ARCHIVE_CORRUPT, "header of the tar is damaged");
    }

    @Test
    void aSizeBeyondTheEnd() throws IOException {
        byte[] size = ascii("\u0080\0\0\0\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff");

        expect(joined(changed(file(), SIZE_AT, size), CONTENT, rest), Reason.ARCHIVE_CORRUPT, "the tar is cut off");
    }

    @Test
    void aFolderOrALinkWithASize() throws IOException {
        expect(joined(header("d/", '5', 4), CONTENT, rest), Reason.ARCHIVE_CORRUPT, "folder with bytes of its own");
        expect(
                joined(header("l", '2', 4), CONTENT, rest),
                Reason.ENTRY_FORBIDDEN,
                "type 2): packages hold no links, devices or sparse files; tar -h stores");
        expect(
                joined(header("l", '1', 4), CONTENT, rest),
                Reason.ENTRY_FORBIDDEN,
                "sparse files; tar --hard-dereference stores");
    }

    /** GNU tar takes it as signed for the sake of old tars, and so do we. */
    @Test
    void aChecksumOfSignedBytesIsAChecksum() throws IOException {
        byte[] header = changed(header("a\u00f1", '0', 4), 265, new byte[] {(byte) 0xF0});
        int unsigned = Integer.parseInt(new String(header, 148, 6, StandardCharsets.US_ASCII), 8);
        int negative = 0;
        for (byte b : header) {
            negative += b < 0 ? 256 : 0;
        }
        byte[] octal = ascii(String.format(Locale.ROOT, "%06o", unsigned - negative));
        System.arraycopy(octal, 0, header, 148, octal.length);
        expect(joined(header, CONTENT, rest), Reason.FILE_UNLISTED, "in the archive");
        header[153]++;
        expect(joined(header, CONTENT, rest), Reason.ARCHIVE_CORRUPT, "header of the tar is damaged");
    }

    /** Only ustar has the beginning of a long name there; older tars have nothing and GNU's has times. */
    @Test
    void aPrefixThatOnlySomeReadersSee() throws IOException {
        byte[] prefix = ascii("../..");
        byte[] ustar = changed(changed(file(), 257, ascii("ustar\00000")), PREFIX_AT, prefix);
        expect(joined(ustar, CONTENT, rest), Reason.PATH_UNSAFE, "has .. in it");
        byte[] old = changed(file(), 257, new byte[8]);
        expect(joined(old, CONTENT, rest), Reason.FILE_UNLISTED, "in the archive");
        byte[] hiding = changed(old, PREFIX_AT, prefix);
        expect(joined(hiding, CONTENT, rest), Reason.ARCHIVE_CORRUPT, "header of the tar is damaged");
        byte[] gnu = changed(changed(file(), 257, ascii("ustar  \0")), PREFIX_AT, ascii("14634010644\0"));
        expect(joined(gnu, CONTENT, rest), Reason.FILE_UNLISTED, "in the archive");
    }

    /** star has times behind 131 bytes of prefix; other readers would take them for more of it. */
    @Test
    void theShorterPrefixOfStar() throws IOException {
        byte[] star = changed(changed(file(), 257, ascii("ustar\00000")), 508, ascii("tar\0"));
        byte[] named = changed(star, PREFIX_AT, ascii("d/".repeat(8) + "d".repeat(115)));
        byte[] times = changed(named, PREFIX_AT + 131, ascii("14634010644 14634010644 "));
        assertThat(path(times)).isEqualTo("d/".repeat(8) + "d".repeat(115) + "/a.txt");
        byte[] ustar = changed(changed(file(), 257, ascii("ustar\00000")), PREFIX_AT, ascii("d/".repeat(77) + "d"));
        assertThat(path(ustar)).as("of others the whole is one").isEqualTo("d/".repeat(78) + "a.txt");
        byte[] nothing = changed(star, PREFIX_AT + 131, ascii("14634010644 14634010644 "));
        expect(joined(nothing, CONTENT, rest), Reason.FILE_UNLISTED, "in the archive");
    }

    private @Nullable String path(byte[] header) throws IOException {
        return ((Verdict.Rejected) bench.judge(joined(header, CONTENT, rest), "p.tar")).path();
    }

    @Test
    void longNamesOfGnu() throws IOException {
        byte[] bare = header("././@LongLink", 'L', 5);
        expect(joined(bare, padded("c.txt"), file(), CONTENT, rest), Reason.FILE_UNLISTED, "in the archive");
        byte[] name = header("././@LongLink", 'L', 6);
        expect(joined(name, padded("c.txt\0"), file(), CONTENT, rest), Reason.FILE_UNLISTED, "in the archive");
        byte[] longer = header("././@LongLink", 'L', 11);
        expect(joined(longer, padded("c.txt\0.html"), file(), CONTENT, rest), Reason.ARCHIVE_CORRUPT, "damaged");
        byte[] outside = header("././@LongLink", 'L', 9);
        expect(joined(outside, padded("../c.txt\0"), file(), CONTENT, rest), Reason.PATH_UNSAFE, "has .. in it");
        byte[] link = header("././@LongLink", 'K', 6);
        expect(joined(link, padded("c.txt\0"), file(), CONTENT, rest), Reason.ENTRY_FORBIDDEN, "type K");
        expect(joined(link, padded("c.txt\0"), file(), CONTENT, rest), Reason.ENTRY_FORBIDDEN, "; tar -h stores");
        byte[] pax = header("x", 'x', 17);
        expect(joined(pax, padded("17 linkpath=/etc\n"), file(), CONTENT, rest), Reason.ENTRY_FORBIDDEN, "; tar -h");
    }

    @Test
    void descriptionsThatNothingFollowsOrThatStandInEachOthersWay() throws IOException {
        byte[] pax = joined(header("x", 'x', 14), padded("14 path=c.txt\n"));
        byte[] global = joined(header("g", 'g', 16), padded("16 comment=abcd\n"));
        byte[] end = new byte[1024];
        expect(joined(pax, end), Reason.ARCHIVE_CORRUPT, "cut off");
        expect(joined(global, end), Reason.ARCHIVE_CORRUPT, "cut off");
        expect(joined(pax, global, file(), CONTENT, rest), Reason.ARCHIVE_CORRUPT, "two headers describe");
        expect(joined(global, pax, file(), CONTENT, rest), Reason.FILE_UNLISTED, "in the archive");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mtime=x",
                "mtime=",
                "mtime=1e9",
                "uid=-1",
                "uid=1.5",
                "atime=1717390800.5.5",
                "gid=9999999999999999"
            })
    void paxNumbersThatMakeOtherReadersStop(String record) throws IOException {
        expect(
                joined(
                        header("x", 'x', record.length() + 4),
                        padded(length(record) + record + "\n"),
                        file(),
                        CONTENT,
                        rest),
                Reason.ARCHIVE_CORRUPT,
                "pax header of the tar is damaged");
    }

    private static String length(String record) {
        return String.format(Locale.ROOT, "%02d ", record.length() + 4);
    }

    @Test
    void aSizeOrAnEmptyNameOutOfAPaxHeader() throws IOException {
        byte[] none = header("a.txt", '0', 0);
        byte[] size = joined(header("x", 'x', 9), padded("9 size=4\n"));
        expect(joined(size, none, CONTENT, rest), Reason.FILE_UNLISTED, "in the archive");
        expect(joined(size, header("a.txt", '0', 3), CONTENT, rest), Reason.ARCHIVE_CORRUPT, "different sizes");
        expect(joined(size, header("d/", '5', 0), CONTENT, rest), Reason.ARCHIVE_CORRUPT, "folder with bytes");
        byte[] huge = joined(header("x", 'x', 25), padded("25 size=9223372036854775\n"));
        expect(joined(huge, none, CONTENT, rest), Reason.ARCHIVE_CORRUPT, "cut off");
        byte[] negative = joined(header("x", 'x', 10), padded("10 size=-4\n"));
        expect(joined(negative, none, CONTENT, rest), Reason.ARCHIVE_CORRUPT, "pax header of the tar is damaged");
        byte[] empty = joined(header("x", 'x', 8), padded("8 path=\n"));
        expect(joined(empty, file(), CONTENT, rest), Reason.PATH_UNSAFE, "is empty");
    }

    @Test
    void aSizeBehindANulWhereOthersReadNone() throws IOException {
        byte[] twofold = changed(file(), SIZE_AT, ascii("\0000000004\0\0"));
        expect(joined(twofold, rest), Reason.ARCHIVE_CORRUPT, "header of the tar is damaged");
    }

    /** As some old tars write it for folders. */
    @Test
    void aSizeOfNothingButNulsIsNone() throws IOException {
        byte[] nuls = changed(header("d/", '5', 0), SIZE_AT, new byte[12]);
        expect(joined(nuls, rest), Reason.FILE_UNLISTED, "in the archive");
    }

    @Test
    void foldersOfEveryAgeAndTheOneOfTheArchiveItself() throws IOException {
        for (byte[] folder : new byte[][] {header("d/", '\0', 0), header("d", '5', 0), header("d/", '5', 0)}) {
            expect(joined(folder, rest), Reason.FILE_UNLISTED, "in the archive");
        }
        for (String itself : new String[] {".", "./"}) {
            expect(joined(header(itself, '5', 0), rest), Reason.FILE_UNLISTED, "in the archive");
        }
        byte[] root = changed(header("d", '5', 0), 0, ascii("/"));
        expect(joined(root, rest), Reason.PATH_UNSAFE, "has an entry for the folder / itself: make it with tar -C");
    }

    @Test
    void onlyOldHeadersWithASlashAreFoldersByTheirNames() throws IOException {
        byte[] old = changed(file(), 156, new byte[1]);
        expect(joined(old, CONTENT, rest), Reason.FILE_UNLISTED, "in the archive");
        byte[] slash = changed(file(), 0, ascii("a.txt/"));
        expect(joined(slash, CONTENT, rest), Reason.PATH_UNSAFE, "has an empty name between two slashes");
    }

    @Test
    void aTarThatEndsBehindAFolder() throws IOException {
        byte[] folder = header("d/", '5', 0);
        expect(folder, Reason.ARCHIVE_CORRUPT, "the tar is cut off");
        expect(joined(folder, new byte[511]), Reason.ARCHIVE_CORRUPT, "the tar is cut off");
    }

    @Test
    void aFolderBelowWhatIsAFile() throws IOException {
        expect(joined(header("x/y", '5', 0), header("x", '0', 0), rest), Reason.PATH_UNSAFE, "a file and a folder");
    }

    @Test
    void aDescriptionThatIsCutOff() throws IOException {
        byte[] pax = Arrays.copyOf(ascii("12 path=abc\n"), 100);
        expect(joined(header("x", 'x', 100), pax), Reason.ARCHIVE_CORRUPT, "the tar is cut off");
    }

    @ParameterizedTest
    @ValueSource(strings = {"12 path=abcX", "9 size=:\n", "9 size=/\n", "28 size=1234567890123456789\n", "8 size=\n"})
    void paxRecordsThatAreNone(String record) throws IOException {
        expect(
                joined(header("x", 'x', record.length()), padded(record), file(), CONTENT, rest),
                Reason.ARCHIVE_CORRUPT,
                "a pax header of the tar is damaged");
    }

    @Test
    void paxRecordsOfVendorsThatMeanNothingHere() throws IOException {
        String record = "26 SCHILY.xattr.user.a=bc\n";
        expect(
                joined(header("x", 'x', record.length()), padded(record), file(), CONTENT, rest),
                Reason.FILE_UNLISTED,
                "in the archive");
    }

    private void expect(byte[] tar, Reason reason, String cause) throws IOException {
        assertThat(bench.judge(tar, "p.tar")).isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> {
            assertThat(rejected.message()).contains(cause);
            assertThat(rejected.reason()).isEqualTo(reason);
        });
    }
}
