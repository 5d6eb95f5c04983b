package mx.difusor.agent.desk;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** The beginning of a stream, digested on its way. */
final class LimitedInputStream extends FilterInputStream {

    private final MessageDigest digest;
    private final long most;
    private long bytes;

    LimitedInputStream(InputStream content, long most, MessageDigest digest) {
        super(content);
        this.most = most;
        this.digest = digest;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (bytes >= most) {
            return -1;
        }
        int n = super.read(buffer, offset, (int) Math.min(length, most - bytes));
        if (n > 0) {
            digest.update(buffer, offset, n);
            bytes += n;
        }
        return n;
    }

    /** How many were read. */
    long bytes() {
        return bytes;
    }
}
