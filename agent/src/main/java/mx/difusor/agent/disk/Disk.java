package mx.difusor.agent.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The one door to the disk for everything that must survive a crash: syncs, atomic moves, links, deletes, free space.
 * Tests put a failing, tearing or forgetful disk behind it. Reading may go past it.
 *
 * <p>Writing order, everywhere: write beside, sync the file, move or link into place, sync the folder.
 */
public interface Disk {

    /** Who may read what is made here. On file systems without POSIX permissions it has no effect. */
    enum Access {
        /** 0700 and 0600: the service account alone. */
        PRIVATE,
        /** 0711 for folders: others may pass through to a public folder inside, but not look around. */
        PASSABLE,
        /** 0755 and 0644: a web server of another user may read. */
        PUBLIC
    }

    /** Makes the folder and its missing parents, each synced into its parent. */
    void createDirectories(Path folder, Access access) throws IOException;

    /** As {@link #createDirectories}, but nothing is durable yet: each folder, and its parent, are the caller's to sync. */
    void makeDirectories(Path folder, Access access) throws IOException;

    /**
     * Makes a new file, open for writing. Fails where something of that name stands. Not yet durable; after an exception
     * there is none.
     */
    FileChannel createFile(Path file, Access access) throws IOException;

    /** Copies a stream into a new file. Not yet durable. */
    void write(Path newFile, InputStream content, Access access) throws IOException;

    /** The file stands whole with these bytes, or the old one does: written beside, synced, moved over, folder synced. */
    void replace(Path file, byte[] content, Access access) throws IOException;

    /** The file's bytes and length survive a power cut; its name does when its folder is synced too. */
    void sync(Path file) throws IOException;

    /** The folder's entries survive a power cut. A no-op where the platform cannot open folders. */
    void syncDirectory(Path folder) throws IOException;

    /**
     * As {@link #sync} for each of the files and {@link #syncDirectory} for each of the folders, many at once.
     *
     * @param below the folder that they all stand in
     */
    void syncAll(Path below, List<Path> files, List<Path> folders) throws IOException;

    /** Renames in one step, over what may stand there. Not durable until both folders are synced. */
    void moveAtomically(Path from, Path to) throws IOException;

    /** A second name for the same bytes; a copy where the file system has no hard links or the file has too many. */
    void linkOrCopy(Path existing, Path newName, Access access) throws IOException;

    /** Makes or moves the symbolic link in one step; a reader sees the old target or the new one. */
    void linkAtomically(Path link, Path target) throws IOException;

    void setModified(Path file, Instant modified) throws IOException;

    /** Adds to the end of the file, making it where there is none. Durable on return. */
    void append(Path file, byte[] content, Access access) throws IOException;

    /** Cuts the file to its first {@code size} bytes. Durable on return. */
    void truncate(Path file, long size) throws IOException;

    /** Deletes the file, or does nothing where there is none. */
    void delete(Path file) throws IOException;

    /** Deletes the folder with all that is in it, links as links; or does nothing where there is none. */
    void deleteTree(Path folder) throws IOException;

    /** Bytes that this account may still write on the file system of {@code folder}. */
    long freeBytes(Path folder) throws IOException;
}
