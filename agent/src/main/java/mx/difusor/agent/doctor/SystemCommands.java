package mx.difusor.agent.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Programs of this machine. They speak English and are killed when they hang. */
public final class SystemCommands implements Commands {

    static final Duration TIMEOUT = Duration.ofSeconds(5);
    static final int OUTPUT_LIMIT_BYTES = 4 << 20;

    private final Duration timeout;

    public SystemCommands() {
        this(TIMEOUT);
    }

    SystemCommands(Duration timeout) {
        this.timeout = timeout;
    }

    @Override
    public Optional<String> run(String... command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        // An account's own path may lack what only administrators are expected to ask.
        String path = builder.environment().getOrDefault("PATH", "");
        builder.environment().put("PATH", path + java.io.File.pathSeparator + "/usr/sbin:/sbin:/usr/local/sbin");
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return Optional.empty();
        }
        try {
            process.getOutputStream().close();
            CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
            String text = output.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return ended && process.exitValue() == 0 ? Optional.of(text) : Optional.empty();
        } catch (IOException | TimeoutException | ExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String read(InputStream stream) {
        try (stream) {
            byte[] kept = stream.readNBytes(OUTPUT_LIMIT_BYTES);
            stream.transferTo(OutputStream.nullOutputStream());
            return new String(kept, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
