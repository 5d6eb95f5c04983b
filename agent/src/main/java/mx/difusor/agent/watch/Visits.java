package mx.difusor.agent.watch;

import java.time.Duration;
import java.util.function.LongSupplier;
import mx.difusor.agent.desk.VisitedSite;
import org.jspecify.annotations.Nullable;

/** When the site is visited: at once after a switch, and then every minute. Docs: {@code docs/availability.md}. */
public final class Visits implements Watch.Duty {

    /** From the beginning of one visit to the beginning of the next. */
    static final Duration EVERY = Duration.ofMinutes(1);

    /** After a visit that said nothing. */
    static final Duration AGAIN = Duration.ofSeconds(2);

    /** After a switch, for caches that keep a page for a second or two. */
    static final Duration GRACE = Duration.ofSeconds(10);

    private final VisitedSite site;
    private final LongSupplier nanos;
    private @Nullable Object seen;
    private long seenAt;
    private long due;

    /** @param nanos a monotonic clock */
    public Visits(VisitedSite site, LongSupplier nanos) {
        this.site = site;
        this.nanos = nanos;
    }

    @Override
    public void tick() {
        Object release = site.release();
        if (release == null) {
            return;
        }
        long now = nanos.getAsLong();
        if (release != seen) {
            seen = release;
            seenAt = now;
            due = now;
        }
        if (now - due < 0) {
            return;
        }
        boolean lenient = now - seenAt < GRACE.toNanos();
        due = now + AGAIN.toNanos(); // whatever is thrown
        if (site.visit(lenient)) {
            due = now + EVERY.toNanos();
        }
    }
}
