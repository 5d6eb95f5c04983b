package mx.difusor.agent.desk;

import java.time.Instant;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.Kind;
import org.jspecify.annotations.Nullable;

/** Which part of an event's history the public sees at an instant: a pure function. */
final class Choice {

    private Choice() {}

    /**
     * @param siteBeforeOpening the newest site package alone is public before {@code opens}; otherwise nothing is
     * @return an empty history where the waiting page is to be shown
     */
    static History shown(
            History history, Event event, Operator.@Nullable Hold hold, boolean siteBeforeOpening, Instant now) {
        if (hold != null && hold.event().equals(event.id())) {
            return held(history, hold);
        }
        if (!now.isBefore(event.opens())) {
            return history;
        }
        if (!siteBeforeOpening) {
            return History.empty(event.id());
        }
        return history.newest(Kind.SITE).map(history::alone).orElse(History.empty(event.id()));
    }

    /** What was known when the hold began: a late package must not move a root that stands still. */
    private static History held(History history, Operator.Hold hold) {
        Long sequence = hold.sequence();
        if (sequence == null) {
            return History.empty(history.event());
        }
        return history.upTo(sequence)
                .only(one -> hold.known() == null
                        ? !one.decidedAt().isAfter(hold.at())
                        : hold.known().contains(one.sequence()));
    }
}
