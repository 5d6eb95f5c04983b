package mx.difusor.agent.alerting;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mx.difusor.agent.model.Alert;

/**
 * Decides what is announced: the beginning and the end of each cause, once, and never a storm. No I/O, no clock of its
 * own: it is shown the alerts that hold, again and again, and answers with what is to be told now.
 *
 * <p>An alert counts as one cause until it has been away for {@link #OVER}. A short one that did not come back is not
 * told at all. What happened once, rather than lasts, is told at once and has no end.
 */
final class Announcer {

    /** A cause is told when it has stood, or come and gone, this long. */
    static final Duration SETTLED = Duration.ofSeconds(5);

    /** A cause is over when it has been away this long. */
    static final Duration OVER = Duration.ofSeconds(30);

    /** What an earlier run announced has this long to be found again: probes and checks need their first round. */
    static final Duration FIRST_ROUND = Duration.ofMinutes(3);

    /** Beginnings of one code in {@link #WINDOW}; what comes more often waits, and is told with its number. */
    static final int MOST_PER_CODE = 4;

    static final Duration WINDOW = Duration.ofHours(1);

    /** Announcements of one look; what is beyond them comes in one digest. */
    static final int SINGLY = 4;

    /** Announcements at once after a quiet time; one more for each {@link #REFILL}. */
    static final int BURST = 12;

    static final Duration REFILL = Duration.ofMinutes(2);

    /** Codes are few and fixed; beyond this many something invents them. */
    static final int MOST_CODES = 200;

    private static final Comparator<Cause> OLDEST_FIRST =
            Comparator.<Cause, Instant>comparing(one -> one.since).thenComparing(one -> one.code);

    private final Map<String, Cause> causes = new LinkedHashMap<>();

    /** Ends that no channel has delivered yet, by their id. */
    private final Map<String, Kept.Standing> ending = new LinkedHashMap<>();

    private double tokens = BURST;
    private Duration refilled;
    private boolean changed;

    /**
     * @param kept what an earlier run announced
     * @param now wall time, only to tell how long ago that was
     * @param up a monotonic time; all that is shown later goes on from it
     */
    Announcer(Kept kept, Instant now, Duration up) {
        refilled = up;
        kept.begun().forEach((code, instants) -> {
            for (Instant instant : instants) {
                cause(code).begun(up.minus(age(instant, now)));
            }
        });
        kept.standing().forEach(one -> cause(one.code()).restore(one, up));
    }

    private static Duration age(Instant instant, Instant now) {
        Duration age = Duration.between(instant, now);
        return age.isNegative() ? Duration.ZERO : age;
    }

    private Cause cause(String code) {
        return causes.computeIfAbsent(code, Cause::new);
    }

    /**
     * @param active the alerts that hold now
     * @return what is to be told, in its order; it counts as told
     */
    List<Announcement> look(List<Alert> active, Instant now, Duration up) {
        Map<String, Alert> present =
                active.stream().collect(Collectors.toMap(Alert::code, one -> one, (first, second) -> first));
        for (Alert alert : present.values()) {
            if (causes.containsKey(alert.code()) || causes.size() < MOST_CODES) {
                cause(alert.code()).seen(alert, up);
            }
        }
        causes.values().stream().filter(one -> !present.containsKey(one.code)).forEach(one -> one.missing(now, up));
        List<Cause> due = Stream.concat(
                        causes.values().stream().filter(one -> one.beginDue(up)).sorted(OLDEST_FIRST),
                        causes.values().stream().filter(one -> one.endDue(up)).sorted(OLDEST_FIRST))
                .toList();
        List<Announcement> told = withinBounds(due, now, up);
        causes.values().removeIf(one -> one.isNothing(up));
        return told;
    }

    private List<Announcement> withinBounds(List<Cause> due, Instant now, Duration up) {
        tokens = Math.min(BURST, tokens + (double) up.minus(refilled).toMillis() / REFILL.toMillis());
        refilled = up;
        int room = Math.min(SINGLY, (int) tokens);
        if (due.isEmpty() || room == 0) {
            return List.of();
        }
        int singly = due.size() <= room ? due.size() : room - 1;
        List<Announcement> told = new ArrayList<>();
        for (Cause one : due.subList(0, singly)) {
            told.add(tell(one, up));
        }
        if (singly < due.size()) {
            told.add(digest(
                    due.subList(singly, due.size()).stream()
                            .map(one -> tell(one, up))
                            .toList(),
                    now));
        }
        tokens -= told.size();
        changed = true;
        return told;
    }

    private Announcement tell(Cause one, Duration up) {
        if (one.beginDue(up)) {
            return one.tellBegin(up);
        }
        Announcement end = one.tellEnd();
        ending.put(end.id(), new Kept.Standing(end.code(), end.since(), end.message()));
        while (ending.size() > MOST_CODES) {
            ending.remove(ending.keySet().iterator().next());
        }
        return end;
    }

    static Announcement digest(List<Announcement> more, Instant now) {
        boolean begins = more.stream().anyMatch(one -> one.state() == Announcement.State.BEGIN);
        String names = more.stream()
                .map(one -> one.code() + (one.state() == Announcement.State.END ? " (ended)" : ""))
                .collect(Collectors.joining(", "));
        return new Announcement(
                begins ? Announcement.State.BEGIN : Announcement.State.END,
                Announcement.SEVERAL,
                now,
                begins ? null : now,
                "and " + more.size() + " more: " + names,
                more);
    }

    /** At least one channel carried it to its end; only then does a later run take it for told. */
    void delivered(Announcement announcement) {
        announcement.more().forEach(this::delivered);
        if (announcement.state() == Announcement.State.END) {
            changed |= ending.remove(announcement.id()) != null;
        } else {
            Cause cause = causes.get(announcement.code());
            changed |= cause != null && cause.delivered(announcement.since());
        }
    }

    /** Whether {@link #kept} differs from what it was at the last call of this. */
    boolean changed() {
        boolean was = changed;
        changed = false;
        return was;
    }

    /** What a later run has to know. */
    Kept kept(Instant now, Duration up) {
        List<Kept.Standing> standing = new ArrayList<>(ending.values());
        Map<String, List<Instant>> begun = new LinkedHashMap<>();
        for (Cause one : causes.values()) {
            one.standing().ifPresent(standing::add);
            List<Instant> instants = one.begun.stream()
                    .filter(at -> up.minus(at).compareTo(WINDOW) < 0)
                    .map(at -> now.minus(up.minus(at)))
                    .toList();
            if (!instants.isEmpty()) {
                begun.put(one.code, instants);
            }
        }
        return new Kept(standing, begun);
    }
}
