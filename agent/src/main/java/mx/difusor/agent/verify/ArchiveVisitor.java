package mx.difusor.agent.verify;

import java.io.IOException;

/** Is shown every entry of an archive once, in the order of their bytes. Paths are decoded but not yet judged. */
interface ArchiveVisitor {

    /** The bytes of one file. Their length and checksum, where the format has them, hold once the end was read. */
    interface Content {
        /** @return how many bytes came, -1 at the end */
        int read(byte[] buffer) throws UnreadablePackageException, IOException;
    }

    /** @param path without a slash at its end */
    void folder(String path) throws UnreadablePackageException, IOException;

    void file(String path, Content content) throws UnreadablePackageException, IOException;

    /** Nothing more is wanted: the rest of the archive is left unread and unchecked. */
    default boolean done() {
        return false;
    }
}
