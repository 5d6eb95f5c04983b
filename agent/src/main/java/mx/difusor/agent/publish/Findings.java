package mx.difusor.agent.publish;

import java.util.ArrayList;
import java.util.List;

/** The differences of one release, counted all and kept up to {@link #LIMIT}. */
public final class Findings {

    /** Whoever alters more than this has altered everything; the count goes on. */
    static final int LIMIT = 1_000;

    private final List<Difference> first = new ArrayList<>();
    private int count;

    void add(Difference difference) {
        count++;
        if (first.size() < LIMIT) {
            first.add(difference);
        }
    }

    boolean full() {
        return first.size() >= LIMIT;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    /** Of all that were found. */
    public int count() {
        return count;
    }

    /** In the order in which they were found, at most {@link #LIMIT}. */
    public List<Difference> first() {
        return List.copyOf(first);
    }
}
