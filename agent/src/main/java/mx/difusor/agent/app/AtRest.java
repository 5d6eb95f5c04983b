package mx.difusor.agent.app;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import mx.difusor.agent.watch.Watch;

/**
 * Gives memory back to the machine once the work is done: the collector that ships shrinks the heap at a whole
 * collection only, and between two cuts nothing would bring that about (docs/performance.md has the figures).
 */
final class AtRest implements Watch.Duty {

    /** Beats without a decision and without anything being checked. */
    static final int QUIET_BEATS = 30;

    private final BooleanSupplier busy;
    private final LongSupplier decisions;
    private final Runnable collect;
    private long seen;
    private int quiet;

    /** @param decisions how many there were so far */
    AtRest(BooleanSupplier busy, LongSupplier decisions, Runnable collect) {
        this.busy = busy;
        this.decisions = decisions;
        this.collect = collect;
    }

    @Override
    public void tick() {
        long now = decisions.getAsLong();
        if (now != seen || busy.getAsBoolean()) {
            seen = now;
            quiet = 0;
        } else if (++quiet == QUIET_BEATS) {
            collect.run();
        }
    }
}
