package mx.difusor.agent.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A program that hangs, ended by what is tested. How long it takes until it hangs is the machine's affair: the time-out
 * is doubled until the program had come that far.
 */
public final class HangingProgram {

    private static final Duration LONGEST = Duration.ofMinutes(2);

    private HangingProgram() {}

    /** Runs the program, and asserts how that ends. */
    @FunctionalInterface
    public interface Attempt {
        void within(Duration timeout) throws Exception;
    }

    /**
     * Tries with 1, 2, 4, ... seconds.
     *
     * @param file where the program writes the number of a process, on a line of its own, before it hangs
     * @return that number
     */
    public static long ended(Path file, Attempt attempt) throws Exception {
        for (Duration timeout = Duration.ofSeconds(1);
                timeout.compareTo(LONGEST) < 0;
                timeout = timeout.multipliedBy(2)) {
            Files.deleteIfExists(file);
            attempt.within(timeout);
            if (Files.exists(file) && Files.readString(file).endsWith("\n")) {
                return Long.parseLong(Files.readString(file).strip());
            }
        }
        throw new AssertionError("the program did not come to write " + file);
    }
}
