package mx.difusor.agent.desk;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Event;
import org.jspecify.annotations.Nullable;

/** What time it is for an event and when its newest package was decided, whatever becomes of the clock. Any thread. */
final class EventTime {

    private final SteadyClock clock;

    /** Of each event of which a cut was public the mark of the clock when this run first knew. */
    private final Map<String, Long> opened = new ConcurrentHashMap<>();

    /** Of each event the newest package of those that this run accepted. */
    private final Map<String, Accepted> accepted = new ConcurrentHashMap<>();

    /** @param mark of the clock, when it was accepted */
    private record Accepted(long sequence, long mark) {}

    EventTime(SteadyClock clock) {
        this.clock = clock;
    }

    /** A cut is public since the opening, by this run's clock or by a receipt of an earlier one. */
    void open(Event event) {
        opened.putIfAbsent(event.id(), clock.mark());
    }

    void accept(AcceptedPackage one) {
        accepted.merge(
                one.event(),
                new Accepted(one.sequence(), clock.mark()),
                (before, now) -> now.sequence() > before.sequence() ? now : before);
    }

    /**
     * What was public once stays so, whatever a clock says that is put back: behind an opening that has come time goes
     * on from there, as long as this run has known it.
     */
    Instant now(Event event) {
        Instant now = clock.instant();
        if (!now.isBefore(event.opens())) {
            return now;
        }
        Long mark = opened.get(event.id());
        if (mark == null) {
            return now;
        }
        Duration known = clock.since(mark);
        return known.isNegative() ? event.opens() : event.opens().plus(known);
    }

    /**
     * When the newest package was decided, by the clock that tells {@code now}; null while there is none. Of one that an
     * earlier run accepted its receipt tells; nobody knows how right the clock was then. Where that lies ahead of now, its
     * age is unknown and nothing is late: the page stays.
     */
    @Nullable
    Instant newestAt(@Nullable AcceptedPackage newest, Instant now) {
        if (newest == null) {
            return null;
        }
        Accepted here = accepted.get(newest.event());
        return here == null || here.sequence() != newest.sequence()
                ? newest.decidedAt()
                : now.minus(clock.since(here.mark()));
    }
}
