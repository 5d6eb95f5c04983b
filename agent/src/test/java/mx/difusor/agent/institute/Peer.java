package mx.difusor.agent.institute;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A stock tool of the machine that Institutes use. */
record Peer(String tool) {

    private static final long LIMIT_SECONDS = 60;

    /** Skips the test loudly where the tool is absent, fails it where {@code -Dpeers=required}. */
    static Peer named(String tool) {
        boolean there = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
        if (!there) {
            if ("required".equals(System.getProperty("peers"))) {
                throw new AssertionError(tool + " is not on the path, and -Dpeers=required asks for it");
            }
            System.err.println("SKIPPED: " + tool + " is not on the path");
            Assumptions.abort(tool + " is not on the path");
        }
        return new Peer(tool);
    }

    /** Runs to exit 0 in {@code folder}; returns what it printed. */
    String run(Path folder, String... arguments) throws IOException, InterruptedException {
        Outcome outcome = tryRun(folder, arguments);
        assertThat(outcome.exit())
                .as("%s %s: %s", tool, List.of(arguments), outcome.text())
                .isZero();
        return outcome.text();
    }

    record Outcome(int exit, String text) {}

    Outcome tryRun(Path folder, String... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile("peer", ".txt");
        ProcessBuilder builder = new ProcessBuilder(
                        Stream.concat(Stream.of(tool), Stream.of(arguments)).toList())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .as("%s ends in time", tool)
                    .isTrue();
            return new Outcome(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }
}
