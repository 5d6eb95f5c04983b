package mx.difusor.agent.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Real results, as published. */
final class Samples {

    private Samples() {}

    static Path folder(String name) {
        Path folder = Path.of(System.getProperty("shared", "../../shared"))
                .resolve("samples")
                .resolve(name);
        if (!Files.isDirectory(folder)) {
            System.err.println("SKIPPED: the real results are not here: " + folder);
            Assumptions.abort("no real results in " + folder);
        }
        return folder;
    }

    /** Every regular file below, by its path relative to the folder. */
    static Map<String, byte[]> tree(Path folder) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        Path real = folder.toRealPath();
        try (Stream<Path> paths = Files.walk(real)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(real.relativize(path).toString(), Files.readAllBytes(path));
            }
        }
        return files;
    }
}
