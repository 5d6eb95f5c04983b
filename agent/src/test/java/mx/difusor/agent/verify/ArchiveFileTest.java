package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import mx.difusor.agent.model.Reason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a decoder asks of the file it gets, and a disk that fails is never the package's fault. */
class ArchiveFileTest {

    private static final int SIZE = 200_000;

    @TempDir
    Path folder;

    private final byte[] content = new byte[SIZE];
    private Path path;

    @BeforeEach
    void aFile() throws IOException {
        new Random(17).nextBytes(content);
        path = Files.write(folder.resolve("archive"), content);
    }

    @Test
    void allBytesFromAPlaceOnLittleEndian() throws Exception {
        try (ArchiveFile file = new ArchiveFile(path)) {
            assertThat(file.size()).isEqualTo(SIZE);
            assertThat(file.bytes(0, SIZE).array()).isEqualTo(content);
            assertThat(file.bytes(SIZE, 0).remaining()).isZero();
            assertThat(file.bytes(7, 4).getInt())
                    .isEqualTo(ByteBuffer.wrap(content, 7, 4)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getInt());
        }
    }

    @Test
    void bytesThatLieOutsideAreThePackagesFault() throws Exception {
        try (ArchiveFile file = new ArchiveFile(path)) {
            for (long[] place : new long[][] {
                {-1, 1}, {0, -1}, {0, SIZE + 1}, {SIZE, 1}, {SIZE - 3, 4}, {Long.MAX_VALUE, 1}, {Long.MIN_VALUE, 1}
            }) {
                assertThatThrownBy(() -> file.bytes(place[0], (int) place[1]))
                        .isInstanceOfSatisfying(
                                UnreadablePackageException.class,
                                e -> assertThat(e.reason()).isEqualTo(Reason.ARCHIVE_CORRUPT))
                        .hasMessageContaining("points outside of itself");
            }
        }
    }

    @Test
    void bytesThatWereThereAndAreGoneAreTheMachinesFault() throws Exception {
        try (ArchiveFile file = new ArchiveFile(path)) {
            Files.write(path, new byte[1]);
            assertThatThrownBy(() -> file.bytes(0, SIZE))
                    .isInstanceOf(ArchiveFile.ReadFailure.class)
                    .hasMessageContaining("became shorter");
        }
    }

    @Test
    void aDiskThatFailsIsTheMachinesFaultThroughWhateverReads() throws Exception {
        ArchiveFile file = new ArchiveFile(path);
        InputStream stream = file.stream();
        SeekableByteChannel channel = file.channel();
        assertThat(channel.isOpen()).isTrue();
        file.close(); // every read fails from here on
        assertThat(channel.isOpen()).isFalse();
        assertThatThrownBy(() -> file.bytes(0, 1)).isInstanceOf(ArchiveFile.ReadFailure.class);
        assertThatThrownBy(() -> stream.read(new byte[10])).isInstanceOf(ArchiveFile.ReadFailure.class);
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(10))).isInstanceOf(ArchiveFile.ReadFailure.class);
    }

    @Test
    void theStreamIsTheWholeFileByteByByteOrAtOnce() throws Exception {
        try (ArchiveFile file = new ArchiveFile(path)) {
            InputStream stream = file.stream();
            assertThat(stream.read()).isEqualTo(content[0] & 0xff);
            assertThat(stream.read(new byte[0])).isZero();
            stream.close();
            byte[] rest = stream.readAllBytes();
            assertThat(rest).hasSize(SIZE - 1).endsWith(content[SIZE - 2], content[SIZE - 1]);
            assertThat(stream.read()).isEqualTo(-1);
            assertThat(stream.read(new byte[0])).isZero();
        }
    }

    @Test
    void theChannelSeeksAndNeverWrites() throws Exception {
        try (ArchiveFile file = new ArchiveFile(path)) {
            SeekableByteChannel channel = file.channel();
            assertThat(channel.size()).isEqualTo(SIZE);
            ByteBuffer two = ByteBuffer.allocate(2);
            channel.position(SIZE - 2);
            assertThat(channel.read(two)).isEqualTo(2);
            assertThat(channel.position()).isEqualTo(SIZE);
            assertThat(two.array()).containsExactly(content[SIZE - 2], content[SIZE - 1]);
            assertThat(channel.read(two.clear())).isEqualTo(-1);
            assertThat(channel.position()).isEqualTo(SIZE);
            assertThatThrownBy(() -> channel.write(two)).isInstanceOf(NonWritableChannelException.class);
            assertThatThrownBy(() -> channel.truncate(0)).isInstanceOf(NonWritableChannelException.class);
        }
    }
}
