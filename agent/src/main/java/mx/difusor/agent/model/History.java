package mx.difusor.agent.model;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The accepted packages of one event, whatever order they came in. Immutable. */
public final class History {

    /** How far a cut may lie ahead of the agent's clock (contract, "A package"). */
    public static final Duration CUT_AHEAD_LIMIT = Duration.ofMinutes(5);

    /** Gaps beyond this many are not listed: a sequence that jumps by millions must not fill the status page. */
    public static final int GAPS_LISTED_LIMIT = 1_000;

    private final String event;
    private final NavigableMap<Long, AcceptedPackage> bySequence;

    private History(String event, NavigableMap<Long, AcceptedPackage> bySequence) {
        this.event = event;
        this.bySequence = bySequence;
    }

    public static History empty(String event) {
        return new History(event, new TreeMap<>());
    }

    /** @throws IllegalArgumentException when two packages share a sequence or one is of another event */
    public static History of(String event, Collection<AcceptedPackage> packages) {
        NavigableMap<Long, AcceptedPackage> map = new TreeMap<>();
        for (AcceptedPackage one : packages) {
            if (!one.manifest().event().equals(event) || map.put(one.sequence(), one) != null) {
                throw new IllegalArgumentException("not a history of " + event + ": sequence " + one.sequence());
            }
        }
        return new History(event, map);
    }

    public String event() {
        return event;
    }

    public History with(AcceptedPackage one) {
        List<AcceptedPackage> all = new ArrayList<>(bySequence.values());
        all.add(one);
        return of(event, all);
    }

    /** What the history was when nothing above {@code sequence} was known. */
    public History upTo(long sequence) {
        return new History(event, bySequence.headMap(sequence, true));
    }

    /** In order of sequence, the newest first: what lies below {@code sequence}. */
    public Collection<AcceptedPackage> newestFirstBelow(long sequence) {
        return java.util.Collections.unmodifiableCollection(
                bySequence.headMap(sequence, false).descendingMap().values());
    }

    public boolean isEmpty() {
        return bySequence.isEmpty();
    }

    /** In order of sequence. */
    public Collection<AcceptedPackage> packages() {
        return java.util.Collections.unmodifiableCollection(bySequence.values());
    }

    public Optional<AcceptedPackage> get(long sequence) {
        return Optional.ofNullable(bySequence.get(sequence));
    }

    public Optional<AcceptedPackage> newest() {
        return Optional.ofNullable(bySequence.lastEntry()).map(Map.Entry::getValue);
    }

    /** The newest package of a kind. */
    public Optional<AcceptedPackage> newest(Kind kind) {
        return bySequence.descendingMap().values().stream()
                .filter(one -> one.manifest().kind() == kind)
                .findFirst();
    }

    /** Sequences below the newest that never came, ascending, the first {@link #GAPS_LISTED_LIMIT}. */
    public List<Long> gaps() {
        List<Long> gaps = new ArrayList<>();
        long expected = 1;
        for (long sequence : bySequence.keySet()) {
            for (; expected < sequence && gaps.size() < GAPS_LISTED_LIMIT; expected++) {
                gaps.add(expected);
            }
            expected = sequence + 1;
        }
        return gaps;
    }

    /** How a package that passed every check of its own stands to this history. */
    public sealed interface Admission {
        record Fits() implements Admission {}

        record SameAgain(AcceptedPackage before) implements Admission {}

        record Refused(Reason reason, String message) implements Admission {}
    }

    /**
     * Contract, "A package": sequences are taken once; sequences and cuts go up together; a cut is at most
     * {@link #CUT_AHEAD_LIMIT} ahead of the clock.
     */
    public Admission admit(Manifest manifest, Digest digest, Instant now) {
        long sequence = manifest.sequence();
        AcceptedPackage taken = bySequence.get(sequence);
        if (taken != null) {
            return taken.digest().equals(digest) ? new Admission.SameAgain(taken) : conflict(taken, digest);
        }
        Instant cut = manifest.cut().toInstant();
        if (cut.isAfter(now.plus(CUT_AHEAD_LIMIT))) {
            return refused(
                    "the cut %s is more than %d minutes ahead of the clock (%s); check the clocks on both sides",
                    Receipt.cut(manifest.cut()), CUT_AHEAD_LIMIT.toMinutes(), Receipt.time(now));
        }
        Map.Entry<Long, AcceptedPackage> below = bySequence.lowerEntry(sequence);
        if (below != null && cut.isBefore(below.getValue().cut())) {
            return refused(
                    "the cut %s of sequence %d is earlier than %s of sequence %d; cuts and sequences go up together",
                    Receipt.cut(manifest.cut()),
                    sequence,
                    Receipt.cut(below.getValue().manifest().cut()),
                    below.getKey());
        }
        Map.Entry<Long, AcceptedPackage> above = bySequence.higherEntry(sequence);
        if (above != null && cut.isAfter(above.getValue().cut())) {
            return refused(
                    "the cut %s of sequence %d is later than %s of sequence %d; cuts and sequences go up together",
                    Receipt.cut(manifest.cut()),
                    sequence,
                    Receipt.cut(above.getValue().manifest().cut()),
                    above.getKey());
        }
        return new Admission.Fits();
    }

    private static Admission conflict(AcceptedPackage taken, Digest digest) {
        return new Admission.Refused(
                Reason.SEQUENCE_CONFLICT,
                "sequence %d of %s was already taken by %s (sha256 %s), this one is %s; send it under a new sequence"
                        .formatted(
                                taken.sequence(), taken.manifest().event(), taken.fileName(), taken.digest(), digest));
    }

    private static Admission refused(String format, @org.jspecify.annotations.Nullable Object... values) {
        return new Admission.Refused(Reason.CUT_INVALID, format.formatted(values));
    }
}
