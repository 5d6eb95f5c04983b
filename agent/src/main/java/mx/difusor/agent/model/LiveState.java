package mx.difusor.agent.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the public sees, in one word (contract, {@code live.state}). */
public enum LiveState {
    /** Nothing public yet. */
    WAITING,
    CURRENT,
    /** A period was missed. */
    LATE,
    /** {@code missedPeriods} were missed. */
    INTERRUPTED,
    FINAL,
    CLOSED,
    HELD,
    NOTICE;

    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @param shown the newest package whose cut is public; null when none is
     * @param newestAt when the newest cut was decided; missed periods count from then or from the opening, whichever
     *     is later, so that an Institute's drill on old results does not count as late
     */
    public static LiveState of(
            Event event, boolean onHold, @Nullable AcceptedPackage shown, @Nullable Instant newestAt, Instant now) {
        if (onHold) {
            return HELD;
        }
        if (now.isBefore(event.opens()) && (shown == null || shown.kind() != Kind.NOTICE)) {
            return WAITING;
        }
        if (shown != null && shown.kind() == Kind.NOTICE) {
            return NOTICE;
        }
        if (shown != null && shown.contents().last()) {
            return FINAL;
        }
        if (!now.isBefore(event.closes())) {
            return shown == null ? WAITING : CLOSED;
        }
        Instant since = newestAt == null || newestAt.isBefore(event.opens()) ? event.opens() : newestAt;
        long missed = Math.max(0, Duration.between(since, now).dividedBy(event.cadence()));
        if (missed >= event.missedPeriods()) {
            return INTERRUPTED;
        }
        if (missed >= 1) {
            return LATE;
        }
        return shown == null ? WAITING : CURRENT;
    }
}
