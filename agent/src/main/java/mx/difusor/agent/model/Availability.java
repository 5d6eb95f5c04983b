package mx.difusor.agent.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much of what was asked of the site came as it should. A time in which the agent did not run was not asked about.
 *
 * @param probes how often the site was asked
 * @param good how often it answered as it should
 */
public record Availability(long probes, long good) {

    /** What {@code day} looks back upon, by whole hours. */
    public static final Duration DAY = Duration.ofDays(1);

    /** What {@code month} looks back upon, by whole hours. */
    public static final Duration MONTH = Duration.ofDays(30);

    private static final long STEPS = 1_000_000;

    /** Of the hours that lie between the two; what a clock that was wrong has put beyond does not count. */
    public static Availability of(List<ProbedHour> hours, Instant since, Instant until) {
        long probes = 0;
        long good = 0;
        for (ProbedHour hour : hours) {
            if (hour.from().plus(Duration.ofHours(1)).isAfter(since)
                    && !hour.from().isAfter(until)) {
                probes += hour.probes();
                good += hour.good();
            }
        }
        return new Availability(probes, good);
    }

    /** From 0 to 1, rounded down to six digits, so that 99.9 % is never said before it is reached; null for no probes. */
    public @Nullable Double ratio() {
        if (probes == 0) {
            return null;
        }
        long millionths = good * STEPS / probes;
        return (double) millionths / STEPS;
    }
}
