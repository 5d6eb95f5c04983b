package mx.difusor.agent.intake;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who reads what stands in an uploader's {@code /entrada}. An open handle keeps the bytes of a file that has no name any
 * more, and no limit counts those: it ends with the name, or when nobody has read by it for long.
 */
final class Readers {
    private final Shelf shelf;
    private final Duration idle;
    private final Clock clock;
    private final Set<ReadHandle> open = ConcurrentHashMap.newKeySet();

    /** @param idle without a read for so long, a handle is closed */
    Readers(Shelf shelf, Duration idle, Clock clock) {
        this.shelf = shelf;
        this.idle = idle;
        this.clock = clock;
    }

    SeekableByteChannel open(String name) throws IOException {
        shelf.lock.lock();
        try {
            Path file = shown(name);
            Object key = key(file);
            ReadHandle handle =
                    new ReadHandle(name, key, Files.newByteChannel(file, StandardOpenOption.READ), clock, open::remove);
            open.add(handle);
            return handle;
        } finally {
            shelf.lock.unlock();
        }
    }

    /** Ends what reads a file that is gone, or replaced, and what reads nothing. */
    void tick() {
        Instant then = clock.instant().minus(idle);
        for (ReadHandle handle : open) {
            if (handle.isIdleSince(then) || !isShown(handle)) {
                handle.end();
            }
        }
    }

    private boolean isShown(ReadHandle handle) {
        shelf.lock.lock();
        try {
            Object key = key(shown(handle.name()));
            return Objects.equals(handle.key(), key) || isFormer(handle);
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            return true; // whether it is gone is not known
        } finally {
            shelf.lock.unlock();
        }
    }

    private boolean isFormer(ReadHandle handle) {
        Ghost ghost = shelf.ghosts.get(handle.name());
        return ghost != null && ghost.formerKey != null && ghost.formerKey.equals(handle.key());
    }

    private Path shown(String name) throws NoSuchFileException {
        Upload upload = shelf.uploads.get(name);
        Ghost ghost = shelf.ghosts.get(name);
        Path file = upload != null ? upload.file : ghost != null ? ghost.file : null;
        if (file == null) {
            throw new NoSuchFileException(name);
        }
        return file;
    }

    /** Null also where the file is not there. */
    static @Nullable Object keyOf(@Nullable Path file) {
        try {
            return file == null ? null : key(file);
        } catch (IOException e) {
            return null;
        }
    }

    /** Null on Windows, where the name alone tells. */
    private static @Nullable Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }
}
