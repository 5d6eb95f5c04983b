package mx.difusor.agent.verify;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The archive file's raw bytes. A disk that cannot be read shows as {@link ReadFailure} through whatever decoder stands
 * in between, so that it is never mistaken for a bad package.
 */
final class ArchiveFile implements Closeable {

    /** This machine could not read the archive file. */
    static final class ReadFailure extends IOException {
        private final IOException failure;

        ReadFailure(IOException failure) {
            super(failure);
            this.failure = failure;
        }

        /** As the machine reported it. */
        IOException failure() {
            return failure;
        }
    }

    /** The JDK copies what is read through memory outside the heap, as much as is asked for at once, and keeps that. */
    private static final int MAX_READ_BYTES = 1 << 16;

    private final FileChannel file;
    private final long size;

    ArchiveFile(Path path) throws IOException {
        file = FileChannel.open(path, StandardOpenOption.READ);
        size = file.size();
    }

    long size() {
        return size;
    }

    /** The bytes from {@code position} on, little-endian; all of them. */
    ByteBuffer bytes(long position, int length) throws UnreadablePackageException, IOException {
        if (position < 0 || length < 0 || position > size - length) {
            throw UnreadablePackageException.corrupt(
                    "the archive points outside of itself: make it again, or send it again if it was cut off");
        }
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (read(bytes, position + bytes.position()) < 0) {
                throw new ReadFailure(new IOException("the archive file became shorter while it was read"));
            }
        }
        return bytes.flip();
    }

    private int read(ByteBuffer into, long position) throws ReadFailure {
        int limit = into.limit();
        into.limit(Math.min(limit, into.position() + MAX_READ_BYTES));
        try {
            return file.read(into, position);
        } catch (IOException e) {
            throw new ReadFailure(e);
        } finally {
            into.limit(limit);
        }
    }

    /** All bytes from the first on, unbuffered; closing it does nothing. */
    InputStream stream() {
        return new InputStream() {
            private long position;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int count = ArchiveFile.this.read(ByteBuffer.wrap(buffer, offset, length), position);
                position += Math.max(count, 0);
                return count;
            }
        };
    }

    /** For readers that seek; closing it does nothing. */
    SeekableByteChannel channel() {
        return new Channel();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private final class Channel implements SeekableByteChannel {
        private long position;

        @Override
        public int read(ByteBuffer into) throws IOException {
            int count = ArchiveFile.this.read(into, position);
            position += Math.max(count, 0);
            return count;
        }

        @Override
        public int write(ByteBuffer from) {
            throw new NonWritableChannelException();
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public SeekableByteChannel position(long newPosition) {
            position = newPosition;
            return this;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public SeekableByteChannel truncate(long newSize) {
            throw new NonWritableChannelException();
        }

        @Override
        public boolean isOpen() {
            return file.isOpen();
        }

        @Override
        public void close() {}
    }
}
