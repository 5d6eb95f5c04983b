package mx.difusor.agent.institute;

import java.io.IOException;
import java.io.InputStream;

/** An archive being written, entry by entry. The same entries in the same order give the same bytes. */
interface ArchiveWriter extends AutoCloseable {

    /**
     * @param path relative, {@code /}-separated
     * @param size of {@code content}, in bytes
     * @throws IOException also where {@code content} is longer or shorter than {@code size}
     */
    void add(String path, long size, InputStream content) throws IOException;

    @Override
    void close() throws IOException;
}
