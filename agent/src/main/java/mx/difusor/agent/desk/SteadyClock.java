package mx.difusor.agent.desk;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The host's clock, which a slip of a hand or of a time server cannot move at once: a jump is believed only after the
 * clock has kept it for {@link #SETTLES}, so that one forth and back is never seen; small corrections count at once.
 * What happened before a jump is not made older or younger by it: see {@link #mark}. Any thread.
 */
public final class SteadyClock extends Clock {

    /** A time server corrects less than this without anybody minding. */
    static final Duration TOLERANCE = Duration.ofSeconds(2);

    /** So long a jump must last before it is believed. */
    public static final Duration SETTLES = Duration.ofMinutes(1);

    private final Clock wall;
    private final LongSupplier nanos;
    private Instant anchor;
    private long anchorNanos;
    private @Nullable Instant jumpedTo;
    private long jumpedNanos;
    private boolean told;

    /** @param nanos a monotonic clock */
    public SteadyClock(Clock wall, LongSupplier nanos) {
        this.wall = wall;
        this.nanos = nanos;
        this.anchor = wall.instant();
        this.anchorNanos = nanos.getAsLong();
    }

    /** Believes the clock whatever it says: for one that is scaled or set on purpose. */
    public static SteadyClock trusting(Clock clock) {
        Instant base = clock.instant();
        return new SteadyClock(
                clock, () -> Duration.between(base, clock.instant()).toNanos());
    }

    @Override
    public synchronized Instant instant() {
        Instant now = wall.instant();
        long at = nanos.getAsLong();
        Instant expected = anchor.plusNanos(at - anchorNanos);
        if (isNear(now, expected)) {
            jumpedTo = null;
            return anchored(now, at);
        }
        Instant jumped = jumpedTo;
        if (jumped == null || !isNear(now, jumped.plusNanos(at - jumpedNanos))) {
            jumpedTo = now;
            jumpedNanos = at;
            told = false;
            return expected;
        }
        if (at - jumpedNanos < SETTLES.toNanos()) {
            return expected;
        }
        jumpedTo = null;
        return anchored(now, at);
    }

    private Instant anchored(Instant now, long at) {
        anchor = now;
        anchorNanos = at;
        return now;
    }

    private static boolean isNear(Instant one, Instant other) {
        return Duration.between(one, other).abs().compareTo(TOLERANCE) <= 0;
    }

    /** This moment, for {@link #since}. */
    long mark() {
        return nanos.getAsLong();
    }

    /** How long ago a mark was made: as much time as has passed, jumps or not. */
    Duration since(long mark) {
        return Duration.ofNanos(nanos.getAsLong() - mark);
    }

    /** How far the clock jumped; told once for each jump, before it is believed. */
    public synchronized Optional<Duration> newJump() {
        Instant now = instant();
        if (jumpedTo == null || told) {
            return Optional.empty();
        }
        told = true;
        return Optional.of(Duration.between(now, wall.instant()));
    }

    @Override
    public ZoneId getZone() {
        return wall.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new SteadyClock(wall.withZone(zone), nanos);
    }
}
