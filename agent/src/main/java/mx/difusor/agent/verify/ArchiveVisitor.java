package mx.difusor.agent.verify;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Is shown every entry of an archive once, in the order of their bytes, on one thread. Paths are decoded but not yet
 * judged. What is in the files may come later, and of several files at once.
 */
interface ArchiveVisitor {

    /** The bytes of one file. Their length and checksum, where the format has them, hold once the end was read. */
    interface Content {
        /** @return how many bytes came, -1 at the end */
        int read(byte[] buffer) throws UnreadablePackageException, IOException;

        /** How many bytes the archive says there are, which may be a lie. */
        long promised();
    }

    /** @param path without a slash at its end */
    void folder(String path) throws UnreadablePackageException, IOException;

    /** @return what is done with its bytes; null where they are not wanted, so that a format may skip them */
    @Nullable
    Reception file(String path) throws UnreadablePackageException, IOException;

    /** Takes the bytes of one file, on whatever thread. What is left unread is read by whoever calls it. */
    interface Reception {
        void take(Content content) throws UnreadablePackageException, IOException;
    }

    /** Nothing more is wanted: the rest of the archive is left unread and unchecked. */
    default boolean done() {
        return false;
    }
}
