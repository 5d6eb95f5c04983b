package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.DecodedBytes.decoding;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;

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
        int maxDecoderBytes = budget.limits().maxDecoderBytes();
        if (format == ArchiveFormat.TAR_ZST) {
            ZstdFrame.expectOne(file, maxDecoderBytes);
        }
        StartLimited start = new StartLimited(file.stream());
        BufferedInputStream packed = new BufferedInputStream(start, BUFFER_BYTES);
        InputStream decoder = decoding(() -> switch (format) {
            case TAR_GZ -> gzip(packed, start);
            case TAR_XZ ->
                XZCompressorInputStream.builder()
                        .setInputStream(packed)
                        .setDecompressConcatenated(false)
                        .setMemoryLimitKiB(maxDecoderBytes / KIB)
                        .get();
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
        if (decoder != packed) {
            decoder.close();
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
