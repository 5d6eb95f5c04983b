package mx.difusor.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Programs of this machine. */
final class Tool {

    /** A machine that is busy with other things takes its time. */
    static final Duration PATIENCE = Duration.ofMinutes(8);

    private Tool() {}

    record Result(int code, String output) {
        Result ok() {
            assertThat(code).as(output).isZero();
            return this;
        }
    }

    static void needs(String... programs) {
        for (String program : programs) {
            needs(
                    Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
                            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program))),
                    "there is no " + program + " on the path");
        }
    }

    /** Skips the test loudly where the machine has not what it takes; an error where {@code -Dpeers=required}. */
    static void needs(boolean there, String otherwise) {
        if (!there) {
            System.err.println("SKIPPED: " + otherwise);
            assertThat(System.getProperty("peers", "")).as(otherwise).isNotEqualTo("required");
            Assumptions.abort(otherwise);
        }
    }

    static Result run(List<String> command) throws Exception {
        return run(Path.of("."), Map.of(), command);
    }

    static Result run(Path folder, Map<String, String> more, String... command) throws Exception {
        return run(folder, more, List.of(command));
    }

    /**
     * Both streams in one, whatever the code. {@code JAVA_HOME} is that of these tests.
     *
     * @param more what the environment has besides
     */
    static Result run(Path folder, Map<String, String> more, List<String> command) throws Exception {
        Path output = Files.createTempFile("tool", ".txt");
        try {
            Process process = start(folder, output, more, command);
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("no end: " + command + "\n" + text(output));
            }
            return new Result(process.exitValue(), text(output));
        } finally {
            Files.delete(output);
        }
    }

    static Process start(Path folder, Path output, Map<String, String> more, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("PATH", System.getenv("PATH") + File.pathSeparator + "/usr/sbin");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(more);
        return builder.start();
    }

    /** A program that is there instead of the host's: the first on the path. @return the environment with it */
    static Map<String, String> stub(Path folder, String name, String script) throws IOException {
        Files.createDirectories(folder);
        Path program = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return Map.of("PATH", folder + File.pathSeparator + System.getenv("PATH"));
    }

    static Result bash(Path folder, String script) throws Exception {
        return run(folder, Map.of(), List.of("bash", "-c", "set -euo pipefail\n" + script));
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
