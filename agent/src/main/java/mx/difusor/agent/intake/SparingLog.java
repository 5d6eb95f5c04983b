package mx.difusor.agent.intake;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Lines that anybody can provoke: some in each minute are logged, the others counted. */
final class SparingLog {
    static final int LINES_A_MINUTE = 30;

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final Consumer<String> log;
    private final String others;
    private final LongSupplier nanoTime;
    private long minuteBegan;
    private int lines;
    private long left;

    SparingLog(Consumer<String> log, LongSupplier nanoTime) {
        this(log, "refused connections and logins", nanoTime);
    }

    /** @param others what the lines are about, for those that are only counted */
    SparingLog(Consumer<String> log, String others, LongSupplier nanoTime) {
        this.log = log;
        this.others = others;
        this.nanoTime = nanoTime;
        this.minuteBegan = nanoTime.getAsLong();
    }

    /** @param line for a sysadmin; what the client said must not be in it, or be made printable */
    synchronized void say(String line) {
        tick();
        if (lines < LINES_A_MINUTE) {
            lines++;
            log.accept(line);
        } else {
            left++;
        }
    }

    /** Something that happens too often for a line of its own. */
    synchronized void count() {
        left++;
    }

    synchronized void tick() {
        long now = nanoTime.getAsLong();
        if (now - minuteBegan < MINUTE) {
            return;
        }
        if (left > 0) {
            log.accept("and " + left + " more " + others + " within the last minute");
        }
        minuteBegan = now;
        lines = 0;
        left = 0;
    }
}
