package mx.difusor.agent.publish;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Commands as processes of this machine. */
public final class ProcessCommands implements WindowsCommands {

    private final Duration timeout;

    public ProcessCommands() {
        this(TIMEOUT);
    }

    /** @param timeout of the answer, and of the end after it */
    ProcessCommands(Duration timeout) {
        this.timeout = timeout;
    }

    @Override
    public String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
        try {
            String text = output.get(timeout.toSeconds(), TimeUnit.SECONDS);
            if (!process.waitFor(timeout.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException(command.get(0) + " did not end within " + timeout.toSeconds() + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException(command.get(0) + " ended with code " + process.exitValue() + ": " + text.strip());
            }
            return text;
        } catch (TimeoutException | ExecutionException e) {
            throw new IOException(command.get(0) + " did not answer within " + timeout.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while running " + command.get(0), e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(InputStream stream) {
        try (stream) {
            Charset charset = Charset.forName(System.getProperty("native.encoding", "UTF-8"));
            byte[] kept = stream.readNBytes(OUTPUT_LIMIT);
            stream.transferTo(java.io.OutputStream.nullOutputStream());
            return new String(kept, charset);
        } catch (IOException e) {
            return "";
        }
    }
}
