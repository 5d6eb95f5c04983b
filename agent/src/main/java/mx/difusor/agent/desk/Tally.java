package mx.difusor.agent.desk;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** Counts decisions since the start, and remembers the newest. Any thread. */
public final class Tally {

    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong duplicate = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private volatile @Nullable Receipt last;

    /** Accepted, and the newest from the moment that its receipt is told. */
    private volatile @Nullable Receipt coming;

    void count(Receipt receipt) {
        switch (receipt.outcome()) {
            case ACCEPTED -> accepted.incrementAndGet();
            case DUPLICATE -> duplicate.incrementAndGet();
            case REJECTED -> rejected.incrementAndGet();
        }
        bytes.addAndGet(receipt.size());
        remember(receipt);
    }

    void coming(Receipt accepted) {
        coming = accepted;
    }

    /** What became of an accepted package stands in its receipt now: of the newest one this is the newest word. */
    void told(Receipt accepted) {
        if (isOf(coming, accepted) || isOf(last, accepted)) {
            last = accepted;
        }
    }

    /** The same bytes are accepted only once. */
    private static boolean isOf(@Nullable Receipt one, Receipt accepted) {
        return one != null
                && one.outcome() == Receipt.Outcome.ACCEPTED
                && Objects.equals(one.sha256(), accepted.sha256());
    }

    /** How many there were since the start. */
    public long decisions() {
        return accepted.get() + duplicate.get() + rejected.get();
    }

    /** What was decided last before this start. */
    public void remember(Receipt receipt) {
        coming = null;
        last = receipt;
    }

    @Nullable
    Receipt last() {
        return last;
    }

    Overview.Counters counters(long publications) {
        return new Overview.Counters(accepted.get(), duplicate.get(), rejected.get(), bytes.get(), publications);
    }
}
