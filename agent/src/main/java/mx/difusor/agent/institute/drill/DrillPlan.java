package mx.difusor.agent.institute.drill;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * When what happens on the day of a drill.
 *
 * @param difusorId as the installation is configured; so are the difusor's name, the cadence and the missed periods
 * @param noticeWhenInterrupted as {@code publish.interruption} says
 * @param pages the installation's own pages; need not be there
 * @param begins when the drill's clock begins; whole seconds
 * @param offset of the cuts that are sent
 * @param times how many times as fast as time the clock runs
 */
public record DrillPlan(
        String difusorId,
        String difusorName,
        Duration cadence,
        int missedPeriods,
        boolean noticeWhenInterrupted,
        Path pages,
        Instant begins,
        ZoneOffset offset,
        int times) {

    /** The event's name in the drill's own home; no event of the installation is touched. */
    public static final String EVENT = "drill";

    /** Cuts of a whole day at a quarter of an hour each; another cadence has as many. */
    public static final int CUTS = 96;

    /** Before the opening, in real time: the site is sent and must not be seen. */
    static final Duration EARLY = Duration.ofSeconds(15);

    /** After a cut's own time it is sent, in parts of a cadence. */
    private static final int SENT_AFTER_PART = 15;

    /** A clock that begins with the day. */
    public ScaledClock clock() {
        return new ScaledClock(begins, times, System::nanoTime);
    }

    /** The opening, on the drill's clock. */
    Instant opens() {
        return begins.plus(EARLY.multipliedBy(times));
    }

    /** @param sequence 1 is the site, sent before the opening; {@code CUTS} is the last */
    OffsetDateTime cut(int sequence) {
        Instant cut = sequence == 1 ? begins : opens().plus(cadence.multipliedBy(sequence - 1L));
        return cut.truncatedTo(ChronoUnit.SECONDS).atOffset(offset);
    }

    /** When a cut is sent that is on time. */
    Instant sent(int sequence) {
        return cut(sequence).toInstant().plus(cadence.dividedBy(SENT_AFTER_PART));
    }

    Instant closes() {
        return opens().plus(cadence.multipliedBy(CUTS + 1L));
    }

    /** How long it takes in real time, about. */
    public Duration takes() {
        return Duration.between(begins, closes()).dividedBy(times);
    }
}
