package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.ForgedZip.buffer;
import static mx.difusor.agent.verify.ForgedZip.field;
import static mx.difusor.agent.verify.ZipTricksTest.joined;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Verdict;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Zips whose directory, descriptors or last records lie, and odd ones that are fine. */
class ForgedZipRecordsTest {

    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void aBench() {
        bench = new Bench(folder);
    }

    private static ForgedZip stored() {
        return ForgedZip.of(PackageBuilder.data().file("a.txt", "aaaa").file("b.txt", "bbbb"), false);
    }

    private static ForgedZip deflated() {
        return ForgedZip.of(PackageBuilder.data().file("a.txt", "aaaa").file("b.txt", "bbbb"), true);
    }

    @Test
    void theDirectoryMayListEntriesInAnotherOrderThanTheirBytes() throws IOException {
        ForgedZip zip = stored();
        zip.directoryBackwards = true;
        expectAccepted(zip);
    }

    @Test
    void bytesInAZipWithoutEntries() throws IOException {
        ForgedZip zip = stored();
        zip.entries.clear();
        zip.beforeDirectory = new byte[] {1, 2, 3};
        expect(zip, Reason.ARCHIVE_CORRUPT, "bytes that belong to no entry");
    }

    @Test
    void aDirectoryWhoseEntryIsNone() throws IOException {
        byte[] bad = stored().bytes();
        bad[directory(bad)] ^= 1;
        expect(bad, "the zip's directory is damaged");
    }

    @Test
    void aDirectoryThatPointsAtBytesThatAreNoEntry() throws IOException {
        byte[] bad = stored().bytes();
        bad[0] ^= 1;
        expect(bad, "directory points at no entry");
    }

    @Test
    void bytesBetweenTheDirectoryAndTheLastRecord() throws IOException {
        byte[] good = stored().bytes();
        int end = good.length - 22;
        byte[] bad = joined(Arrays.copyOf(good, end), new byte[1], Arrays.copyOfRange(good, end, good.length));
        expect(bad, "records at the zip's end");
    }

    @Test
    void aDescriptorWithOddBytes() throws IOException {
        for (int length : new int[] {0, 4, 11, 13, 15, 17, 19, 21, 23, 25, 28}) {
            ForgedZip zip = deflated();
            zip.first().described(true, true);
            zip.first().descriptor = Arrays.copyOf(zip.first().descriptor(false, false), length);
            expect(zip, Reason.ARCHIVE_CORRUPT, "bytes that belong to no entry");
        }
    }

    @Test
    void aLocalHeaderThatLeavesSomeNumbersToTheDescriptor() throws IOException {
        for (int kept = 0; kept < 3; kept++) {
            ForgedZip zip = deflated();
            ForgedZip.Entry first = zip.first().described(true, false);
            first.localCrc = kept == 0 ? first.crc : 0;
            first.localSize = kept == 1 ? first.size : 0;
            first.localPackedSize = kept == 2 ? first.packedSize : 0;
            expectAccepted(zip);
        }
    }

    @Test
    void aLocalHeaderThatLeavesNumbersOutWithoutADescriptor() throws IOException {
        ForgedZip zip = deflated();
        zip.first().localCrc = 0;
        zip.first().localSize = 0;
        zip.first().localPackedSize = 0;
        expect(zip, Reason.ARCHIVE_CORRUPT, "different sizes or CRCs");
    }

    @Test
    void aLocalHeaderThatLeavesSomeNumbersToTheDescriptorAndContradictsAnother() throws IOException {
        for (int wrong = 0; wrong < 3; wrong++) {
            ForgedZip zip = deflated();
            ForgedZip.Entry first = zip.first().described(true, false);
            first.localCrc = wrong == 0 ? first.crc ^ 1 : 0;
            first.localSize = wrong == 1 ? first.size + 1 : 0;
            first.localPackedSize = wrong == 2 ? first.packedSize + 1 : 0;
            expect(zip, Reason.ARCHIVE_CORRUPT, "different sizes or CRCs");
        }
    }

    @Test
    void aFolderWithBytes() throws IOException {
        ForgedZip zip = ForgedZip.of(PackageBuilder.data().file("a.txt", "aaaa").file("b/", ""), true);
        ForgedZip.Entry folder = zip.entries.stream()
                .filter(entry -> new String(entry.name, StandardCharsets.UTF_8).equals("b/"))
                .findFirst()
                .orElseThrow();
        folder.data = joined(folder.data, new byte[] {1});
        folder.packedSize++;
        folder.localPackedSize++;
        expect(zip, Reason.ARCHIVE_CORRUPT, "half a file and half a folder");
    }

