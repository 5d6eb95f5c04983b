package mx.difusor.agent.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Of a history's layers those that are kept, so that a late package has only a few laid anew: the newest, the one
 * before it, and ever fewer the further back, no more than two for each doubling of the distance, since each may hold a
 * tree of its own. Immutable.
 */
final class Milestones {

    static final Milestones NONE = new Milestones(List.of());

    private final List<Milestone> ascending;

    /**
     * @param sequence of the last package below
     * @param packages how many lie below
     */
    private record Milestone(long sequence, int packages, Layers layers) {}

    private Milestones(List<Milestone> ascending) {
        this.ascending = ascending;
    }

    private @Nullable Milestone last() {
        return ascending.isEmpty() ? null : ascending.get(ascending.size() - 1);
    }

    /** The sequence of the last package that is laid; 0 while none is. */
    long reach() {
        Milestone last = last();
        return last == null ? 0 : last.sequence();
    }

    /** All of these packages laid over one another. */
    Layers layers() {
        Milestone last = last();
        return last == null ? Layers.NONE : last.layers();
    }

    int size() {
        return ascending.size();
    }

    /**
     * With one package more laid over all of these.
     *
     * @param sequence its own, above all of these
     */
    Milestones with(long sequence, Manifest manifest) {
        Milestone last = last();
        int packages = last == null ? 1 : last.packages() + 1;
        List<Milestone> kept = new ArrayList<>(ascending.size() + 1);
        for (Milestone one : ascending) {
            long distance = (long) packages - one.packages();
            if (distance <= Integer.lowestOneBit(one.packages())) {
                kept.add(one);
            }
        }
        kept.add(new Milestone(sequence, packages, layers().with(manifest)));
        return new Milestones(kept);
    }

    /** Those that packages above {@code sequence} do not touch. */
    Milestones upTo(long sequence) {
        return new Milestones(
                ascending.stream().filter(one -> one.sequence() <= sequence).toList());
    }
}
