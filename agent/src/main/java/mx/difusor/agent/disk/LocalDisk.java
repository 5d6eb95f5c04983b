package mx.difusor.agent.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The disk of this machine. Every change of it is one of a few methods with one system call each; tests put a disk that
 * fails at one of them below the recipes made of them.
 */
public class LocalDisk implements Disk {

    private static final int COPY_BUFFER_BYTES = 1 << 16;

    private static final Set<PosixFilePermission> PRIVATE_FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> PASSABLE_FOLDER = PosixFilePermissions.fromString("rwx--x--x");
    private static final Set<PosixFilePermission> PRIVATE_FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> PUBLIC_FOLDER = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> PUBLIC_FILE = PosixFilePermissions.fromString("rw-r--r--");

    /** From so many on a sync of the whole file system takes less time than theirs. */
    static final int MANY_FILES = 500;

    private final FileSystemSync fileSystemSync = FileSystemSync.ofThisMachine();
    private final boolean windows;

    public LocalDisk() {
        this(System.getProperty("os.name", ""));
    }

    /** @param system as Java names it; what it cannot do is not asked of it */
    LocalDisk(String system) {
        this.windows = system.startsWith("Windows");
    }

    @Override
    public void createDirectories(Path folder, Access access) throws IOException {
        makeDirectories(folder, access, true);
    }

    @Override
    public void makeDirectories(Path folder, Access access) throws IOException {
        makeDirectories(folder, access, false);
    }

    private void makeDirectories(Path folder, Access access, boolean durable) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = parentOf(folder);
        makeDirectories(parent, access, durable);
        try {
            makeFolder(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
            return; // another thread was quicker
        }
        setPermissions(
                folder,
                switch (access) {
                    case PRIVATE -> PRIVATE_FOLDER;
                    case PASSABLE -> PASSABLE_FOLDER;
                    case PUBLIC -> PUBLIC_FOLDER;
                });
        if (durable) {
            syncNew(folder, parent);
        }
    }

    /** A folder that stands is taken for durable by the next call: one that could not be synced must not stand. */
    private void syncNew(Path folder, Path parent) throws IOException {
        try {
            syncDirectory(parent);
        } catch (IOException e) {
            deleteQuietly(folder, e);
            throw e;
        }
    }

    @Override
    public FileChannel createFile(Path file, Access access) throws IOException {
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                windows
                        ? new java.nio.file.attribute.FileAttribute<?>[0]
                        : new java.nio.file.attribute.FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PRIVATE_FILE)
                        });
        if (access == Access.PUBLIC) {
            try {
                setPermissions(file, PUBLIC_FILE);
            } catch (IOException e) {
                channel.close();
                deleteQuietly(file, e);
                throw e;
            }
        }
        return channel;
    }

    @Override
    public void write(Path newFile, InputStream content, Access access) throws IOException {
        try (FileChannel channel = createFile(newFile, access)) {
            byte[] buffer = new byte[COPY_BUFFER_BYTES];
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                writeFully(channel, ByteBuffer.wrap(buffer, 0, n));
            }
        }
    }

    @Override
    public void replace(Path file, byte[] content, Access access) throws IOException {
        Path beside = Unfinished.beside(file);
        try {
            try (FileChannel channel = createFile(beside, access)) {
                writeFully(channel, ByteBuffer.wrap(content));
                channel.force(true);
            }
            moveAtomically(beside, file);
        } catch (IOException e) {
            deleteQuietly(beside, e);
            throw e;
        }
        syncDirectory(parentOf(file));
    }

    @Override
    public void sync(Path file) throws IOException {
        // Windows flushes only handles that may write; elsewhere a reading one will do.
        try (FileChannel channel =
                FileChannel.open(file, windows ? StandardOpenOption.WRITE : StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void syncDirectory(Path folder) throws IOException {
        if (windows) {
            return; // a folder cannot be opened there; NTFS journals its entries
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void syncAll(Path below, List<Path> files, List<Path> folders) throws IOException {
        if (files.size() >= MANY_FILES && syncFileSystem(below)) {
            return;
        }
        InParallel.forEach(InParallel.SYNCS, files, this::sync);
        InParallel.forEach(InParallel.SYNCS, folders, this::syncDirectory);
    }

    @Override
    public void moveAtomically(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void linkOrCopy(Path existing, Path newName, Access access) throws IOException {
        try {
            makeLink(newName, existing);
        } catch (FileAlreadyExistsException | NoSuchFileException e) {
            throw e;
        } catch (UnsupportedOperationException | IOException e) {
            // No hard links here, or the inode has its maximum: the same bytes and time as a file of their own.
            FileTime modified = Files.getLastModifiedTime(existing);
            try (InputStream content = Files.newInputStream(existing)) {
                write(newName, content, access);
            }
            Files.setLastModifiedTime(newName, modified);
        }
    }

    @Override
    public void linkAtomically(Path link, Path target) throws IOException {
        Path beside = Unfinished.beside(link);
        try {
            makeSymbolicLink(beside, target);
            moveAtomically(beside, link);
        } catch (IOException e) {
            deleteQuietly(beside, e);
            throw e;
        }
        // The link is an entry of its parent: unsynced, a power cut brings the old release back.
        syncDirectory(parentOf(link));
    }

    @Override
    public void setModified(Path file, Instant modified) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(modified));
    }

    @Override
    public void append(Path file, byte[] content, Access access) throws IOException {
        if (!Files.exists(file)) {
            createFile(file, access).close();
        }
        if (Files.size(file) == 0) {
            // Before the first byte: a name that an earlier try or process left unsynced would never be synced later.
            syncDirectory(parentOf(file));
        }
        try (FileChannel channel = openToAppend(file)) {
            writeFully(channel, ByteBuffer.wrap(content));
            channel.force(true);
        }
    }

    @Override
    public void truncate(Path file, long size) throws IOException {
        cut(file, size);
        sync(file);
    }

    @Override
    public void delete(Path file) throws IOException {
        remove(file);
    }

    @Override
    public void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                remove(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                remove(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Override
    public long freeBytes(Path folder) throws IOException {
        // One system call; a file store reads the table of mounts first, and uploads ask often.
        long usable = folder.toFile().getUsableSpace();
        return usable > 0 ? usable : Files.getFileStore(folder).getUsableSpace();
    }

    // One system call each

    /** @return false where that cannot be had, or failed: then nothing is promised */
    boolean syncFileSystem(Path below) throws IOException {
        return fileSystemSync.sync(below);
    }

    void makeFolder(Path folder) throws IOException {
        Files.createDirectory(folder);
    }

    void makeLink(Path newName, Path existing) throws IOException {
        Files.createLink(newName, existing);
    }

    void makeSymbolicLink(Path link, Path target) throws IOException {
        Files.createSymbolicLink(link, target);
    }

    void setPermissions(Path path, Set<PosixFilePermission> permissions) throws IOException {
        if (!windows) {
            Files.setPosixFilePermissions(path, permissions);
        }
    }

    FileChannel openToAppend(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.APPEND);
    }

    void cut(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    /** A file, a link or an empty folder; nothing where there is none. */
    void remove(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** @throws NoSuchFileException of a root: where a folder is made below it, a drive that is not there */
    private static Path parentOf(Path path) throws NoSuchFileException {
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            throw new NoSuchFileException(path.toString());
        }
        return parent;
    }

    private void deleteQuietly(Path file, IOException reason) {
        try {
            remove(file);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }
}