    @Test
    void headersThatAreLongerThanAllNamesTogether() throws IOException {
        for (boolean local : new boolean[] {true, false}) {
            ForgedZip zip = stored();
            byte[] padding = field(0xCAFE, new byte[ZipHeader.MAX_EXTRA_BYTES - 4]);
            for (int i = 0; i < 2_100; i++) {
                ForgedZip.Entry entry = ForgedZip.of(PackageBuilder.data().file(i + ".txt", ""), false)
                        .first();
                entry.extra = local ? entry.extra : padding;
                entry.localExtra = local ? padding : entry.localExtra;
                zip.entries.add(entry);
            }
            expect(zip, Reason.ARCHIVE_BOMB, "the zip's headers take more than");
        }
    }

    /** The last record is 22 bytes, before it 20 of a locator and 56 of the wide record. */
    @Test
    void aZipThatSaysItIsInSeveralParts() throws IOException {
        for (int at : new int[] {4, 6, 8}) {
            byte[] bad = stored().bytes();
            bad[bad.length - 22 + at]++;
            expect(bad, "split over several files");
        }
    }

    @Test
    void aWideRecordThatIsElsewhereInPartsOrNone() throws IOException {
        int locator = 22 + 20;
        int wide = locator + 56;
        for (int fromEnd :
                new int[] {locator - 4, locator - 8, wide, wide - 4, wide - 16, wide - 20, wide - 24, wide - 40}) {
            ForgedZip zip = stored();
            zip.zip64 = true;
            byte[] bad = zip.bytes();
            bad[bad.length - fromEnd]++;
            expect(bad, "records at the zip's end");
        }
    }

    @Test
    void twoWideRecords() throws IOException {
        ForgedZip zip = stored();
        zip.zip64 = true;
        byte[] good = zip.bytes();
        int wide = good.length - 22 - 20 - 56;
        byte[] record = Arrays.copyOfRange(good, wide, wide + 56);
        // The locator points at the first of the two.
        byte[] bad = joined(Arrays.copyOf(good, wide + 56), record, Arrays.copyOfRange(good, wide + 56, good.length));
        expect(bad, "records at the zip's end");
    }

    /** In the last record: two numbers of entries, the directory's length and where it begins. */
    @Test
    void aNarrowRecordThatRepeatsTheWideOneOrContradictsIt() throws IOException {
        ForgedZip zip = stored();
        zip.zip64 = true;
        byte[] wide = zip.bytes();
        ByteBuffer record = ByteBuffer.wrap(wide).order(ByteOrder.LITTLE_ENDIAN);
        int end = wide.length - 22;
        int begin = (int) record.getLong(end - 20 - 8);
        int length = (int) record.getLong(end - 20 - 16);
        record.putInt(end + 8, 3 << 16 | 3).putInt(end + 12, length).putInt(end + 16, begin);
        assertThat(bench.judge(wide, "p.zip")).isInstanceOf(Verdict.Accepted.class);
        record.putInt(end + 8, 2 << 16 | 2);
        expect(wide, "records at the zip's end");
        record.putInt(end + 8, 3 << 16 | 3).putInt(end + 16, begin - 1);
        expect(wide, "records at the zip's end");
        record.putInt(end + 12, length + 1).putInt(end + 16, begin);
        expect(wide, "records at the zip's end");
    }

    /** Packages bring zips of their own, stored. */
    @Test
    void theEndOfAZipInsideIsNotTheEndOfTheWhole() throws IOException {
        byte[] inside = PackageBuilder.data().zip();
        expectAccepted(ForgedZip.of(PackageBuilder.data().file("a.zip", inside), false));
    }

    /** The length of a comment stands 20 bytes behind the mark of an end. */
    @Test
    void bytesThatCouldBeTheLengthOfACommentAreNoEnd() throws IOException {
        byte[] content = new byte[100];
        int length = ForgedZip.of(PackageBuilder.data().file("a.txt", content), false)
                .bytes()
                .length;
        int at = 30 + "a.txt".length() + 50;
        ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putShort(50, (short) (length - at - 2));
        expectAccepted(ForgedZip.of(PackageBuilder.data().file("a.txt", content), false));
    }

