package mx.difusor.agent.institute;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A zip. Its times have no zone and two-second steps; the Institute's local time of the cut is written. */
final class ZipWriter implements ArchiveWriter {

    private final ZipOutputStream zip;
    private final LocalDateTime time;

    ZipWriter(OutputStream file, OffsetDateTime cut) {
        this.zip = new ZipOutputStream(file);
        LocalDateTime seconds = cut.toLocalDateTime().truncatedTo(ChronoUnit.SECONDS);
        this.time = seconds.withSecond(seconds.getSecond() & ~1);
    }

    @Override
    public void add(String path, long size, InputStream content) throws IOException {
        ZipEntry entry = new ZipEntry(path);
        entry.setTimeLocal(time);
        zip.putNextEntry(entry);
        long written = content.transferTo(zip);
        if (written != size) {
            throw new IOException(path + " has " + written + " bytes, " + size + " were expected");
        }
        zip.closeEntry();
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
