package mx.difusor.agent.status;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import mx.difusor.agent.desk.Overview;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.ProbedHour;
import org.jspecify.annotations.Nullable;

/**
 * What the page needs of the index. Remembered for {@link #FRESH}, so that many open dashboards cost the index no more
 * than one; a package that was decided since then is seen at once.
 */
final class RecentDecisions {

    static final Duration FRESH = Duration.ofSeconds(2);

    /** The index answers this many decisions, refusals included; a night of 24 hours has some hundred. */
    static final int MOST = Overview.PACKAGES_LIMIT;

    /** Availability is shown so far back. */
    static final Duration PROBES_BACK = Duration.ofDays(31);

    /**
     * @param rows the newest first; null where the index cannot be read
     * @param hours the oldest first; empty where no site is configured, or where the index cannot be read
     */
    record Seen(@Nullable List<Overview.Row> rows, List<ProbedHour> hours) {}

    private record Remembered(Seen seen, @Nullable Object last, long atNanos) {}

    private final Overview overview;
    private final LongSupplier nanos;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Remembered remembered;

    /** @param nanos a monotonic clock, as {@link System#nanoTime} */
    RecentDecisions(Overview overview, LongSupplier nanos) {
        this.overview = overview;
        this.nanos = nanos;
    }

    /**
     * While another thread asks a slow index, what is remembered: else a few dashboards would hold every thread that the
     * server has.
     *
     * @param last the newest decision that is known of
     */
    Seen seen(Instant now, @Nullable Object last) {
        Remembered before = remembered;
        if (before == null) {
            asking.lock();
        } else if (isFresh(before, last) || !asking.tryLock()) {
            return before.seen();
        }
        try {
            Remembered meanwhile = remembered;
            if (meanwhile != null && isFresh(meanwhile, last)) {
                return meanwhile.seen();
            }
            Seen seen = new Seen(rows(), hours(now));
            remembered = new Remembered(seen, last, nanos.getAsLong());
            return seen;
        } finally {
            asking.unlock();
        }
    }

    private boolean isFresh(Remembered one, @Nullable Object last) {
        // Compared by identity: the desk makes a new receipt for each decision.
        return one.last() == last && nanos.getAsLong() - one.atNanos() < FRESH.toNanos();
    }

    private @Nullable List<Overview.Row> rows() {
        try {
            return overview.packages(null, MOST, null);
        } catch (MachineException e) {
            return null; // what is live still deserves a page, which says that the list cannot be read
        }
    }

    private List<ProbedHour> hours(Instant now) {
        try {
            return overview.probedHours(now.minus(PROBES_BACK));
        } catch (MachineException e) {
            return List.of(); // as above
        }
    }
}
