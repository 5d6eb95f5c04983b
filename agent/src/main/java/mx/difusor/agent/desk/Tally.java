package mx.difusor.agent.desk;

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

    void count(Receipt receipt) {
        switch (receipt.outcome()) {
            case ACCEPTED -> accepted.incrementAndGet();
            case DUPLICATE -> duplicate.incrementAndGet();
            case REJECTED -> rejected.incrementAndGet();
        }
        bytes.addAndGet(receipt.size());
        last = receipt;
    }

    /** How many there were since the start. */
    public long decisions() {
        return accepted.get() + duplicate.get() + rejected.get();
    }

    /** What was decided last before this start. */
    public void remember(Receipt receipt) {
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
