package mx.difusor.agent.desk;

import org.jspecify.annotations.Nullable;

/**
 * The live files, held against what history says. What is found different is kept as evidence, told, and replaced by a
 * new release out of the archive. For one thread, never the deciding one: it reads much and waits for decisions.
 */
public interface LiveFiles {

    /** The release that can be looked at: the same object as long as it is live; null while there is none. */
    @Nullable
    Object release();

    /** Whether the live root still points at it. Quick. */
    void checkRoot();

    /** Every name, type, size, time and permission; no byte is read. */
    void checkNames();

    /**
     * The next bytes of a pass over all files; it begins anew when another release is live.
     *
     * @param bytes how many to read, give or take 64 KiB
     * @return true when the pass is at its end
     */
    boolean checkBytes(long bytes);
}
