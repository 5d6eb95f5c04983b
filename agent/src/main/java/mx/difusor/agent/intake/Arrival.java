package mx.difusor.agent.intake;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.Objects;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.KnownDigest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SHA-256 of a file from its first byte on, computed while its bytes arrive through one handle, so that nobody has to
 * read it again. Whatever is not simply the next bytes (a hole, a byte written twice, a cut, a second handle, a file
 * that looks different from how it was left) loses it for good, and the file is read as ever.
 *
 * <p>What another process writes into the file while the handle is open is not noticed: that takes the service account,
 * which could as well change what was checked already.
 */
final class Arrival {
    private static final Logger LOG = LoggerFactory.getLogger(Arrival.class);

    /** How a file looks from outside. The key is the inode; there is none on Windows. */
    private record Look(
            long size, FileTime modified, @Nullable Object key) {
        static Look at(Path file) throws IOException {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return new Look(now.size(), now.lastModifiedTime(), now.fileKey());
        }
    }

    /** The bytes of a file that nobody has open, and how it looked then. Immutable. */
    static final class Whole {
        private final MessageDigest state;
        private final Look look;

        private Whole(MessageDigest state, Look look) {
            this.state = state;
            this.look = look;
        }

        /** Its file has not changed since. */
        boolean stands(Path file) {
            try {
                return look.equals(Look.at(file));
            } catch (IOException e) {
                return false;
            }
        }

        KnownDigest digest() {
            return new KnownDigest(Digest.of(copy(state).digest()), look.size);
        }

        /** After the agent itself set the file's time; it stood before. */
        @Nullable
        Whole lookedAtAgain(Path file) throws IOException {
            Look now = Look.at(file);
            return now.size == look.size && Objects.equals(now.key, look.key) ? new Whole(state, now) : null;
        }
    }

    private final @Nullable Object key;
    private final MessageDigest sha256;
    private long length;
    private volatile boolean lost;

    private Arrival(@Nullable Object key, MessageDigest sha256, long length) {
        this.key = key;
        this.sha256 = sha256;
        this.length = length;
    }

    /**
     * For a file just opened, cut already where it is to be cut.
     *
     * @param before what is known of the bytes that it has
     * @param alone no other handle has it open
     */
    static Arrival of(Path file, @Nullable Whole before, boolean alone) {
        try {
            Look now = Look.at(file);
            if (alone && now.size == 0) {
                return new Arrival(now.key, Digest.sha256(), 0);
            }
            if (alone && before != null && now.equals(before.look)) {
                return new Arrival(now.key, copy(before.state), now.size);
            }
        } catch (IOException e) {
            LOG.debug("{} cannot be looked at: {}", file, e.toString()); // whoever reads it next will say so
        }
        Arrival unknown = new Arrival(null, Digest.sha256(), 0);
        unknown.lose();
        return unknown;
    }

    /** By any thread, at any time. */
    void lose() {
        lost = true;
    }

    /** After they were written; not by two threads at once. */
    void wrote(long position, ByteBuffer bytes) {
        if (position != length) {
            lost = true;
            return;
        }
        length += bytes.remaining();
        sha256.update(bytes);
    }

    /** After the handle was closed. */
    @Nullable
    Whole end(Path file) {
        try {
            Look now = Look.at(file);
            boolean same = !lost && now.size == length && Objects.equals(now.key, key);
            return same ? new Whole(sha256, now) : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static MessageDigest copy(MessageDigest state) {
        try {
            return (MessageDigest) state.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the platform's SHA-256 cannot be copied", e);
        }
    }
}
