package mx.difusor.agent.intake;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Undecided files in an uploader's folder that nobody knows: an earlier run left them, or somebody put them there. */
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

    /** A folder that cannot be looked into for a moment says nothing of what is in it. */
    static boolean isGone(Path file) {
        return Files.notExists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** A file, and under this very name: where case does not count, or short names do, it may be another's. */
    static boolean isThere(Path file) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && file.toRealPath(LinkOption.NOFOLLOW_LINKS)
                        .getFileName()
                        .toString()
                        .equals(file.getFileName().toString());
    }

    /** @throws IOException where nobody can tell */
    static boolean stands(Path file) throws IOException {
        try {
            Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return true;
        } catch (NoSuchFileException e) {
            return false;
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
