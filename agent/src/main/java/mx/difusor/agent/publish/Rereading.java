package mx.difusor.agent.publish;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import mx.difusor.agent.model.TreeFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads every byte of a release again, in portions as large as the caller likes, and holds them against the tree's
 * digests; twins against their files'. What is no regular file is {@link Inspection}'s to find. One thread at a time.
 */
public final class Rereading implements Closeable {

    private final Release release;
    private final Queue<TreeFile> waiting;
    private final Findings findings = new Findings();
    private final byte[] buffer = new byte[1 << 16];
    private @Nullable TreeFile twinOf;
    private @Nullable ByteCheck open;

    public Rereading(Release release) {
        this.release = release;
        this.waiting = new ArrayDeque<>(release.tree().files());
    }

    public Release release() {
        return release;
    }

    public Findings findings() {
        return findings;
    }

    /**
     * Reads on.
     *
     * @param bytes how many, give or take a buffer of 64 KiB; an inflated twin counts as large as its file
     * @return true when there was nothing left to read
     * @throws IOException when the disk does not answer, which says nothing of the release
     */
    public boolean advance(long bytes) throws IOException {
        long left = bytes;
        while (left > 0) {
            ByteCheck check = open == null ? next() : open;
            if (check == null) {
                return true;
            }
            open = check;
            long read = check.read(buffer);
            left -= Math.max(0, read);
            if (read < 0) {
                Difference difference = check.result();
                if (difference != null) {
                    findings.add(difference);
                }
                close();
            }
        }
        return false;
    }

    /** The next file that can be opened; null at the end. */
    private @Nullable ByteCheck next() throws IOException {
        while (true) {
            TreeFile twin = twinOf;
            twinOf = null;
            if (twin != null) {
                String path = twin.path() + Precompression.SUFFIX;
                ByteCheck check = Precompression.twinned(path, release.tree()) != null
                        ? openIfThere(path, new TwinCheck(path, twin), false)
                        : null;
                if (check != null) {
                    return check;
                }
            }
            TreeFile file = waiting.poll();
            if (file == null) {
                return null;
            }
            twinOf = file;
            ByteCheck check = openIfThere(file.path(), new FileCheck(file), true);
            if (check != null) {
                return check;
            }
        }
    }

    private @Nullable ByteCheck openIfThere(String path, ByteCheck check, boolean needed) throws IOException {
        Path file = release.folder().resolve(path);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        try {
            check.open(file);
            return check;
        } catch (NoSuchFileException e) {
            if (needed) {
                findings.add(Difference.missing(path, check.expected()));
            }
        } catch (AccessDeniedException e) {
            // Whether there is a twin nobody knows in a folder that is closed; a twin that is closed the look finds.
            if (needed) {
                findings.add(Difference.changed(path, check.expected(), "a file that even the agent cannot read"));
            }
        }
        check.close();
        return null;
    }

    @Override
    public void close() throws IOException {
        ByteCheck check = open;
        open = null;
        if (check != null) {
            check.close();
        }
    }
}
