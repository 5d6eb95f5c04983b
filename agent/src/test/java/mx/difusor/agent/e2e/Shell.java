package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Runs the machine's own tools. */
public final class Shell {

    private static final int TIMEOUT_SECONDS = 120;

    /** What a command left. */
    public record Result(int code, String output, String errors) {
        public Result ok() {
            assertThat(code).as("%s%n%s", output, errors).isZero();
            return this;
        }
    }

    private Shell() {}

    /** Skips the test loudly where a tool is missing; an error where {@code -Dpeers=required}. */
    public static void needs(String... tools) {
        for (String tool : tools) {
            boolean found = Stream.concat(
                            Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
            if (found) {
                continue;
            }
            System.err.println("SKIPPED: there is no " + tool + " on the path");
            assertThat(System.getProperty("peers", ""))
                    .as("there is no " + tool)
                    .isNotEqualTo("required");
            Assumptions.abort("there is no " + tool + " on the path");
        }
    }

    public static Result bash(Path folder, String script) throws IOException {
        return run(folder, Map.of(), List.of("bash", "-c", "set -euo pipefail\n" + script));
    }

    public static Result run(Path folder, Map<String, String> environment, List<String> command) throws IOException {
        return run(folder, environment, command, TIMEOUT_SECONDS);
    }

    static Result run(Path folder, Map<String, String> environment, List<String> command, int timeoutSeconds)
            throws IOException {
        Path output = Files.createTempFile("shell", ".out");
        Path errors = Files.createTempFile("shell", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile());
            Map<String, String> all = new HashMap<>(environment);
            all.putIfAbsent("LC_ALL", "C.UTF-8");
            all.putIfAbsent("PATH", System.getenv("PATH") + File.pathSeparator + "/usr/sbin");
            builder.environment().putAll(all);
            Process process = builder.start();
            if (!process.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("no end after " + timeoutSeconds + " s: " + command);
            }
            return new Result(process.exitValue(), text(output), text(errors));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            Files.deleteIfExists(output);
            Files.deleteIfExists(errors);
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
