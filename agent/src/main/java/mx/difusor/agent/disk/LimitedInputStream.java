package mx.difusor.agent.disk;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The beginning of a stream: where more would follow, it ends. */
public final class LimitedInputStream extends FilterInputStream {

    private final long most;
    private long bytes;

    /** @param most bytes of {@code content} that are passed on */
    public LimitedInputStream(InputStream content, long most) {
        super(content);
        this.most = most;
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
        bytes += Math.max(n, 0);
        return n;
    }

    /** How many were read. */
    public long bytes() {
        return bytes;
    }
}
