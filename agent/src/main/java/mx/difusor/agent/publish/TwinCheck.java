package mx.difusor.agent.publish;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.TreeFile;
import org.jspecify.annotations.Nullable;

/**
 * A {@code .gz} twin: one member as {@link java.util.zip.GZIPOutputStream} writes it (RFC 1952, no optional field), whose
 * content is the file's, and nothing behind it. Compressed bytes are not compared: another Java may choose others.
 */
final class TwinCheck extends ByteCheck {

    private static final int HEADER_BYTES = 10;
    private static final int TRAILER_BYTES = 8;
    private static final byte[] MAGIC = {0x1f, (byte) 0x8b, 8, 0};

    private final String path;
    private final TreeFile of;
    private final Inflater inflater = new Inflater(true);
    private final MessageDigest sha256 = Digest.sha256();
    private final CRC32 crc = new CRC32();
    private final byte[] inflated = new byte[1 << 16];
    private final byte[] trailer = new byte[TRAILER_BYTES];
    private int headerRead;
    private int trailerRead;
    private long size;
    private boolean broken;

    TwinCheck(String path, TreeFile of) {
        this.path = path;
        this.of = of;
    }

    @Override
    long take(byte[] buffer, int n) {
        long before = size;
        int at = 0;
        while (at < n && headerRead < HEADER_BYTES) {
            broken |= headerRead < MAGIC.length && buffer[at] != MAGIC[headerRead];
            headerRead++;
            at++;
        }
        inflater.setInput(buffer, at, n - at);
        inflate();
        for (at = n - inflater.getRemaining(); at < n; at++) {
            broken |= trailerRead >= TRAILER_BYTES;
            if (!broken) {
                trailer[trailerRead++] = buffer[at];
            }
        }
        return n + size - before;
    }

    private void inflate() {
        try {
            while (!wrong()) {
                int n = inflater.inflate(inflated);
                if (n == 0) {
                    return; // the end, or more input is needed; no dictionary ever is, in gzip
                }
                sha256.update(inflated, 0, n);
                crc.update(inflated, 0, n);
                size += n;
            }
        } catch (DataFormatException e) {
            broken = true;
        }
    }

    @Override
    boolean wrong() {
        return broken || size > of.size();
    }

    @Override
    String expected() {
        return Precompression.words(path);
    }

    @Override
    @Nullable
    Difference result() {
        boolean whole = !wrong() && trailerRead == TRAILER_BYTES; // which only comes after the end
        if (whole
                && number(0) == crc.getValue()
                && number(4) == (size & 0xffff_ffffL)
                && Digest.of(sha256.digest()).equals(of.sha256())) {
            return null;
        }
        return Difference.changed(path, expected(), "something else");
    }

    private long number(int at) {
        long value = 0;
        for (int i = 3; i >= 0; i--) {
            value = (value << 8) | (trailer[at + i] & 0xff);
        }
        return value;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        super.close();
    }
}
