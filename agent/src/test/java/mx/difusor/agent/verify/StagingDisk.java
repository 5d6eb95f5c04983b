package mx.difusor.agent.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import mx.difusor.agent.disk.Disk;

/** The little of a disk that unpacking needs; full after so many files. */
final class StagingDisk implements Disk {

    private final int filesUntilFull;
    private int files;

    StagingDisk() {
        this(Integer.MAX_VALUE);
    }

    StagingDisk(int filesUntilFull) {
        this.filesUntilFull = filesUntilFull;
    }

    @Override
    public void createDirectories(Path folder, Access access) throws IOException {
        Files.createDirectories(folder);
    }

    @Override
    public FileChannel createFile(Path file, Access access) throws IOException {
        if (files++ >= filesUntilFull) {
            throw new IOException("no space left on device");
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        return channel;
    }

    @Override
    public void write(Path newFile, InputStream content, Access access) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void replace(Path file, byte[] content, Access access) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void sync(Path file) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void syncDirectory(Path folder) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void moveAtomically(Path from, Path to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void linkOrCopy(Path existing, Path newName, Access access) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void linkAtomically(Path link, Path target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setModified(Path file, Instant modified) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void delete(Path file) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void deleteTree(Path folder) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long freeBytes(Path folder) {
        throw new UnsupportedOperationException();
    }
}
