package mx.difusor.agent.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a person sits at one of this process's standard streams. */
final class Terminal {

    static final int INPUT = 0;
    static final int ERRORS = 2;

    private static final Path LINUX_STREAMS = Path.of("/proc/self/fd");

    private Terminal() {}

    /** Linux tells for each stream; elsewhere the JVM only knows of input and output together. */
    static boolean of(int stream) {
        if (Files.isDirectory(LINUX_STREAMS)) {
            try {
                String target = Files.readSymbolicLink(LINUX_STREAMS.resolve(Integer.toString(stream)))
                        .toString();
                return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
            } catch (IOException e) {
                return false;
            }
        }
        return console();
    }

    /** Before JDK 22 there is a console only at a terminal; since then it says itself whether it is one. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean console() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
