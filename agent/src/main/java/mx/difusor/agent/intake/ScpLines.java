package mx.difusor.agent.intake;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * What a client of the old scp protocol sends, with an end to each line of it. MINA collects a line byte by byte until
 * its newline comes and asks for files in portions: those are not counted.
 */
final class ScpLines extends FilterInputStream {

    /** A header has a mode, a size and a name; an answer has a text. */
    static final int MAX_LINE_BYTES = 4_096;

    private static final int OK = 0;

    private int lineBytes;

    ScpLines(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        int next = super.read();
        boolean answersOk = next == OK && lineBytes == 0; // it has no line
        if (next == '\n' || answersOk) {
            lineBytes = 0;
        } else if (++lineBytes > MAX_LINE_BYTES) {
            throw new IOException(
                    "a line of the scp protocol is longer than " + MAX_LINE_BYTES + " bytes; upload by sftp instead");
        }
        return next;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        lineBytes = 0;
        return super.read(target, offset, length);
    }
}
