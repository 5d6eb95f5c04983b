package mx.difusor.agent.app;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import mx.difusor.agent.disk.Disk;

/**
 * A log in files of a bounded size and number, for systems whose services have no log: {@code difusor.log}, and the older
 * ones {@code difusor.1.log} and on. What cannot be written is lost, and nobody waits for it.
 */
final class RotatingLog extends OutputStream {

    /** Largest file, in bytes. */
    static final int FILE_BYTES = 10 << 20;
    /** The one that is written included. */
    static final int FILES = 10;

    private final Path folder;
    private final Disk disk;
    private OutputStream file;
    private long written;

    private RotatingLog(Path folder, Disk disk) throws IOException {
        this.folder = folder;
        this.disk = disk;
        this.file = open();
    }

    /** Goes on in the folder's newest file. */
    static RotatingLog in(Path folder, Disk disk) throws IOException {
        disk.createDirectories(folder, Disk.Access.PRIVATE);
        return new RotatingLog(folder, disk);
    }

    private OutputStream open() throws IOException {
        Path newest = name(0);
        written = Files.exists(newest) ? Files.size(newest) : 0;
        return Files.newOutputStream(newest, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private Path name(int age) {
        return folder.resolve(age == 0 ? "difusor.log" : "difusor." + age + ".log");
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int count) throws IOException {
        if (written > 0 && written + count > FILE_BYTES) {
            rotate();
        }
        file.write(bytes, from, count);
        written += count;
    }

    private void rotate() throws IOException {
        file.close();
        try {
            disk.delete(name(FILES - 1));
            for (int age = FILES - 1; age > 0; age--) {
                if (Files.exists(name(age - 1))) {
                    disk.moveAtomically(name(age - 1), name(age));
                }
            }
        } catch (IOException e) {
            // Windows moves no file that somebody has open to read: the newest lines are worth more than a whole file.
            Files.newOutputStream(name(0)).close();
        }
        file = open();
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }
}
