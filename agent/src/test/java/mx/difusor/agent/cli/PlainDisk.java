package mx.difusor.agent.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import mx.difusor.agent.disk.Disk;
import org.jspecify.annotations.Nullable;

/** As much of a disk as making a home needs, without syncs; fails at a path of the test's choice. */
final class PlainDisk implements Disk {

    @Nullable
    Path failing;

    @Override
    public void createDirectories(Path folder, Access access) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(
                folder, PosixFilePermissions.fromString(access == Access.PUBLIC ? "rwxr-xr-x" : "rwx------"));
    }

    @Override
    public void replace(Path file, byte[] content, Access access) throws IOException {
        if (file.equals(failing)) {
            throw new java.nio.file.AccessDeniedException(file.toString());
        }
        Files.write(file, content);
        Files.setPosixFilePermissions(
                file, PosixFilePermissions.fromString(access == Access.PUBLIC ? "rw-r--r--" : "rw-------"));
    }

    @Override
    public FileChannel createFile(Path file, Access access) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void write(Path newFile, InputStream content, Access access) {
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
