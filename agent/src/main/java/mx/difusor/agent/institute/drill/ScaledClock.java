package mx.difusor.agent.institute.drill;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/** A day that passes in minutes: stands still until it is started, then runs a number of times as fast as time. */
public final class ScaledClock extends Clock {

    private final Instant base;
    private final int times;
    private final LongSupplier nanos;
    private volatile long startedAt;
    private volatile boolean started;

    /** @param nanos a monotonic clock */
    ScaledClock(Instant base, int times, LongSupplier nanos) {
        this.base = base;
        this.times = times;
        this.nanos = nanos;
    }

    void start() {
        startedAt = nanos.getAsLong();
        started = true;
    }

    @Override
    public Instant instant() {
        return started ? base.plusNanos((nanos.getAsLong() - startedAt) * times) : base;
    }

    /** In real time; zero where it is past. */
    Duration until(Instant instant) {
        Duration left = Duration.between(instant(), instant).dividedBy(times);
        return left.isNegative() ? Duration.ZERO : left;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
