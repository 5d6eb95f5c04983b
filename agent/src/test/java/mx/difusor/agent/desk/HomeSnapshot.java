package mx.difusor.agent.desk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import mx.difusor.agent.model.Digest;

/**
 * Everything in a home that no refused package may change: each file with its bytes and its time, each link with its
 * target, each folder. Left out is what a refusal may add to: the evidence, the receipts, the record of
 * decisions, the index's own file.
 */
public final class HomeSnapshot {

    private static final List<String> MAY_GROW = List.of("quarantine", "receipts", "history.log");

    private HomeSnapshot() {}

    public static Map<String, String> of(Path home) {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> all = Files.walk(home)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                String name = home.relativize(path).toString();
                boolean left = MAY_GROW.contains(name.split("/", 2)[0]) || name.startsWith("index.db");
                if (!left) {
                    found.put(name, describe(path));
                }
            }
        } catch (UncheckedIOException | IOException e) {
            // Something went while it was looked at: certainly not as it was.
            found.put("", e.toString());
        }
        return found;
    }

    private static String describe(Path path) throws IOException {
        try {
            if (Files.isSymbolicLink(path)) {
                return "-> " + Files.readSymbolicLink(path);
            }
            if (Files.isDirectory(path)) {
                return "folder";
            }
            return Files.getLastModifiedTime(path) + " " + Digest.ofContent(Files.readAllBytes(path));
        } catch (NoSuchFileException e) {
            return "gone";
        }
    }
}
