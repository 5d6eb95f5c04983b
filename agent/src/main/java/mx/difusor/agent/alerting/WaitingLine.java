package mx.difusor.agent.alerting;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What waits for one channel, in the order in which it came. What failed {@link Outbox#FAILING_AFTER} times stands
 * back: the others go first. Nothing overtakes another of the same cause. Any thread.
 */
final class WaitingLine {

    /** One announcement on its way. */
    static final class Waiting {
        final Announcement announcement;
        int tries;

        /** Of the pause before its next try. */
        volatile Duration left = Duration.ZERO;

        private Waiting(Announcement announcement) {
            this.announcement = announcement;
        }

        private boolean standsBack() {
            return tries >= Outbox.FAILING_AFTER;
        }

        /** A digest belongs to each of those that it stands for. */
        private Set<String> causes() {
            Set<String> causes = new HashSet<>(Set.of(announcement.id()));
            announcement.more().forEach(one -> causes.add(one.id()));
            return causes;
        }
    }

    private final List<Waiting> line = new ArrayList<>();

    /** @return what made room for it */
    synchronized Optional<Announcement> add(Announcement announcement) {
        line.add(new Waiting(announcement));
        notifyAll();
        return line.size() > Outbox.CAPACITY ? Optional.of(line.remove(0).announcement) : Optional.empty();
    }

    /** Waits for one where there is none; it stays in the line. */
    synchronized Waiting next() throws InterruptedException {
        while (line.isEmpty()) {
            wait();
        }
        return fresh().orElseGet(() -> line.get(0));
    }

    /** Whether something waits that does not stand back. */
    synchronized boolean hasFresh() {
        return fresh().isPresent();
    }

    private Optional<Waiting> fresh() {
        Set<String> before = new HashSet<>();
        for (Waiting one : line) {
            Set<String> causes = one.causes();
            if (!one.standsBack() && causes.stream().noneMatch(before::contains)) {
                return Optional.of(one);
            }
            before.addAll(causes);
        }
        return Optional.empty();
    }

    synchronized boolean isEmpty() {
        return line.isEmpty();
    }

    synchronized void remove(Waiting one) {
        line.remove(one);
    }

    /** Behind all others, and with it what follows of the same cause. */
    synchronized void back(Waiting one) {
        int at = line.indexOf(one);
        if (at < 0) {
            return;
        }
        Set<String> moving = new HashSet<>();
        List<Waiting> moved = new ArrayList<>();
        for (Waiting each : List.copyOf(line.subList(at, line.size()))) {
            if (each == one || each.causes().stream().anyMatch(moving::contains)) {
                moving.addAll(each.causes());
                moved.add(each);
            }
        }
        line.removeAll(moved);
        line.addAll(moved);
    }

    /** The channel works again: nothing waits for its pause. */
    synchronized void hurry() {
        line.forEach(one -> one.left = Duration.ZERO);
    }
}
