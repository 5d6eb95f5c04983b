package mx.difusor.agent.desk;

import java.util.function.LongSupplier;

/** After a try that took long and failed, the thread that made it has nine times as long for other things, but at most a minute. */
final class Rest {

    /** A shorter try may be made again at once. */
    static final long LONG_NANOS = 1_000_000_000L;

    static final long TIMES = 9;

    /** Nothing that failed waits longer for its next try: what was mended meanwhile shall be public soon. */
    static final long LONGEST_NANOS = 60_000_000_000L;

    private final LongSupplier nanos;
    private long began;
    private long until;

    /** @param nanos a monotonic clock */
    Rest(LongSupplier nanos) {
        this.nanos = nanos;
        this.until = nanos.getAsLong();
    }

    boolean over() {
        return nanos.getAsLong() - until >= 0;
    }

    void begin() {
        began = nanos.getAsLong();
    }

    /** Counted from the last {@link #begin}. */
    void failed() {
        long now = nanos.getAsLong();
        until = now - began > LONG_NANOS ? now + Math.min((now - began) * TIMES, LONGEST_NANOS) : now;
    }
}
