package mx.difusor.agent.app;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.verify.ExportReader;
import mx.difusor.agent.verify.ExportTarWriter;

/** A new folder or tar: written beside under a hidden name, synced, renamed. It stands whole or not at all. */
abstract class ExportTarget implements AutoCloseable {

    final Disk disk;
    final Path beside;
    private final Path target;
    private boolean finished;

    private ExportTarget(Path target, Disk disk) {
        this.target = target.toAbsolutePath().normalize();
        this.disk = disk;
        this.beside = this.target.resolveSibling("." + this.target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    }

    /**
     * @param target a tar where its name ends in {@code .tar}, otherwise a folder
     * @throws FileAlreadyExistsException where something stands there
     */
    static ExportTarget open(Path target, Disk disk) throws IOException {
        expectFree(target);
        return ExportReader.isTar(target) ? new Tar(target, disk) : new Folder(target, disk);
    }

    private static void expectFree(Path target) throws FileAlreadyExistsException {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(target.toString());
        }
    }

    abstract void add(String path, long size, Instant modified, InputStream content) throws IOException;

    /** Everything but the name survives a power cut. */
    abstract void sync() throws IOException;

    void finish() throws IOException {
        sync();
        expectFree(target);
        disk.moveAtomically(beside, target);
        finished = true;
        disk.syncDirectory(Objects.requireNonNull(target.getParent()));
    }

    @Override
    public void close() throws IOException {
        if (!finished) {
            disk.deleteTree(beside);
        }
    }

    private static final class Folder extends ExportTarget {
        private final Set<Path> folders = new LinkedHashSet<>();

        Folder(Path target, Disk disk) throws IOException {
            super(target, disk);
            disk.createDirectories(beside, Disk.Access.PRIVATE);
            folders.add(beside);
        }

        @Override
        void add(String path, long size, Instant modified, InputStream content) throws IOException {
            Path file = beside.resolve(path);
            for (Path folder = file.getParent(); folder != null && folders.add(folder); folder = folder.getParent()) {
                disk.createDirectories(folder, Disk.Access.PRIVATE);
            }
            disk.write(file, content, Disk.Access.PRIVATE);
            if (Files.size(file) != size) {
                throw new IOException(path + " changed while it was read");
            }
            disk.setModified(file, modified);
            disk.sync(file);
        }

        @Override
        void sync() throws IOException {
            for (Path folder : folders) {
                disk.syncDirectory(folder);
            }
        }
    }

    private static final class Tar extends ExportTarget {
        private static final int BUFFER_BYTES = 1 << 16;

        private final FileChannel file;
        private final ExportTarWriter tar;

        Tar(Path target, Disk disk) throws IOException {
            super(target, disk);
            file = disk.createFile(beside, Disk.Access.PRIVATE);
            tar = new ExportTarWriter(new BufferedOutputStream(Channels.newOutputStream(file), BUFFER_BYTES));
        }

        @Override
        void add(String path, long size, Instant modified, InputStream content) throws IOException {
            tar.add(path, size, modified, content);
        }

        @Override
        void sync() throws IOException {
            tar.close();
            disk.sync(beside);
        }

        @Override
        public void close() throws IOException {
            file.close();
            super.close();
        }
    }
}
