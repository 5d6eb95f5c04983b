package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.ForgedZip.buffer;
import static mx.difusor.agent.verify.ForgedZip.field;
import static mx.difusor.agent.verify.ZipTricksTest.joined;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Verdict;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Zips whose records lie, one record at a time. Each is refused, and the message says which. */
class ForgedZipTest {

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
    void anHonestOneGetsThrough() throws IOException {
        expectAccepted(stored());
        expectAccepted(deflated());
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void everyFormOfADataDescriptorIsRead(boolean signed, boolean wide) throws IOException {
        for (ForgedZip zip : new ForgedZip[] {stored(), deflated()}) {
            zip.entries.forEach(entry -> entry.described(signed, wide));
            expectAccepted(zip);
            ForgedZip.Entry first = zip.first();
            for (int i = 0; i < first.descriptor.length; i++) {
                first.descriptor = first.descriptor(signed, wide);
                first.descriptor[i] ^= (byte) 0x80;
                Reason reason = bench.reason(zip.bytes(), "p.zip");
                assertThat(reason).as("byte " + i).isEqualTo(Reason.ARCHIVE_CORRUPT);
            }
        }
    }

    @Test
    void aStoredEntryWhoseDescriptorContradictsItsSize() throws IOException {
        ForgedZip zip = stored();
        zip.first().described(true, false);
        zip.first().descriptor[12]++;
        expect(zip, Reason.ARCHIVE_CORRUPT, "sizes contradict each other");
        zip.first().size++;
        expect(zip, Reason.ARCHIVE_CORRUPT, "sizes contradict each other");
    }

    /** Beside a descriptor a local header may be silent, but not say something else. */
    @Test
    void bytesBehindTheEndOfACompressedStream() throws IOException {
        ForgedZip zip = deflated();
        ForgedZip.Entry first = zip.first();
        first.data = joined(first.data, new byte[] {1, 2, 3});
        first.packedSize += 3;
        first.localPackedSize += 3;
        expect(zip, Reason.ARCHIVE_CORRUPT, "followed by bytes that belong to no file");
    }

    @Test
    void aCompressedStreamWithoutItsEnd() throws IOException {
        ForgedZip zip = deflated();
        ForgedZip.Entry first = zip.first();
        first.data = Arrays.copyOf(first.data, first.data.length - 1);
        first.packedSize--;
        first.localPackedSize--;
        expect(zip, Reason.ARCHIVE_CORRUPT, "bytes are damaged");
    }

    @Test
    void sizesThatBothHeadersAgreeOnAndTheBytesDoNot() throws IOException {
        for (int change : new int[] {-1, 1}) {
            ForgedZip zip = deflated();
            zip.first().size += change;
            zip.first().localSize += change;
            expect(
                    zip,
                    Reason.ARCHIVE_CORRUPT,
                    change < 0 ? "longer than the zip says" : "not as long as the zip says");
        }
    }

    @ParameterizedTest
    @CsvSource({"0, zero", "3, Unix", "7, Macintosh", "10, Windows", "19, macOS"})
    void aLinkWhateverSystemSaysItMadeIt(int madeBy) throws IOException {
        ForgedZip zip = stored();
        zip.first().madeBy = madeBy;
        zip.first().attributes = 0xA1FF << 16;
        expect(zip, Reason.ENTRY_FORBIDDEN, "neither a file nor a folder");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x08, 0x40, 0x400, 0x1180 << 16, 0x2180 << 16, 0x6180 << 16, 0xC180 << 16})
    void volumesDevicesJunctionsPipesAndSockets(int attributes) throws IOException {
        ForgedZip zip = stored();
        zip.first().attributes = attributes;
        expect(zip, Reason.ENTRY_FORBIDDEN, "neither a file nor a folder");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x10, 0x41ED << 16})
    void aFileThatSaysItIsAFolder(int attributes) throws IOException {
        ForgedZip zip = stored();
        zip.first().attributes = attributes;
        expect(zip, Reason.ARCHIVE_CORRUPT, "half a file and half a folder");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1 << 6, 1 << 13})
    void encryptedEntriesAndMaskedHeaders(int flag) throws IOException {
        ForgedZip zip = stored();
        zip.first().flags |= flag;
        expect(zip, Reason.ENTRY_FORBIDDEN, "encrypted");
        zip.first().localFlags = 0;
        expect(zip, Reason.ENTRY_FORBIDDEN, "encrypted");
        zip.first().flags = 0;
        zip.first().localFlags = flag;
        expect(zip, Reason.ARCHIVE_CORRUPT, "different methods or flags");
    }

    /** AES, as WinZip and 7-Zip do it, is a method of its own. */
    @ParameterizedTest
    @ValueSource(ints = {1, 6, 9, 12, 14, 93, 95, 98, 99})
    void otherMethodsThanDeflate(int method) throws IOException {
        ForgedZip zip = deflated();
        zip.first().method = method;
        expect(zip, Reason.ARCHIVE_CORRUPT, "compressed by method " + method);
    }

    @Test
    void aPatchInsteadOfAFile() throws IOException {
        ForgedZip zip = deflated();
        zip.first().flags |= 1 << 5;
        expect(zip, Reason.ARCHIVE_CORRUPT, "compressed by method");
    }

    @Test
    void differentNamesInTheTwoHeaders() throws IOException {
        ForgedZip zip = stored();
        zip.first().localName = "c.txt".getBytes(StandardCharsets.UTF_8);
        expect(zip, Reason.ARCHIVE_CORRUPT, "different names");
    }

    @Test
    void fieldsThatGiveASecondNameOrASecondKind() throws IOException {
        ForgedZip zip = stored();
        byte[] second = joined(new byte[] {1, 0, 0, 0, 0}, "b.txt".getBytes(StandardCharsets.UTF_8));
        zip.first().localExtra = field(0x7075, second);
        expect(zip, Reason.PATH_UNSAFE, "two names");
        zip.first().localExtra = field(0x756E, new byte[14]);
        expect(zip, Reason.ENTRY_FORBIDDEN, "can hide a link");
        zip.first().localExtra = field(0xCAFE, new byte[10]);
        expectAccepted(zip);
        zip.first().localExtra = new byte[] {1, 2, 3};
        expect(zip, Reason.ARCHIVE_CORRUPT, "header of the zip is damaged");
        zip.first().localExtra = Arrays.copyOf(field(0xCAFE, new byte[10]), 12);
        expect(zip, Reason.ARCHIVE_CORRUPT, "header of the zip is damaged");
    }

    /** A version, the CRC of the first name, the second name. */
    @Test
    void aSecondNameHasToBeWholeAndMadeForTheFirst() throws IOException {
        ForgedZip zip = stored();
        CRC32 crc = new CRC32();
        crc.update(zip.first().name);
        byte[] good = buffer(10)
                .put((byte) 1)
                .putInt((int) crc.getValue())
                .put(zip.first().name)
                .array();
        zip.first().localExtra = field(0x7075, good);
        expectAccepted(zip);
        byte[] ofAnotherVersion = good.clone();
        ofAnotherVersion[0] = 2;
        byte[] ofAnotherCrc = good.clone();
        ofAnotherCrc[1] ^= 1;
        for (byte[] bad : List.of(ofAnotherVersion, ofAnotherCrc, Arrays.copyOf(good, 4), new byte[0])) {
            zip.first().localExtra = field(0x7075, bad);
            expect(zip, Reason.PATH_UNSAFE, "two names");
        }
    }

    @Test
    void wideSizesWhereTheyAreAndWhereTheyAreMissingTwiceOrNegative() throws IOException {
        ForgedZip zip = deflated();
        ForgedZip.Entry first = zip.first().wide();
        expectAccepted(zip);
        byte[] right = first.extra;
        first.extra = joined(right, right);
        expect(zip, Reason.ARCHIVE_CORRUPT, "header of the zip is damaged");
        first.extra = new byte[0];
        expect(zip, Reason.ARCHIVE_CORRUPT, "header of the zip is damaged");
        first.extra = field(1, buffer(16).putLong(4).putLong(-1).array());
        expect(zip, Reason.ARCHIVE_CORRUPT, "header of the zip is damaged");
        first.extra = field(1, buffer(8).putLong(4).array());
        expect(zip, Reason.ARCHIVE_CORRUPT, "header of the zip is damaged");
        first.extra = field(1, buffer(16).putLong(5).putLong(first.data.length).array());
        expect(zip, Reason.ARCHIVE_CORRUPT, "different sizes or CRCs");
        first.extra = field(1, buffer(16).putLong(4).putLong(1L << 62).array());
        first.localExtra = first.extra;
        expect(zip, Reason.ARCHIVE_BOMB, "overlap");
    }

    @Test
    void theWideRecordAtTheEnd() throws IOException {
        ForgedZip zip = stored();
        zip.zip64 = true;
        expectAccepted(zip);
        zip.zip64Length = 45;
        expect(zip, Reason.ARCHIVE_CORRUPT, "records at the zip's end");
        zip.zip64Length = 44;
        zip.zip64Disks = 2;
        expect(zip, Reason.ARCHIVE_CORRUPT, "records at the zip's end");
        zip.zip64Disks = 1;
        zip.announcedWide = 4L;
        expect(zip, Reason.ARCHIVE_CORRUPT, "announces 4 entries and lists 3");
        zip.announcedWide = 1L << 62;
        expect(zip, Reason.ARCHIVE_BOMB, "more than 50000 entries");
        zip.announcedWide = Long.MIN_VALUE;
        expect(zip, Reason.ARCHIVE_CORRUPT, "header of the zip is damaged");
    }

    @Test
    void numbersOfEntriesThatAreNotTrue() throws IOException {
        ForgedZip zip = stored();
        zip.announced = 2;
        expect(zip, Reason.ARCHIVE_CORRUPT, "directory is damaged");
        zip.announced = 4;
        expect(zip, Reason.ARCHIVE_CORRUPT, "announces 4 entries and lists 3");
        zip.announced = 0xFFFF; // put off to a wide record that is not there
        expect(zip, Reason.ARCHIVE_BOMB, "more than 50000 entries");
    }

    /** Some readers search for the end from the front, some from the back. */
    @Test
    void aCommentThatIsAnotherEnd() throws IOException {
        ForgedZip zip = stored();
        zip.comment = "corte 17".getBytes(StandardCharsets.UTF_8);
        expectAccepted(zip);
        zip.comment = ForgedZip.end(0, 0, 0, new byte[0]);
        expect(zip, Reason.ARCHIVE_CORRUPT, "two ends");
        byte[] followed = joined(stored().bytes(), new byte[] {1});
        assertThat(((Verdict.Rejected) bench.judge(followed, "p.zip")).message())
                .contains("bytes follow the zip's end");
    }

    /** Archive extra data (central directory encryption), a digital signature, an entry that nobody lists. */
    @ParameterizedTest
    @ValueSource(ints = {0x08064b50, 0x05054b50, 0x04034b50})
    void recordsThatStandWhereNoneBelongs(int signature) throws IOException {
        byte[] record = buffer(30).putInt(signature).array();
        ForgedZip zip = stored();
        zip.beforeDirectory = record;
        expect(zip, Reason.ARCHIVE_CORRUPT, "bytes that belong to no entry");
        zip.beforeDirectory = new byte[0];
        zip.afterDirectory = record;
        expect(zip, Reason.ARCHIVE_CORRUPT, "directory is damaged");
    }

    /** The fuzzer found that this ended with an exception of ours. */
    @Test
    void aDirectoryThatEndsInsideAnEntry() throws IOException {
        for (int missing = 1; missing < 60; missing++) {
            ForgedZip zip = stored();
            byte[] good = zip.bytes();
            byte[] all = Arrays.copyOf(good, good.length - 22 - missing);
            int start = (int) Integer.toUnsignedLong(
                    buffer(4).put(good, good.length - 6, 4).getInt(0));
            byte[] bad = joined(all, ForgedZip.end(3, all.length - start, start, new byte[0]));
            assertThat(bench.reason(bad, "p.zip")).as(missing + " missing").isEqualTo(Reason.ARCHIVE_CORRUPT);
        }
    }

    @Test
    void theVersionThatAZipAsksForChangesNothing() throws IOException {
        ForgedZip zip = stored();
        zip.first().versionNeeded = 0xFF;
        expectAccepted(zip);
    }

    @Test
    void theSameNameTwiceAndNamesThatAreOneElsewhere() throws IOException {
        ForgedZip zip = stored();
        zip.entries.add(1, zip.first());
        expect(zip, Reason.ARCHIVE_CORRUPT, "has the file twice");
        for (String other : new String[] {"A.TXT", "ａ.txt"}) {
            ForgedZip twin =
                    ForgedZip.of(PackageBuilder.data().file("a.txt", "a").file(other, "b"), false);
            expect(twin, Reason.PATH_UNSAFE, "only in case or form");
        }
        ForgedZip nested = ForgedZip.of(PackageBuilder.data().file("a", "a").file("a/b", "b"), false);
        expect(nested, Reason.PATH_UNSAFE, "a file and a folder");
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
