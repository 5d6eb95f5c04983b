package mx.difusor.agent.intake;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The places of connections that have not logged in. A newcomer always finds one: when there is none left, the weakest
 * connection of the source that holds the most makes room. So whoever holds connections open keeps nobody out, however
 * many they are; a client that comes with one connection is the last to go. Some places are for familiar sources alone.
 * Not thread-safe.
 *
 * @param <S> what occupies a place
 */
final class Places<S> {
    static final int MAX = 160;
    static final int MAX_STRANGERS = 128;
    static final int MAX_PER_SOURCE = 16;

    /** Until the client's identification string is there; all clients send it at once. */
    static final Duration TO_IDENTIFY = Duration.ofSeconds(5);

    /** From the connection's begin until the first key exchange is over. */
    static final Duration TO_EXCHANGE_KEYS = Duration.ofSeconds(12);

    /** From the connection's begin; a stock client with a key at hand needs well under a second. */
    static final Duration TO_LOG_IN = Duration.ofSeconds(20);

    /** How far a connection has come; the further, the more it has cost its client. */
    enum Stage {
        SILENT(TO_IDENTIFY),
        IDENTIFIED(TO_EXCHANGE_KEYS),
        KEYED(TO_LOG_IN);

        private final Duration limit;

        Stage(Duration limit) {
            this.limit = limit;
        }
    }

    /** One connection. */
    static final class Place<S> {
        final S occupant;
        final Source source;
        private final boolean familiar;
        private final long since;
        private Stage stage = Stage.SILENT;

        private Place(S occupant, Source source, boolean familiar, long since) {
            this.occupant = occupant;
            this.source = source;
            this.familiar = familiar;
            this.since = since;
        }

        Stage stage() {
            return stage;
        }

        void reached(Stage further) {
            stage = further;
        }
    }

    /** @param leaves the connection that has to make room, and has no place any more */
    record Admission<S>(Place<S> place, Optional<Place<S>> leaves) {}

    private final LongSupplier nanoTime;
    /** In the order in which they came. */
    private final Set<Place<S>> taken = new LinkedHashSet<>();

    Places(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    int count() {
        return taken.size();
    }

    Admission<S> admit(S occupant, Source source, boolean familiar) {
        Optional<Place<S>> leaves = whoMakesRoom(source, familiar);
        leaves.ifPresent(taken::remove);
        Place<S> place = new Place<>(occupant, source, familiar, nanoTime.getAsLong());
        taken.add(place);
        return new Admission<>(place, leaves);
    }

    void leave(Place<S> place) {
        taken.remove(place);
    }

    /** Those that have not come as far as they should have by now; they keep their places until they leave. */
    List<Place<S>> overdue() {
        long now = nanoTime.getAsLong();
        return taken.stream()
                .filter(place -> now - place.since > place.stage.limit.toNanos())
                .toList();
    }

    private Optional<Place<S>> whoMakesRoom(Source source, boolean familiar) {
        if (held(source) >= MAX_PER_SOURCE) {
            return weakest(place -> place.source.equals(source));
        }
        long strangers = taken.stream().filter(place -> !place.familiar).count();
        boolean full = taken.size() >= MAX;
        if (full || (!familiar && strangers >= MAX_STRANGERS)) {
            return weakest(place -> !place.familiar || strangers == 0);
        }
        return Optional.empty();
    }

    private Optional<Place<S>> weakest(Predicate<Place<S>> among) {
        Map<Source, Long> held =
                taken.stream().collect(Collectors.groupingBy(place -> place.source, Collectors.counting()));
        // The first of equals is the oldest.
        return taken.stream()
                .filter(among)
                .min(Comparator.<Place<S>>comparingLong(place -> -held.getOrDefault(place.source, 0L))
                        .thenComparing(Place::stage));
    }

    private long held(Source source) {
        return taken.stream().filter(place -> place.source.equals(source)).count();
    }
}
