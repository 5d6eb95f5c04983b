package mx.difusor.agent.app;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import mx.difusor.agent.cli.ExitCode;
import mx.difusor.agent.disk.LocalDisk;

/**
 * The agent as a service of Windows, where no signal says that it is time to stop. Commons Daemon's procrun calls {@link
 * #start} in a thread that it made for it and {@link #stop} in another (docs/windows.md).
 */
public final class WindowsService {

    /** What procrun calls is static; the two calls have nothing else in common. */
    private static final WindowsService OF_PROCESS = new WindowsService();

    private final CountDownLatch toldToStop = new CountDownLatch(1);

    WindowsService() {}

    /**
     * Runs the agent until {@link #stop}; then Windows counts the service as stopped. Where another start may heal what
     * went wrong, the process ends instead, which Windows answers with the service's recovery actions.
     *
     * @param arguments the folder of the log, and then those of the command {@code difusor}: {@code run --config FILE}
     */
    public static void start(String[] arguments) {
        int code = OF_PROCESS.run(arguments);
        if (anotherStartMayHeal(code)) {
            Runtime.getRuntime().halt(code);
        }
    }

    /** @param arguments of no account */
    public static void stop(String[] arguments) {
        OF_PROCESS.end();
    }

    static boolean anotherStartMayHeal(int code) {
        return code != ExitCode.DONE && code != ExitCode.USAGE && code != ExitCode.BAD_CONFIGURATION;
    }

    /** @return an exit code of the command */
    int run(String[] arguments) {
        if (arguments.length == 0) {
            return ExitCode.USAGE;
        }
        PrintStream before = System.err;
        try (PrintStream log =
                new PrintStream(RotatingLog.in(Path.of(arguments[0]), new LocalDisk()), true, StandardCharsets.UTF_8)) {
            System.setErr(log);
            PrintWriter writer = new PrintWriter(log, true, StandardCharsets.UTF_8);
            String[] command = Arrays.copyOfRange(arguments, 1, arguments.length);
            return Main.commandLine(new AgentService(toldToStop), List.of(command))
                    .setOut(writer)
                    .setErr(writer)
                    .execute(command);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into procrun's own log
        } finally {
            System.setErr(before);
        }
    }

    /** Once or more often, before or after the agent is up. */
    void end() {
        toldToStop.countDown();
    }
}
