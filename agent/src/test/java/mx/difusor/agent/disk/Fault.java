package mx.difusor.agent.disk;

/** What {@link UnreliableDisk} does at the operation that a test names. */
public enum Fault {
    /** The operation is not done and reports an error, once. */
    FAILS,
    /** A write takes a part of its bytes and reports an error; everything else but a creation is done
     * and reports one all the same. */
    TEARS,
    /**
     * From this operation on whatever needs space is refused, a few dozen times; the free space is reported as ample
     * all the while.
     */
    FULL,
    /** {@code kill -9}: this operation may or may not be done, nothing after it is; what was written stays. */
    KILL,
    /** The same, and what was not synced is lost in whole or in part: see {@link UnreliableDisk}. */
    POWER_CUT
}
