package mx.difusor.agent.speed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Where a measurement's files lie. What lies on disk is left there, for {@code mvn clean}: after thousands of files were
 * deleted, a file system may take several times as long to make new ones, and the next measurement would show that.
 */
final class Place implements AutoCloseable {

    static final Path TMPFS = Path.of("/dev/shm");

    final Path folder;
    private final boolean kept;

    private Place(Path folder, boolean kept) {
        this.folder = folder;
        this.kept = kept;
    }

    static Place onDisk() throws IOException {
        Path work = Files.createDirectories(Path.of("target", "speed", "work"));
        return new Place(Files.createTempDirectory(work, "run").toAbsolutePath(), true);
    }

    static Place inMemory() throws IOException {
        return new Place(Files.createTempDirectory(TMPFS, "difusor"), false);
    }

    @Override
    public void close() throws IOException {
        if (kept) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
