package mx.difusor.agent.alerting;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one channel, in the order in which it came. What failed {@link Outbox#FAILING_AFTER} times stands
 * back: the others go first. Nothing overtakes another of the same cause, unless somebody has that one already: it waits
 * for the rest of its recipients, and keeps nobody from hearing how the cause went on. Any thread.
 */
final class WaitingLine {

    /** One announcement on its way. */
    static final class Waiting {
        final Announcement announcement;
        private final long number;
        int tries;

        /** Some have it, and others do not. */
        volatile boolean reached;

        /** Of the pause before its next try. */
        volatile Duration left = Duration.ZERO;

        private Waiting(Announcement announcement, long number) {
            this.announcement = announcement;
            this.number = number;
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

        private Stream<Announcement> single() {
            return announcement.more().isEmpty() ? Stream.of(announcement) : announcement.more().stream();
        }
    }

    private final List<Waiting> line = new ArrayList<>();
    private long came;
    private @Nullable Waiting sending;

    /** @return what made room for it: of those that are not on their way, the one that came first */
    synchronized Optional<Waiting> add(Announcement announcement) {
        line.add(new Waiting(announcement, ++came));
        notifyAll();
        if (line.size() <= Outbox.CAPACITY) {
            return Optional.empty();
        }
        Optional<Waiting> first =
                line.stream().filter(one -> one != sending).min(Comparator.comparingLong(one -> one.number));
        first.ifPresent(line::remove);
        return first;
    }

    /** Until {@link #sent} it makes room for nothing. @return false where it made room already */
    synchronized boolean sends(Waiting one) {
        sending = line.contains(one) ? one : null;
        return sending != null;
    }

    synchronized void sent() {
        sending = null;
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
            if (one.reached) {
                continue;
            }
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

    /** @return false where it made room for another meanwhile */
    synchronized boolean remove(Waiting one) {
        return line.remove(one);
    }

    /** All have it. Where it ends what some still waited for, that is news to them no more. */
    synchronized void delivered(Waiting one) {
        line.remove(one);
        Set<String> ended = one.single()
                .filter(each -> each.state() == Announcement.State.END)
                .map(Announcement::id)
                .collect(Collectors.toSet());
        line.removeIf(each ->
                each.reached && each.number < one.number && each.single().allMatch(its -> ended.contains(its.id())));
    }

    /** Behind all others, and with it what is to follow of the same cause: not what nobody has behind what some have. */
    synchronized void back(Waiting one) {
        int at = line.indexOf(one);
        if (at < 0) {
            return;
        }
        Set<String> moving = new HashSet<>();
        List<Waiting> moved = new ArrayList<>();
        for (Waiting each : List.copyOf(line.subList(at, line.size()))) {
            boolean sameCause = each.causes().stream().anyMatch(moving::contains);
            if (each == one || (sameCause && each.reached == one.reached)) {
                moving.addAll(each.causes());
                moved.add(each);
            }
        }
        moved.sort(Comparator.comparingLong(each -> each.number));
        line.removeAll(moved);
        line.addAll(moved);
    }

    /** The channel works again: nothing waits for its pause. */
    synchronized void hurry() {
        line.forEach(one -> one.left = Duration.ZERO);
    }
}
