package mx.difusor.agent.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * What this process knows of its host.
 *
 * @param system {@code Linux}, {@code FreeBSD}, {@code Windows Server 2022}, ...
 * @param java the version of this Java, as {@code java.version} gives it
 * @param heapBytes the most that this Java takes for objects
 * @param openFiles how many this process may have open; empty where the system does not tell
 * @param account that this process runs as
 */
public record Machine(
        String name,
        String system,
        String version,
        String architecture,
        String java,
        long heapBytes,
        OptionalLong openFiles,
        String account) {

    private static final Path LINUX_LIMITS = Path.of("/proc/self/limits");

    /** That of this process. */
    public static Machine ofProcess(Commands commands) {
        return new Machine(
                hostName(),
                System.getProperty("os.name", "?"),
                System.getProperty("os.version", "?"),
                System.getProperty("os.arch", "?"),
                System.getProperty("java.version", "?"),
                Runtime.getRuntime().maxMemory(),
                openFiles(LINUX_LIMITS, commands),
                System.getProperty("user.name", "?"));
    }

    boolean windows() {
        return system.startsWith("Windows");
    }

    boolean linux() {
        return system.equals("Linux");
    }

    boolean freeBsd() {
        return system.equals("FreeBSD");
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "?";
        }
    }

    /** @param limits where Linux has them */
    static OptionalLong openFiles(Path limits, Commands commands) {
        try {
            if (Files.isReadable(limits)) {
                return openFilesOf(Files.readString(limits));
            }
        } catch (IOException e) {
            return OptionalLong.empty();
        }
        return commands.run("sh", "-c", "ulimit -n").map(Machine::number).orElse(OptionalLong.empty());
    }

    /** @param limits as {@code /proc/self/limits} has them */
    static OptionalLong openFilesOf(String limits) {
        return limits.lines()
                .filter(line -> line.startsWith("Max open files"))
                .map(line ->
                        number(line.substring("Max open files".length()).strip().replaceFirst("\\s.*", "")))
                .findFirst()
                .orElse(OptionalLong.empty());
    }

    private static OptionalLong number(String text) {
        String word = text.strip();
        if (word.equals("unlimited")) {
            return OptionalLong.of(Long.MAX_VALUE);
        }
        return word.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(word)) : OptionalLong.empty();
    }
}
