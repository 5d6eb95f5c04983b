package mx.difusor.agent.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.LocalDisk;

/** The real disk, with the little of it that unpacking needs; full after so many files. */
final class StagingDisk implements Disk {

    private final Disk real = new LocalDisk();
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
        real.createDirectories(folder, access);
    }

    @Override
    public void makeDirectories(Path folder, Access access) throws IOException {
        real.makeDirectories(folder, access);
    }

    @Override
    public synchronized FileChannel createFile(Path file, Access access) throws IOException {
        if (files++ >= filesUntilFull) {
            throw new IOException("no space left on device");
        }
        return real.createFile(file, access);
    }

    @Override
    public void write(Path newFile, InputStream content, Access access) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void truncate(Path file, long size) {
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
    public void syncAll(Path below, List<Path> files, List<Path> folders) {
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
    public void append(Path file, byte[] content, Access access) {
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
