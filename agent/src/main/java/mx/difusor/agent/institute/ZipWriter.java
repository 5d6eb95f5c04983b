package mx.difusor.agent.institute;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/**
 * A zip with sizes in the local headers and Unix modes; without the latter unzip does not take names as UTF-8, which
 * rules {@code java.util.zip} out. A zip's times have no zone and two-second steps: the Institute's local time of the
 * cut is written.
 */
final class ZipWriter implements ArchiveWriter {

    private static final int REGULAR_FILE_0644 = 0100644;

    private final ZipArchiveOutputStream zip;
    private final long time;

    ZipWriter(Path newFile, OffsetDateTime cut) throws IOException {
        this.zip = new ZipArchiveOutputStream(newFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        zip.setUseZip64(Zip64Mode.AsNeeded);
        LocalDateTime local = cut.toLocalDateTime().withNano(0);
        LocalDateTime even = local.withSecond(local.getSecond() & ~1);
        // The library turns instants into this machine's local time: given one that comes out as the Institute's.
        this.time = even.atZone(ZoneId.systemDefault()).toInstant().toEpochMilli();
    }

    @Override
    public void add(String path, long size, InputStream content) throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(path);
        entry.setTime(time);
        entry.setUnixMode(REGULAR_FILE_0644);
        entry.setSize(size);
        zip.putArchiveEntry(entry);
        long written = content.transferTo(zip);
        if (written != size) {
            throw new IOException(path + " has " + written + " bytes, " + size + " were expected");
        }
        zip.closeArchiveEntry();
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
