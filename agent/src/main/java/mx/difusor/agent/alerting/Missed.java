package mx.difusor.agent.alerting;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one channel would not take, though it may still hold: it is offered again when the channel works. Any thread. */
final class Missed {

    /** Refusals of the same announcement; then it is not the channel that is wrong. */
    static final int MOST = 3;

    private final Map<String, Announcement> missed = bounded();
    private final Map<String, Integer> refusals = bounded();

    private static <T> Map<String, T> bounded() {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
                return size() > Outbox.CAPACITY;
            }
        };
    }

    synchronized void add(Announcement announcement) {
        announcement.more().forEach(this::add);
        if (announcement.more().isEmpty() && refusals.merge(key(announcement), 1, Integer::sum) <= MOST) {
            missed.put(announcement.id(), announcement);
        }
    }

    private static String key(Announcement one) {
        return one.state() + " " + one.id();
    }

    /** A beginning whose end is told is news no more. */
    synchronized void told(Announcement announcement) {
        announcement.more().forEach(this::told);
        if (announcement.state() == Announcement.State.END) {
            missed.remove(announcement.id());
        }
    }

    /** All of them, many in one digest. They are not kept any longer. */
    synchronized List<Announcement> take(Instant now) {
        List<Announcement> all = new ArrayList<>(missed.values());
        missed.clear();
        return all.size() <= Announcer.SINGLY ? all : List.of(Announcer.digest(all, now));
    }
}
