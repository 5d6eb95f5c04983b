package mx.difusor.agent.desk;

import java.util.function.LongSupplier;

/** After a try that took long and failed, the thread that made it has nine times as long for other things. */
final class Rest {

    /** A shorter try may be made again at once. */
    static final long LONG_NANOS = 1_000_000_000L;

    static final long TIMES = 9;

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
        until = now - began > LONG_NANOS ? now + (now - began) * TIMES : now;
    }
}
