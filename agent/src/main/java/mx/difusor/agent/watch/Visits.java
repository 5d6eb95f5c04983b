package mx.difusor.agent.watch;

import java.time.Duration;
import java.util.function.LongSupplier;
import mx.difusor.agent.desk.VisitedSite;
import org.jspecify.annotations.Nullable;

/**
 * When the site is visited: at once after a switch, and then every minute. A visit that fails is soon followed by
 * others, so that a person is called, and called off, without delay; these do not go into the record, where bad minutes
 * would weigh more than good ones. Docs: {@code docs/availability.md}.
 */
public final class Visits implements Watch.Duty {

    /** From the beginning of one recorded visit to the beginning of the next. */
    static final Duration EVERY = Duration.ofMinutes(1);

    /** After a visit that said nothing. */
    static final Duration AGAIN = Duration.ofSeconds(2);

    /** After a visit that failed. */
    static final Duration SOON = Duration.ofSeconds(10);

    /** After a switch, for caches that keep a page for a second or two. */
    static final Duration GRACE = Duration.ofSeconds(10);

    private final VisitedSite site;
    private final LongSupplier nanos;
    private @Nullable Object seen;
    private long seenAt;
    private long due;
    private long recordDue;

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
            recordDue = now;
        }
        if (now - due < 0) {
            return;
        }
        boolean lenient = now - seenAt < GRACE.toNanos();
        boolean recorded = now - recordDue >= 0;
        due = now + AGAIN.toNanos(); // whatever is thrown
        VisitedSite.Said said = site.visit(lenient, recorded);
        if (said == VisitedSite.Said.NOTHING) {
            return;
        }
        recordDue = recorded ? now + EVERY.toNanos() : recordDue;
        long soon = now + SOON.toNanos();
        due = said == VisitedSite.Said.BAD && soon - recordDue < 0 ? soon : recordDue;
    }
}
