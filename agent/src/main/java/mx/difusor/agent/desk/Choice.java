package mx.difusor.agent.desk;

import java.time.Instant;
import java.time.OffsetDateTime;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.Lateness;
import mx.difusor.agent.publish.OwnPages;
import org.jspecify.annotations.Nullable;

/** What the public sees of an event's history at an instant: a pure function. */
final class Choice {

    private Choice() {}

    /**
     * What the configuration says.
     *
     * @param siteBeforeOpening the newest site package alone is public before {@code opens}; otherwise nothing is
     * @param noticeWhenInterrupted a notice is shown instead of an old cut; otherwise the old cut stays. What has not
     *     begun is not interrupted: until the first cut the waiting page stays (contract, "Home")
     */
    record Rules(boolean siteBeforeOpening, boolean noticeWhenInterrupted) {}

    /**
     * What operators said.
     *
     * @param hold of any event; null while nothing is held
     * @param notice null while there is none
     */
    record Orders(Operator.@Nullable Hold hold, Operator.@Nullable Notice notice) {

        static final Orders NONE = new Orders(null, null);

        Operator.@Nullable Hold holdOf(Event event) {
            return hold != null && hold.event().equals(event.id()) ? hold : null;
        }
    }

    /**
     * One of three: a notice, cuts, or the waiting page where there is neither.
     *
     * @param history the packages whose tree is shown; empty where a page of the difusor's own is
     */
    record Shown(History history, OwnPages.@Nullable Notice notice) {

        boolean isSame(Shown other) {
            return history.isSame(other.history)
                    && (notice == null ? other.notice == null : notice.equals(other.notice));
        }
    }

    /**
     * @param newest the package that says how old the newest cut is; null while there is none
     * @param newestAt when it was decided, by the clock that tells {@code now}; null while there is none
     */
    static Shown shown(
            History history,
            Event event,
            Rules rules,
            Orders orders,
            @Nullable AcceptedPackage newest,
            @Nullable Instant newestAt,
            Instant now) {
        if (orders.notice() != null) {
            return notice(event, newest, orders.notice().at(), orders.notice().message());
        }
        Operator.Hold hold = orders.holdOf(event);
        History seen = hold == null ? history : held(history, hold);
        if (now.isBefore(event.opens())) {
            return cuts(rules.siteBeforeOpening() ? site(seen) : History.empty(event.id()));
        }
        if (hold != null) {
            return cuts(seen);
        }
        boolean interrupted = Lateness.degree(event, newest, newestAt, now) == Lateness.Degree.INTERRUPTED;
        if (newest != null && interrupted && rules.noticeWhenInterrupted()) {
            // By the receipt and not by newestAt: the page must not change when a clock is corrected.
            return notice(event, newest, Lateness.nextExpected(event, newest.decidedAt()), "");
        }
        return cuts(history);
    }

    private static Shown cuts(History history) {
        return new Shown(history, null);
    }

    private static Shown notice(Event event, @Nullable AcceptedPackage newest, Instant since, String message) {
        OffsetDateTime cut = newest == null ? null : newest.contents().cut();
        return new Shown(History.empty(event.id()), new OwnPages.Notice(cut, since, message));
    }

    /** The newest site package and nothing else; a newer one that cannot be read is known of. */
    private static History site(History seen) {
        return seen.newest(Kind.SITE)
                .map(seen::alone)
                .orElse(History.empty(seen.event()))
                .besides(seen.damaged().stream()
                        .filter(one -> one.kind() == Kind.SITE)
                        .toList());
    }

    /**
     * What was known when the hold began: a late package must not move a root that stands still. What is held counts in
     * any case: damaged when the hold began, it may be whole by now.
     */
    private static History held(History history, Operator.Hold hold) {
        Long sequence = hold.sequence();
        if (sequence == null) {
            return History.empty(history.event());
        }
        return history.upTo(sequence).only(one -> wasKnown(one, sequence, hold));
    }

    private static boolean wasKnown(AcceptedPackage one, long held, Operator.Hold hold) {
        return hold.known() == null
                ? !one.decidedAt().isAfter(hold.at())
                : one.sequence() == held || hold.known().contains(one.sequence());
    }
}
