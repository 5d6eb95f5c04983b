package mx.difusor.agent.model;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How many cuts are missing (contract, {@code live.state}; convocatoria: interruption after three missed periods). A
 * pure function of when the newest cut was decided; what a cut's own time says does not count, so that an Institute's
 * drill on old results is not late.
 */
public final class Lateness {

    /** No two cuts take the same time on their way: so much later than a period one may come and is not missing. */
    static final Duration MOST_GRACE = Duration.ofMinutes(3);

    /** Of a period, where that is shorter. */
    static final int GRACE_PART = 5;

    /** How bad it is. */
    public enum Degree {
        NONE,
        /** A period was missed. */
        LATE,
        /** {@code missedPeriods} were missed. */
        INTERRUPTED
    }

    private Lateness() {}

    /** A fifth of a period, at most {@link #MOST_GRACE}. */
    public static Duration grace(Event event) {
        Duration part = event.cadence().dividedBy(GRACE_PART);
        return part.compareTo(MOST_GRACE) < 0 ? part : MOST_GRACE;
    }

    /** Periods are counted from here: the newest cut's decision or the opening, whichever is later. */
    public static Instant since(Event event, @Nullable Instant newestAt) {
        return newestAt == null || newestAt.isBefore(event.opens()) ? event.opens() : newestAt;
    }

    /** The next cut is expected then; without its grace. */
    public static Instant nextExpected(Event event, @Nullable Instant newestAt) {
        return since(event, newestAt).plus(event.cadence());
    }

    /** Whole periods without a cut; 0 before the opening, and from {@code closes} on, when nothing is late any more. */
    public static long missed(Event event, @Nullable Instant newestAt, Instant now) {
        if (!now.isBefore(event.closes())) {
            return 0;
        }
        Duration quiet = Duration.between(since(event, newestAt), now).minus(grace(event));
        return quiet.isNegative() ? 0 : quiet.dividedBy(event.cadence());
    }

    /**
     * Whether cuts are missing, whatever is shown. After the last cut none is; an Institute's own notice says itself what
     * is the matter.
     *
     * @param newestAt when {@code newest} was decided, by the clock that tells {@code now}
     */
    public static Degree degree(
            Event event, @Nullable AcceptedPackage newest, @Nullable Instant newestAt, Instant now) {
        boolean over = newest != null && (newest.contents().last() || newest.kind() == Kind.NOTICE);
        long missed = over ? 0 : missed(event, newestAt, now);
        if (missed >= event.missedPeriods()) {
            return Degree.INTERRUPTED;
        }
        return missed >= 1 ? Degree.LATE : Degree.NONE;
    }
}
