package mx.difusor.agent.alerting;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one channel would not take, though it may still hold: it is offered again when the channel works. Any thread. */
final class Missed {

    /** Refusals of the same announcement; then it is not the channel that is wrong. */
    static final int MOST = 3;

    /** Causes whose end is remembered: as many as begin while an announcement waits at the longest, and more. */
    static final int ENDS = 1_000;

    private final Map<String, Announcement> missed = bounded(Outbox.CAPACITY);
    private final Map<String, Integer> refusals = bounded(Outbox.CAPACITY);
    private final Set<String> ended = Collections.newSetFromMap(bounded(ENDS));

    private static <T> Map<String, T> bounded(int most) {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
                return size() > most;
            }
        };
    }

    synchronized void add(Announcement announcement) {
        announcement.more().forEach(this::add);
        if (announcement.more().isEmpty()
                && !isOver(announcement)
                && refusals.merge(key(announcement), 1, Integer::sum) <= MOST) {
            missed.put(announcement.id(), announcement);
        }
    }

    /** A beginning whose end is told is news no more: who heard it then would wait for an end. */
    private boolean isOver(Announcement one) {
        return one.state() == Announcement.State.BEGIN && ended.contains(one.id());
    }

    private static String key(Announcement one) {
        return one.state() + " " + one.id();
    }

    /** It is on its way: what comes from here later goes behind it. */
    synchronized void told(Announcement announcement) {
        announcement.more().forEach(this::told);
        if (announcement.more().isEmpty() && announcement.state() == Announcement.State.END) {
            missed.remove(announcement.id());
            ended.add(announcement.id());
        }
    }

    /** All of them, many in one digest. They are not kept any longer. */
    synchronized List<Announcement> take(Instant now) {
        List<Announcement> all = new ArrayList<>(missed.values());
        missed.clear();
        return all.size() <= Announcer.SINGLY ? all : List.of(Announcer.digest(all, now));
    }
}
