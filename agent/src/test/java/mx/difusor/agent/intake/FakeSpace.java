package mx.difusor.agent.intake;

import mx.difusor.agent.desk.Space;

/** Room as a test says. */
final class FakeSpace implements Space {
    volatile long budgetLeft = Long.MAX_VALUE;
    volatile long diskLeft = Long.MAX_VALUE;

    @Override
    public long budgetLeft() {
        return budgetLeft;
    }

    @Override
    public long diskLeft() {
        return diskLeft;
    }
}
