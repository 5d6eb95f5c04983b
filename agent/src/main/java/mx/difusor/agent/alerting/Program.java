package mx.difusor.agent.alerting;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A program of this host, run without a shell and to its end, or killed with all that it started. */
final class Program {

    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final List<String> command;
    private final Path folder;
    private final Duration timeout;

    /**
     * @param command the program and its arguments
     * @param folder that it starts in
     */
    Program(List<String> command, Path folder, Duration timeout) {
        this.command = List.copyOf(command);
        this.folder = folder;
        this.timeout = timeout;
    }

    /**
     * @param input on its standard input; what it prints is thrown away
     * @throws ChannelException it does not start, does not end in time, or ends with another code than 0
     */
    void run(byte[] input) throws ChannelException, InterruptedException {
        String name = command.get(0);
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new ChannelException("cannot run " + name + ": " + e.getMessage(), true, e);
        }
        // From another thread: a program that does not read leaves this one waiting in the write.
        AtomicBoolean late = new AtomicBoolean();
        process.onExit().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).exceptionally(tooLate -> {
            late.set(true);
            kill(process);
            return process;
        });
        try {
            feed(process, input);
            boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended || late.get()) {
                throw new ChannelException(name + " did not end within " + timeout.toSeconds() + " s", true, null);
            }
            if (process.exitValue() != 0) {
                throw new ChannelException(name + " ended with code " + process.exitValue(), true, null);
            }
        } finally {
            kill(process);
        }
    }

    /** One that does not care for its input may close it, and is judged by its code all the same. */
    private static void feed(Process process, byte[] input) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(input);
        } catch (IOException ignored) {
            return;
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
