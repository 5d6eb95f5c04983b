package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.ZipTricksTest.joined;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import mx.difusor.agent.model.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames written byte by byte (RFC 8878, section 3.1.1). */
class ZstdFrameTest {

    private static final int MIB = 1 << 20;
    private static final byte[] MAGIC = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD};
    private static final int WINDOW_1_KIB = 0;
    private static final int SINGLE_SEGMENT = 0x20;
    private static final int CHECKSUM = 0x04;

    /** A raw block of two bytes, one that repeats a byte a hundred times, and an empty one that is the last. */
    private static final byte[] BLOCKS =
            joined(bytes(2 << 3, 0, 0, 'a', 'b'), bytes(100 << 3 | 1 << 1, 3, 0, 'x'), bytes(1, 0, 0));

    @TempDir
    Path folder;

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static byte[] frame(int descriptor, int... windowAndContentSize) {
        return joined(MAGIC, bytes(descriptor), bytes(windowAndContentSize), BLOCKS);
    }

    @Test
    void theWindowIsWhatTheDecoderNeeds() throws Exception {
        assertThat(needed(frame(0, WINDOW_1_KIB))).isEqualTo(1024);
        assertThat(needed(frame(0, 14 << 3))).isEqualTo(16 * MIB);
        assertThat(needed(frame(0, 14 << 3 | 3))).isEqualTo(22 * MIB);
        assertThat(needed(frame(0x40, 14 << 3, 1, 2))).isEqualTo(16 * MIB);
    }

    @Test
    void inASingleSegmentTheContentIsTheWindow() throws Exception {
        assertThat(needed(frame(SINGLE_SEGMENT, 200))).isEqualTo(200);
        assertThat(needed(frame(SINGLE_SEGMENT | 0x40, 0, 2))).isEqualTo(512);
        assertThat(needed(frame(SINGLE_SEGMENT | 0x80, 0, 0, 0, 1))).isEqualTo(16 * MIB);
        assertThat(needed(frame(SINGLE_SEGMENT | 0xC0, 0, 0, 0, 1, 0, 0, 0, 0))).isEqualTo(16 * MIB);
    }

    @Test
    void aWindowBeyondTheLimit() throws Exception {
        int limit = 128 * MIB;
        assertThat(needed(frame(0, 17 << 3))).isEqualTo(limit);
        assertThat(needed(frame(SINGLE_SEGMENT | 0x80, 0, 0, 0, 8))).isEqualTo(limit);
        for (byte[] frame : new byte[][] {
            frame(0, 17 << 3 | 1),
            frame(0, 0xFF),
            frame(SINGLE_SEGMENT | 0x80, 1, 0, 0, 8),
            frame(SINGLE_SEGMENT | 0xC0, 0, 0, 0, 0, 1, 0, 0, 0),
            frame(SINGLE_SEGMENT | 0xC0, 0, 0, 0, 0, 0, 0, 0, 0x80)
        }) {
            expect(frame, Reason.ARCHIVE_BOMB, "needs a window of more than " + limit);
        }
    }

    @Test
    void anythingElseThanAFrame() {
        for (int i = 0; i < MAGIC.length; i++) {
            byte[] bad = frame(0, WINDOW_1_KIB);
            bad[i] ^= 1;
            expect(bad, Reason.ARCHIVE_CORRUPT, "not a zstd stream");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void aDictionaryOrAFeatureThatNobodyKnows(int descriptor) {
        expect(frame(descriptor, WINDOW_1_KIB), Reason.ARCHIVE_CORRUPT, "needs a dictionary or an unknown feature");
    }

    @Test
    void aBlockOfAReservedType() {
        byte[] reserved = joined(MAGIC, bytes(0, WINDOW_1_KIB), bytes(1 | 3 << 1, 0, 0));
        expect(reserved, Reason.ARCHIVE_CORRUPT, "the zstd stream is damaged");
    }

    @Test
    void theChecksumBelongsToTheFrameWhereItSaysSo() throws Exception {
        byte[] sum = new byte[4];
        assertThat(needed(joined(frame(CHECKSUM, WINDOW_1_KIB), sum))).isEqualTo(1024);
        expect(joined(frame(0, WINDOW_1_KIB), sum), Reason.ARCHIVE_CORRUPT, "bytes follow the zstd frame");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "4, 4"})
    void aFrameThatIsCutOffAnywhere(int descriptor, int checksumBytes) {
        byte[] whole = joined(frame(descriptor, WINDOW_1_KIB), new byte[checksumBytes]);
        for (int length = 0; length < whole.length; length++) {
            expect(Arrays.copyOf(whole, length), Reason.ARCHIVE_CORRUPT, "the zstd stream is cut off");
        }
    }

    private long needed(byte[] frame) throws UnreadablePackageException, IOException {
        try (ArchiveFile file = new ArchiveFile(Files.write(folder.resolve("frame"), frame))) {
            return ZstdFrame.expectOne(file, PackageLimits.MAX_ZSTD_BYTES);
        }
    }

    private void expect(byte[] frame, Reason reason, String cause) {
        assertThatThrownBy(() -> needed(frame))
                .isInstanceOfSatisfying(
                        UnreadablePackageException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(cause);
    }
}
