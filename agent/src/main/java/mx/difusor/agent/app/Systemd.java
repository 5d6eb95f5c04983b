package mx.difusor.agent.app;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * systemd, or whatever speaks sd_notify(3), told by its own {@code systemd-notify}: Java 17 has no datagram sockets of
 * the local kind. The program waits until the manager has read what it sent, so that nothing is told by a process that
 * is already gone.
 */
final class Systemd implements ServiceManager {

    /** The program itself gives up after 5 s. */
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final List<Path> PROGRAMS =
            List.of(Path.of("/usr/bin/systemd-notify"), Path.of("/bin/systemd-notify"));

    private static final Logger LOG = LoggerFactory.getLogger(Systemd.class);

    private final Path program;
    private final @Nullable Duration signsOfLife;
    private final Duration timeout;

    Systemd(Path program, @Nullable Duration signsOfLife, Duration timeout) {
        this.program = program;
        this.signsOfLife = signsOfLife;
        this.timeout = timeout;
    }

    /** As the environment of this process says. */
    static ServiceManager ofProcess() {
        return of(
                System.getenv(),
                ProcessHandle.current().pid(),
                PROGRAMS.stream().filter(Files::isExecutable).findFirst().orElse(null));
    }

    /** @param program null where there is none */
    static ServiceManager of(Map<String, String> environment, long process, @Nullable Path program) {
        if (environment.getOrDefault("NOTIFY_SOCKET", "").isEmpty()) {
            return NONE;
        }
        if (program == null) {
            LOG.warn("NOTIFY_SOCKET is set, but there is no systemd-notify, so nobody is told that the agent is ready;"
                    + " install systemd, or use Type=exec");
            return NONE;
        }
        return new Systemd(program, signsOfLife(environment, process), TIMEOUT);
    }

    private static @Nullable Duration signsOfLife(Map<String, String> environment, long process) {
        String whose = environment.getOrDefault("WATCHDOG_PID", "");
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        boolean ours = whose.isEmpty() || whose.equals(Long.toString(process));
        if (!ours || !micros.matches("[1-9][0-9]{0,17}")) {
            return null;
        }
        return Duration.ofNanos(Math.multiplyExact(Math.min(Long.parseLong(micros), Long.MAX_VALUE / 1_000), 1_000));
    }

    @Override
    public @Nullable Duration signsOfLife() {
        return signsOfLife;
    }

    @Override
    public void tell(String... assignments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(assignments));
        String told = String.join(" ", assignments);
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            LOG.warn("cannot tell the service manager {}: {}", told, e.getMessage());
            return;
        }
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("cannot tell the service manager {}: no end within {} s", told, timeout.toSeconds());
            } else if (process.exitValue() != 0) {
                LOG.warn("cannot tell the service manager {}: code {}", told, process.exitValue());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }
}
