package mx.difusor.agent.desk;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;

/**
 * Cuts that nobody sees because another event is published: as where somebody forgot to activate theirs after a drill.
 * It follows from the archive, so a restart forgets none. Any thread.
 */
public final class Unpublished {

    /** From {@code closes} on what comes is told for so long, then it is of no hurry. */
    static final Duration LATE_CUT_TOLD = Duration.ofHours(1);

    /** So long after {@code closes} nobody looks any more: the histories of past elections are not read for this. */
    static final Duration LOOKED_AT_AFTER_CLOSING = Duration.ofDays(1);

    private static final Comparator<AcceptedPackage> LATEST_FIRST = Comparator.comparing(AcceptedPackage::decidedAt)
            .thenComparing(AcceptedPackage::event)
            .reversed();

    private final Map<String, Event> events;
    private final Archive archive;
    private final Publication publication;
    private final Clock clock;

    /** @param events every configured event by its id */
    public Unpublished(Map<String, Event> events, Archive archive, Publication publication, Clock clock) {
        this.events = Map.copyOf(events);
        this.archive = archive;
        this.publication = publication;
        this.clock = clock;
    }

    /**
     * An event that has opened and whose newest package was never public, though it is due; of several the latest.
     *
     * @throws IllegalStateException when the index became unusable
     */
    Optional<String> event() {
        Instant now = clock.instant();
        String published = publication.event().id();
        return events.values().stream()
                .filter(one -> !one.id().equals(published))
                .flatMap(one -> newestDue(one, now).stream())
                .sorted(LATEST_FIRST)
                .filter(this::neverPublic)
                .map(AcceptedPackage::event)
                .findFirst();
    }

    private Optional<AcceptedPackage> newestDue(Event one, Instant now) {
        if (now.isBefore(one.opens()) || !now.isBefore(one.closes().plus(LOOKED_AT_AFTER_CLOSING))) {
            return Optional.empty();
        }
        History history = archive.history(one.id());
        boolean open = now.isBefore(one.closes());
        return history.newest()
                .filter(newest -> open || now.isBefore(newest.decidedAt().plus(LATE_CUT_TOLD)));
    }

    /** What a drill has shown to its end is not missing when the next event is published. */
    private boolean neverPublic(AcceptedPackage one) {
        try {
            return archive.receipt(one.event(), one.sequence())
                    .map(Receipt::publication)
                    .filter(told -> told == Receipt.Publication.HELD || told == Receipt.Publication.NONE)
                    .isPresent();
        } catch (MachineException e) {
            throw new IllegalStateException(e.getMessage() + "; " + e.cure(), e);
        }
    }
}
