package mx.difusor.agent.verify;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A program of the machine, run in one folder. Skips the test loudly where it is absent. */
final class StockTool {

    private static final int TIMEOUT_SECONDS = 60;

    private final String name;
    private final Path folder;
    private final Map<String, String> environment;

    private StockTool(String name, Path folder, Map<String, String> environment) {
        this.name = name;
        this.folder = folder;
        this.environment = environment;
    }

    static StockTool of(String name, Path folder, Map<String, String> environment) {
        boolean present = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, name)));
        if (!present && System.getProperty("peers", "").equals("required")) {
            throw new AssertionError(name + " is not on the path, and -Dpeers=required");
        }
        if (!present) {
            System.err.println("SKIPPED: " + name + " is not on the path");
        }
        Assumptions.assumeTrue(present, name + " is not on the path");
        return new StockTool(name, folder, environment);
    }

    String run(String... arguments) {
        return run(List.of(arguments));
    }

    String run(List<String> arguments) {
        return run("", arguments);
    }

    /** @param input what the program reads */
    String run(String input, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(name);
        command.addAll(arguments);
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
            builder.environment().putAll(environment);
            Path output = Files.createTempFile("tool", ".out");
            builder.redirectOutput(output.toFile());
            Process process = builder.start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            boolean ended = process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            String said = Files.readString(output, StandardCharsets.ISO_8859_1);
            Files.delete(output);
            if (!ended || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new AssertionError(command + " failed: " + said);
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