    private void expect(byte[] bad, String cause) throws IOException {
        assertThat(bench.judge(bad, "p.zip")).isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> {
            assertThat(rejected.message()).contains(cause);
            assertThat(rejected.reason()).isEqualTo(Reason.ARCHIVE_CORRUPT);
        });
    }

    @Test
    void anEntryInAnotherPart() throws IOException {
        byte[] bad = stored().bytes();
        bad[directory(bad) + 34]++;
        expect(bad, "split over several files");
    }

    @Test
    void anOffsetThatIsPutOffToAWideFieldAndOneThatIsNowhere() throws IOException {
        ForgedZip zip = stored();
        byte[] bad = zip.bytes();
        Arrays.fill(bad, directory(bad) + 42, directory(bad) + 46, (byte) 0xFF);
        expect(bad, "header of the zip is damaged");
        zip.first().extra = field(1, buffer(8).putLong(0).array());
        byte[] good = zip.bytes();
        Arrays.fill(good, directory(good) + 42, directory(good) + 46, (byte) 0xFF);
        assertThat(bench.judge(good, "p.zip")).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void aSizeThatIsPutOffToAWideFieldThatIsNowhere() throws IOException {
        ForgedZip unpacked = deflated();
        unpacked.first().size = 0xFFFFFFFFL;
        unpacked.first().localSize = 0xFFFFFFFFL;
        expect(unpacked, Reason.ARCHIVE_CORRUPT, "header of the zip is damaged");
        ForgedZip packed = deflated();
        packed.first().packedSize = 0xFFFFFFFFL;
        packed.first().localPackedSize = 0xFFFFFFFFL;
        expect(packed, Reason.ARCHIVE_CORRUPT, "header of the zip is damaged");
    }

    @Test
    void differentMethodsInTheTwoHeaders() throws IOException {
        byte[] bad = stored().bytes();
        bad[8] = 8; // of the first local header
        expect(bad, "different methods or flags");
    }

    private static ForgedZip withFolder(String content, int attributes) {
        ForgedZip zip = ForgedZip.of(PackageBuilder.data().file("a.txt", "aaaa").file("b/", content), false);
        zip.entries.stream()
                .filter(entry -> new String(entry.name, StandardCharsets.UTF_8).equals("b/"))
                .forEach(folder -> folder.attributes = attributes);
        return zip;
    }

    @Test
    void theTypeThatUnixGivesCountsBeforeThatOfDos() throws IOException {
        // The zip itself is let through: what is refused is the folder among the manifest's files.
        expect(withFolder("", 0x41ED << 16), Reason.PATH_UNSAFE, "empty name between two slashes");
        expect(withFolder("", 0x81A4 << 16), Reason.ARCHIVE_CORRUPT, "half a file and half a folder");
        ForgedZip zip = stored();
        zip.first().attributes = 0x81A4 << 16 | 0x10;
        expectAccepted(zip);
    }

    @Test
    void aFolderOfOneByte() throws IOException {
        expect(withFolder("x", 0), Reason.ARCHIVE_CORRUPT, "half a file and half a folder");
    }

    @Test
    void aFolderWhoseTwoBytesAreNoStream() throws IOException {
        ForgedZip zip = ForgedZip.of(PackageBuilder.data().file("a.txt", "aaaa").file("b/", ""), true);
        zip.entries.stream()
                .filter(entry -> new String(entry.name, StandardCharsets.UTF_8).equals("b/"))
                .forEach(folder -> folder.data = new byte[] {(byte) 0xFF, (byte) 0xFF});
        expect(zip.bytes(), "bytes are damaged");
    }

    /** Where the central directory begins, as the last record says. */
    private static int directory(byte[] zip) {
        return buffer(4).put(zip, zip.length - 6, 4).getInt(0);
    }

    private void expectAccepted(ForgedZip zip) throws IOException {
        assertThat(bench.judge(zip.bytes(), "p.zip")).isInstanceOf(Verdict.Accepted.class);
    }

    private void expect(ForgedZip zip, Reason reason, String cause) throws IOException {
        assertThat(bench.judge(zip.bytes(), "p.zip")).isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> {
            assertThat(rejected.message()).contains(cause);
            assertThat(rejected.reason()).isEqualTo(reason);
        });
    }
}
