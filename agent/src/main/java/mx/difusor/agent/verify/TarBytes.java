package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.DecodedBytes.decoding;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.concurrent.locks.LockSupport;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.tukaani.xz.ArrayCache;
import org.tukaani.xz.SingleXZInputStream;

/**
 * A tar's bytes out of its compression. The file is one gzip member, one xz stream or one zstd frame and nothing else:
 * readers disagree about what follows, so nothing may.
 */
final class TarBytes implements Closeable {

    /** A gzip header holds a file name and perhaps a comment. */
    private static final int MAX_GZIP_HEADER_BYTES = 1 << 16;

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int KIB = 1024;

    private final InputStream packed;
    private final InputStream decoder;
    private final DecodedBytes decoded;

    private TarBytes(InputStream packed, InputStream decoder, UnpackBudget budget) {
        this.packed = packed;
        this.decoder = decoder;
        this.decoded = new DecodedBytes(decoder, budget);
    }

    static TarBytes open(ArchiveFile file, ArchiveFormat format, UnpackBudget budget)
            throws UnreadablePackageException, IOException {
        if (format == ArchiveFormat.TAR_ZST) {
            budget.turn()
                    .needs(ZstdFrame.expectOne(file, budget.limits().maxZstdBytes()), ReadingTurns.SMALL_DECODER_BYTES);
        }
        StartLimited start = new StartLimited(file.stream());
        BufferedInputStream packed = new BufferedInputStream(start, BUFFER_BYTES);
        InputStream decoder = decoding(() -> switch (format) {
            case TAR_GZ -> gzip(packed, start);
            case TAR_XZ ->
                new SingleXZInputStream(
                        packed, budget.limits().maxXzBytes() / KIB, true, new DecoderMemory(budget.turn()));
            case TAR_ZST -> new ZstdCompressorInputStream(packed);
            case TAR -> packed;
            case ZIP -> throw new IllegalArgumentException("a zip is not a tar");
        });
        return new TarBytes(packed, decoder, budget);
    }

    private static InputStream gzip(InputStream packed, StartLimited start) throws IOException {
        start.allow(MAX_GZIP_HEADER_BYTES + BUFFER_BYTES);
        InputStream decoder = GzipCompressorInputStream.builder()
                .setInputStream(packed)
                .setDecompressConcatenated(false)
                .get();
        start.allow(Long.MAX_VALUE);
        return decoder;
    }

    DecodedBytes decoded() {
        return decoded;
    }

    /** To be called once the tar's end was read: the compression has to end there too, and the file with it. */
    void expectEnd() throws UnreadablePackageException, IOException {
        if (decoded.read(new byte[1], 0, 1) >= 0 || decoding(packed::read) >= 0) {
            throw UnreadablePackageException.corrupt("bytes follow the archive's end: send exactly one compressed tar,"
                    + " not several joined together or made by a parallel compressor");
        }
    }

    @Override
    public void close() throws IOException {
        decoder.close();
    }

    /**
     * Waits for the package's turn before a large dictionary is allocated, and gives one block's to the next: a small
     * file may have thousands of blocks that ask for the largest each.
     */
    private static final class DecoderMemory extends ArrayCache {
        private static final int ALLOCATION_ATTEMPTS = 20;
        private static final long ALLOCATION_PAUSE_NANOS = 100_000_000;

        private final ReadingTurns.Turn turn;
        private byte[] free = new byte[0];

        DecoderMemory(ReadingTurns.Turn turn) {
            this.turn = turn;
        }

        @Override
        public byte[] getByteArray(int size, boolean fillWithZeros) {
            try {
                turn.needs(size, ReadingTurns.SMALL_DECODER_BYTES);
            } catch (InterruptedIOException e) {
                throw new UncheckedIOException(new ArchiveFile.ReadFailure(e));
            }
            if (free.length != size || fillWithZeros) {
                return allocated(size);
            }
            byte[] again = free;
            free = new byte[0];
            return again;
        }

        /** JDKs before 22 give up too early while another thread is inflating (JDK-8192647). */
        private static byte[] allocated(int size) {
            for (int attempt = 1; attempt < ALLOCATION_ATTEMPTS; attempt++) {
                try {
                    return new byte[size];
                } catch (OutOfMemoryError e) {
                    LockSupport.parkNanos(ALLOCATION_PAUSE_NANOS);
                }
            }
            return new byte[size];
        }

        @Override
        public void putArray(byte[] array) {
            if (array.length > free.length) {
                free = array;
            }
        }
    }

    /** Lets a decoder read no more than its header may take. */
    private static final class StartLimited extends FilterInputStream {
        private long allowed = Long.MAX_VALUE;

        StartLimited(InputStream in) {
            super(in);
        }

        void allow(long bytes) {
            allowed = bytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (allowed <= 0) {
                throw new IOException("the header is longer than " + MAX_GZIP_HEADER_BYTES + " bytes");
            }
            int count = super.read(buffer, offset, (int) Math.min(length, allowed));
            allowed -= Math.max(count, 0);
            return count;
        }
    }
}
