package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** File systems of a test's own, taken away at its end. */
final class Mounts implements AutoCloseable {

    private final Deque<Path> mounted = new ArrayDeque<>();

    /** Skips the test loudly where nothing may be mounted: as another user than root, or in a container. */
    static Mounts needed(Path folder) throws IOException {
        Path tried = Files.createDirectory(folder.resolve("tried"));
        try (Mounts mounts = new Mounts()) {
            mounts.memory(tried, "1m");
        } catch (AssertionError e) {
            System.err.println("SKIPPED: nothing can be mounted here: " + e.getMessage());
            Assumptions.abort("nothing can be mounted here");
        }
        return new Mounts();
    }

    /** A file system in memory of that size. */
    void memory(Path at, String size) throws IOException {
        mount(at, "mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", at.toString());
    }

    /** The folder, as it is, but nobody can write in it. */
    void readOnly(Path at) throws IOException {
        mount(at, "mount", "--bind", at.toString(), at.toString());
        run("mount", "-o", "remount,bind,ro", at.toString());
    }

    void release(Path at) throws IOException {
        run("umount", at.toString());
        mounted.remove(at);
    }

    private void mount(Path at, String... command) throws IOException {
        run(command);
        mounted.push(at);
    }

    private static void run(String... command) throws IOException {
        Shell.Result result = Shell.run(Path.of("/"), Map.of(), List.of(command));
        assertThat(result.code())
                .as("%s: %s", List.of(command), result.errors())
                .isZero();
    }

    @Override
    public void close() throws IOException {
        while (!mounted.isEmpty()) {
            Shell.run(
                    Path.of("/"),
                    Map.of(),
                    List.of("umount", "-l", mounted.pop().toString()));
        }
    }
}
