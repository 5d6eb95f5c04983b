package mx.difusor.agent.verify;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Walks over a zstd frame without unpacking it (RFC 8878, section 3.1.1): the decoder would silently go on into a
 * second frame, skip frames, and allocate whatever window is asked for.
 */
final class ZstdFrame {

    private static final long MAGIC = 0xFD2FB528L;
    private static final int MAX_CONTENT_SIZE_BYTES = 8;
    private static final int BLOCK_RLE = 1;
    private static final int BLOCK_RESERVED = 3;
    private static final int CHECKSUM_BYTES = 4;

    private final InputStream in;

    private ZstdFrame(InputStream in) {
        this.in = in;
    }

    /**
     * The file is exactly one frame whose window is no larger than {@code maxWindowBytes}, without a dictionary.
     *
     * @return the window, in bytes
     */
    static long expectOne(ArchiveFile file, long maxWindowBytes) throws UnreadablePackageException, IOException {
        ZstdFrame frame = new ZstdFrame(new BufferedInputStream(file.stream()));
        try {
            return frame.walk(maxWindowBytes);
        } catch (EOFException e) {
            throw UnreadablePackageException.corrupt("the zstd stream is cut off: send the archive again");
        }
    }

    private long walk(long maxWindowBytes) throws UnreadablePackageException, IOException {
        if (number(Integer.BYTES) != MAGIC) {
            throw UnreadablePackageException.corrupt("not a zstd stream: the name's extension has to say the format");
        }
        int descriptor = (int) number(1);
        boolean singleSegment = (descriptor & 0x20) != 0;
        boolean checksum = (descriptor & 0x04) != 0;
        if ((descriptor & 0x0B) != 0) {
            throw UnreadablePackageException.corrupt(
                    "the zstd stream needs a dictionary or an unknown feature: compress with plain zstd");
        }
        long window = singleSegment ? 0 : windowBytes((int) number(1));
        long contentSize = number(contentSizeBytes(descriptor >>> 6, singleSegment));
        long needed = singleSegment ? contentSize : window;
        if (needed < 0 || needed > maxWindowBytes) {
            throw UnreadablePackageException.bomb("the zstd stream needs a window of more than " + maxWindowBytes
                    + " bytes: compress without --ultra and with no --long above 27");
        }
        blocks();
        if (checksum) {
            number(CHECKSUM_BYTES);
        }
        if (in.read() >= 0) {
            throw UnreadablePackageException.corrupt("bytes follow the zstd frame: send exactly one compressed tar,"
                    + " not several joined together or made by pzstd");
        }
        return needed;
    }

    private void blocks() throws UnreadablePackageException, IOException {
        boolean last;
        do {
            int header = (int) number(3);
            last = (header & 1) != 0;
            int type = (header >>> 1) & 3;
            if (type == BLOCK_RESERVED) {
                throw UnreadablePackageException.corrupt("the zstd stream is damaged: send the archive again");
            }
            in.skipNBytes(type == BLOCK_RLE ? 1 : header >>> 3);
        } while (!last);
    }

    private static long windowBytes(int descriptor) {
        long base = 1L << (10 + (descriptor >>> 3));
        return base + base / 8 * (descriptor & 7);
    }

    private static int contentSizeBytes(int flag, boolean singleSegment) {
        if (flag == 0) {
            return singleSegment ? 1 : 0;
        }
        return Math.min(1 << flag, MAX_CONTENT_SIZE_BYTES);
    }

    private long number(int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException();
            }
            value |= (long) next << (8 * i);
        }
        return value;
    }
}
