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
    record Milestone(long sequence, int packages, Layers layers) {}

    private Milestones(List<Milestone> ascending) {
        this.ascending = ascending;
    }

    @Nullable
    Milestone last() {
        return ascending.isEmpty() ? null : ascending.get(ascending.size() - 1);
    }

    int size() {
        return ascending.size();
    }

    /** @param next above all of these */
    Milestones with(Milestone next) {
        List<Milestone> kept = new ArrayList<>(ascending.size() + 1);
        for (Milestone one : ascending) {
            long distance = (long) next.packages() - one.packages();
            if (distance <= Integer.lowestOneBit(one.packages())) {
                kept.add(one);
            }
        }
        kept.add(next);
        return new Milestones(kept);
    }

    /** Those that packages above {@code sequence} do not touch. */
    Milestones upTo(long sequence) {
        return new Milestones(
                ascending.stream().filter(one -> one.sequence() <= sequence).toList());
    }
}
