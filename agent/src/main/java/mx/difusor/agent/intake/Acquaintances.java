package mx.difusor.agent.intake;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Sources from which an uploader logged in lately. Only a login leads in here, so nobody without a key fills it. Kept in
 * memory alone: after a restart the first login makes them known again. Not thread-safe.
 */
final class Acquaintances {
    static final Duration KEPT = Duration.ofDays(7);
    static final int MAX = 256;

    private final LongSupplier nanoTime;
    /** The longest unseen first. */
    private final Map<Source, Long> lastLogins = new LinkedHashMap<>();

    Acquaintances(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void loggedIn(Source source) {
        lastLogins.remove(source);
        lastLogins.put(source, nanoTime.getAsLong());
        Iterator<Source> longestUnseen = lastLogins.keySet().iterator();
        while (lastLogins.size() > MAX) {
            longestUnseen.next();
            longestUnseen.remove();
        }
    }

    boolean knows(Source source) {
        Long last = lastLogins.get(source);
        return last != null && nanoTime.getAsLong() - last <= KEPT.toNanos();
    }
}
