package mx.difusor.agent.desk;

import java.time.Duration;
import java.util.function.LongSupplier;

/** When what is altered again and again may be put right again: at first at once, then after growing pauses. */
final class Repairs {

    /** So many in a row are made at once. */
    static final int AT_ONCE = 3;

    static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
    static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    /** After so long without a repair the count begins anew. */
    static final Duration FORGOTTEN = Duration.ofHours(1);

    private final LongSupplier nanos;
    private int count;
    private long last;

    /** @param nanos a monotonic clock */
    Repairs(LongSupplier nanos) {
        this.nanos = nanos;
    }

    boolean due() {
        return count == 0 || nanos.getAsLong() - last >= pause().toNanos();
    }

    void tried() {
        long now = nanos.getAsLong();
        if (now - last >= FORGOTTEN.toNanos()) {
            count = 0;
        }
        count++;
        last = now;
    }

    /** In a row, without an hour between two of them. */
    int count() {
        return count;
    }

    Duration pause() {
        if (count < AT_ONCE) {
            return Duration.ZERO;
        }
        Duration pause = FIRST_PAUSE;
        for (int i = AT_ONCE; i < count && pause.compareTo(LONGEST_PAUSE) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
}
