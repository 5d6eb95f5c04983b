package mx.difusor.agent.verify;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A tar that GNU tar and bsdtar read: ustar, with pax headers for what that cannot say. The same files with the same
 * times give the same bytes, whoever writes them where.
 */
public final class ExportTarWriter implements Closeable {

    private final TarArchiveOutputStream tar;

    public ExportTarWriter(OutputStream file) {
        this.tar = new TarArchiveOutputStream(file, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    /**
     * @param modified written in whole seconds
     * @throws IOException also when the content has not exactly {@code size} bytes
     */
    public void add(String path, long size, Instant modified, InputStream content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(path);
        entry.setSize(size);
        entry.setNames("", "");
        entry.setModTime(FileTime.from(modified.truncatedTo(ChronoUnit.SECONDS)));
        tar.putArchiveEntry(entry);
        content.transferTo(tar);
        tar.closeArchiveEntry();
    }

    /** Writes the tar's end and closes what is below. */
    @Override
    public void close() throws IOException {
        tar.close();
    }
}
