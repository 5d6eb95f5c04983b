package mx.difusor.agent.institute;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A tar with PAX headers for what the old format cannot say; owner 0, mode 0644. */
final class TarWriter implements ArchiveWriter {

    private static final int REGULAR_FILE_0644 = 0100644;

    private final TarArchiveOutputStream tar;
    private final Instant time;

    TarWriter(OutputStream file, OffsetDateTime cut) {
        this.tar = new TarArchiveOutputStream(file, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        this.time = cut.toInstant().truncatedTo(ChronoUnit.SECONDS);
    }

    @Override
    public void add(String path, long size, InputStream content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(path);
        entry.setSize(size);
        entry.setMode(REGULAR_FILE_0644);
        entry.setIds(0, 0);
        entry.setNames("", "");
        entry.setModTime(FileTime.from(time));
        tar.putArchiveEntry(entry);
        content.transferTo(tar);
        tar.closeArchiveEntry();
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}
