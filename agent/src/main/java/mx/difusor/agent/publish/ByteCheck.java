package mx.difusor.agent.publish;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One file, read to its end in as many steps as it takes. */
abstract class ByteCheck implements Closeable {

    private InputStream content = InputStream.nullInputStream();

    /** Never through a link. */
    void open(Path file) throws IOException {
        content = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** @return the bytes that this step worked through; negative when nothing more needs to be read */
    long read(byte[] buffer) throws IOException {
        int n = content.read(buffer);
        return n < 0 || wrong() ? -1 : take(buffer, n);
    }

    /** @return the bytes worked through */
    abstract long take(byte[] buffer, int n);

    /** Nothing that follows can make it right. */
    abstract boolean wrong();

    abstract String expected();

    /** Null where the bytes are what they should be. */
    abstract @Nullable Difference result();

    @Override
    public void close() throws IOException {
        content.close();
    }
}
