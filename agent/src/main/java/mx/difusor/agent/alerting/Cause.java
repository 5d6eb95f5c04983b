package mx.difusor.agent.alerting;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import mx.difusor.agent.model.Alert;

/** What the {@link Announcer} knows of one code. Times of day are for texts; everything is measured by {@code up}. */
final class Cause {

    final String code;

    /** When its beginnings were told, the oldest first; at most {@link Announcer#MOST_PER_CODE}. */
    final Deque<Duration> begun = new ArrayDeque<>();

    Instant since = Instant.EPOCH;

    /** Told, and its end is not. */
    private boolean told;

    private boolean delivered;
    private boolean present;
    private boolean restored;

    /** It happened rather than lasts, and is not told yet. */
    private boolean happened;

    private Instant until = Instant.EPOCH;

    /** How often it happened so far. */
    private long times;

    private String message = "";
    private Duration first = Duration.ZERO;
    private Duration gone = Duration.ZERO;

    /** How often it began in this cause; 0 where there is none at hand. */
    private int came;

    /** How often it began without being told, because it had been told often enough. */
    private long untold;

    Cause(String code) {
        this.code = code;
    }

    void begun(Duration up) {
        begun.addLast(up);
        while (begun.size() > Announcer.MOST_PER_CODE) {
            begun.removeFirst();
        }
    }

    void restore(Kept.Standing kept, Duration up) {
        since = kept.since();
        message = kept.message();
        told = true;
        delivered = true;
        restored = true;
        came = 1;
        gone = up;
        until = since;
    }

    void seen(Alert alert, Duration up) {
        if (alert.incident()) {
            // Several between two looks: each counts, the last one is told.
            long news = alert.times() - times;
            if (news > 0) {
                untold += news - (happened ? 0 : 1);
                happened = true;
                times = alert.times();
                since = alert.since();
                message = alert.message();
            }
            return;
        }
        message = alert.message();
        if (!present) {
            if (came == 0) {
                first = up;
                since = alert.since();
            }
            // What an earlier run told goes on; it did not come again.
            came += restored ? 0 : 1;
            restored = false;
            present = true;
        }
    }

    void missing(Instant now, Duration up) {
        if (present) {
            present = false;
            gone = up;
            until = now;
        } else if (restored) {
            until = now;
        }
        if (!told && came > 0 && isOver(up)) {
            untold += settled(gone) ? 1 : 0;
            came = 0;
        }
    }

    private boolean isOver(Duration up) {
        Duration away = up.minus(gone);
        return !present && away.compareTo(restored ? Announcer.FIRST_ROUND : Announcer.OVER) >= 0;
    }

    private boolean settled(Duration up) {
        return up.minus(first).compareTo(Announcer.SETTLED) >= 0;
    }

    boolean beginDue(Duration up) {
        boolean lasts = came > 0 && !told && settled(up) && (present || came > 1);
        return (lasts || happened) && beginsWithin(up) < Announcer.MOST_PER_CODE;
    }

    private long beginsWithin(Duration up) {
        return begun.stream()
                .filter(at -> up.minus(at).compareTo(Announcer.WINDOW) < 0)
                .count();
    }

    boolean endDue(Duration up) {
        return told && isOver(up);
    }

    Announcement tellBegin(Duration up) {
        begun(up);
        told = came > 0;
        delivered = false;
        happened = false;
        String more = untold == 1 ? " more like it was" : " more like it were";
        String text = untold == 0 ? message : message + "; " + untold + more + " not told one by one";
        untold = 0;
        return Announcement.begin(code, since, text);
    }

    Announcement tellEnd() {
        told = false;
        delivered = false;
        restored = false;
        came = 0;
        return Announcement.end(code, since, until, message);
    }

    /** @return whether that changed anything that is kept */
    boolean delivered(Instant begunAt) {
        boolean now = told && !delivered && since.equals(begunAt);
        delivered |= now;
        return now;
    }

    Optional<Kept.Standing> standing() {
        return told && delivered ? Optional.of(new Kept.Standing(code, since, message)) : Optional.empty();
    }

    /** Nothing of it has to be remembered. */
    boolean isNothing(Duration up) {
        return came == 0 && !happened && untold == 0 && beginsWithin(up) == 0 && times == 0;
    }
}
