package mx.difusor.agent.model;

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
     * @param held an operator holds the publication
     * @param notice an operator's notice is up
     * @param newest the newest package of all; null while there is none
     * @param shown the newest package whose cut is public; null when none is, as while a notice of ours is up
     * @param newestAt when {@code newest} was decided, by the clock that tells {@code now}
     */
    public static LiveState of(
            Event event,
            boolean held,
            boolean notice,
            @Nullable AcceptedPackage newest,
            @Nullable AcceptedPackage shown,
            @Nullable Instant newestAt,
            Instant now) {
        if (notice) {
            return NOTICE;
        }
        if (held) {
            return HELD;
        }
        boolean noticePackage = shown != null && shown.kind() == Kind.NOTICE;
        if (now.isBefore(event.opens()) && !noticePackage) {
            return WAITING;
        }
        if (noticePackage) {
            return NOTICE;
        }
        if (shown != null && shown.contents().last()) {
            return FINAL;
        }
        if (!now.isBefore(event.closes())) {
            return newest == null ? WAITING : CLOSED;
        }
        long missed = Lateness.missed(event, newestAt, now);
        if (missed >= event.missedPeriods()) {
            return INTERRUPTED;
        }
        if (missed >= 1) {
            return LATE;
        }
        return shown == null ? WAITING : CURRENT;
    }
}
