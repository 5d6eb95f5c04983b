package mx.difusor.agent.intake;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Undecided files that an earlier run left in an uploader's folder. */
final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private Leftovers() {}

    /** The files that an upload could have made; whatever else lies there is left alone and logged. */
    static List<Path> files(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (Path entry : stream) {
                String name = entry.getFileName().toString();
                if (name.equals(UploadName.CLAIMED)) {
                    continue;
                }
                if (Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS) && isUpload(name)) {
                    files.add(entry);
                } else {
                    LOG.warn("not an upload, left alone: {}", entry);
                }
            }
        }
        return files;
    }

    /**
     * When its last byte had arrived for certain, as well as the disk knows: by the inode's change time, never later than
     * {@code now}; and {@code now} where there is none. Uploaders set modification times as they like, and certificates
     * are judged at this time.
     */
    static Instant written(Path file, Instant now) throws IOException {
        try {
            FileTime changed = (FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
            return changed.toInstant().isAfter(now) ? now : changed.toInstant();
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return now;
        }
    }

    private static boolean isUpload(String name) {
        try {
            UploadName.parse(name);
            return true;
        } catch (Refused e) {
            return false;
        }
    }
}
