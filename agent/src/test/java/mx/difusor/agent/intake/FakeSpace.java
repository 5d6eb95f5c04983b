package mx.difusor.agent.intake;

import mx.difusor.agent.desk.Space;

/** Room as a test says. */
final class FakeSpace implements Space {
    volatile long budgetLeft = Long.MAX_VALUE;
    /** Beyond the margin. */
    volatile long diskLeft = Long.MAX_VALUE;

    @Override
    public long budgetLeft() {
        return budgetLeft;
    }

    @Override
    public long diskFree() {
        return diskLeft == Long.MAX_VALUE ? diskLeft : diskLeft + DISK_MARGIN_BYTES;
    }
}
