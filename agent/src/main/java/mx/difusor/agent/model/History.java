package mx.difusor.agent.model;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The accepted packages of one event, whatever order they came in. Immutable. */
public final class History {

    /** How far a cut may lie ahead of the agent's clock (contract, "A package"). */
    public static final Duration CUT_AHEAD_LIMIT = Duration.ofMinutes(5);

    /** Gaps beyond this many are not listed: a sequence that jumps by millions must not fill the status page. */
    public static final int GAPS_LISTED_LIMIT = 1_000;

    private final String event;
    private final Manifests manifests;
    private final SharedMap<Long, AcceptedPackage> bySequence;

    /** Few or none; of sequences that {@code bySequence} has not. */
    private final List<AcceptedPackage> damaged;

    /** Grows as the layers are asked for. */
    private volatile Milestones milestones;

    private History(
            String event,
            Manifests manifests,
            SharedMap<Long, AcceptedPackage> bySequence,
            List<AcceptedPackage> damaged,
            Milestones milestones) {
        this.event = event;
        this.manifests = manifests;
        this.bySequence = bySequence;
        this.damaged = damaged;
        this.milestones = milestones;
    }

    /** Of no packages, and of no manifests but those that come with packages. */
    public static History empty(String event) {
        return of(event, List.of(), Manifests.NONE);
    }

    /** @throws IllegalArgumentException when two packages share a sequence or one is of another event */
    public static History of(String event, Collection<AcceptedPackage> packages, Manifests manifests) {
        SharedMap<Long, AcceptedPackage> map = SharedMap.empty(Comparator.<Long>naturalOrder());
        for (AcceptedPackage one : packages) {
            map = with(event, map, one);
        }
        return new History(event, manifests, map, List.of(), Milestones.NONE);
    }

    /**
     * Knowing of packages that were accepted and cannot be read any more, nor are known otherwise. They are no part of the
     * tree, like packages that never came; but their sequences are taken.
     */
    public History besides(Collection<AcceptedPackage> unreadable) {
        List<AcceptedPackage> others = unreadable.stream()
                .filter(one -> one.event().equals(event) && bySequence.get(one.sequence()) == null)
                .toList();
        return new History(event, manifests, bySequence, others, milestones);
    }

    /** A package that cannot be read any more and is newer than every other one. */
    public Optional<AcceptedPackage> newestDamaged() {
        SharedMap.Entry<Long, AcceptedPackage> newest = bySequence.last();
        return damaged.stream()
                .filter(one -> newest == null || one.sequence() > newest.key())
                .max(Comparator.comparing(AcceptedPackage::sequence));
    }

    /** Those of {@link #besides}. */
    public List<AcceptedPackage> damaged() {
        return damaged;
    }

    private static SharedMap<Long, AcceptedPackage> with(
            String event, SharedMap<Long, AcceptedPackage> packages, AcceptedPackage one) {
        if (!one.event().equals(event) || packages.get(one.sequence()) != null) {
            throw new IllegalArgumentException("not a history of " + event + ": sequence " + one.sequence());
        }
        return packages.with(one.sequence(), one);
    }

    public String event() {
        return event;
    }

    /**
     * With one package more; its cost does not grow with the number of packages.
     *
     * @throws IllegalArgumentException when its sequence is taken or it is of another event
     */
    public History with(AcceptedPackage one, Manifest manifest) {
        SharedMap<Long, AcceptedPackage> packages = with(event, bySequence, one);
        Milestones below = milestones.upTo(one.sequence());
        SharedMap.Entry<Long, AcceptedPackage> before = bySequence.lower(one.sequence());
        if (below.reach() == (before == null ? 0 : before.key())) {
            below = below.with(one.sequence(), manifest);
        }
        return new History(event, manifests, packages, damagedBut(other -> other.sequence() == one.sequence()), below);
    }

    private List<AcceptedPackage> damagedBut(Predicate<AcceptedPackage> without) {
        return damaged.stream().filter(without.negate()).toList();
    }

    /** All packages laid over one another; what is known already is not laid again. */
    Layers layers() {
        Milestones known = milestones;
        SharedMap.Entry<Long, AcceptedPackage> next = bySequence.higher(known.reach());
        while (next != null) {
            known = known.with(next.key(), manifests.of(next.value()));
            next = bySequence.higher(known.reach());
        }
        milestones = known;
        return known.layers();
    }

    /** The newest package that has a file under this path, whether that is shown or not. */
    public Optional<AcceptedPackage> carrier(String path) {
        return Optional.ofNullable(layers().carrier(path)).map(bySequence::get);
    }

    /** What a package's manifest says. */
    public Manifest manifest(AcceptedPackage one) {
        return manifests.of(one);
    }

    /** What the history was when nothing above {@code sequence} was known. */
    public History upTo(long sequence) {
        SharedMap<Long, AcceptedPackage> below = bySequence.upTo(sequence);
        List<AcceptedPackage> left = damagedBut(one -> one.sequence() > sequence);
        return below.isSame(bySequence) && left.equals(damaged)
                ? this
                : new History(event, manifests, below, left, milestones.upTo(sequence));
    }

    /** Without the packages that are not wanted; the same history where all are. */
    public History only(Predicate<AcceptedPackage> wanted) {
        SharedMap<Long, AcceptedPackage> left = bySequence;
        Milestones touched = milestones;
        for (AcceptedPackage one : bySequence.values()) {
            if (!wanted.test(one)) {
                left = left.without(one.sequence());
                touched = touched.upTo(one.sequence() - 1);
            }
        }
        return left.isSame(bySequence) ? this : new History(event, manifests, left, damaged, touched);
    }

    /** A history of this package and nothing else. */
    public History alone(AcceptedPackage one) {
        return of(event, List.of(one), manifests);
    }

    /** Whether it holds the same packages, and ends in the same one. Quick where one was made from the other. */
    public boolean isSame(History other) {
        return newestDamaged().equals(other.newestDamaged())
                && (bySequence.isSame(other.bySequence)
                        || List.copyOf(packages()).equals(List.copyOf(other.packages())));
    }

    public boolean isEmpty() {
        return bySequence.size() == 0;
    }

    /** In order of sequence. */
    public Collection<AcceptedPackage> packages() {
        return bySequence.values();
    }

    public Optional<AcceptedPackage> get(long sequence) {
        return Optional.ofNullable(bySequence.get(sequence));
    }

    public Optional<AcceptedPackage> newest() {
        return Optional.ofNullable(bySequence.last()).map(SharedMap.Entry::value);
    }

    /** The newest package of a kind. */
    public Optional<AcceptedPackage> newest(Kind kind) {
        return bySequence.descending().stream()
                .filter(one -> one.kind() == kind)
                .findFirst();
    }

    /** Sequences below the newest that never came, ascending, the first {@link #GAPS_LISTED_LIMIT}. */
    public List<Long> gaps() {
        List<Long> gaps = new ArrayList<>();
        SharedMap.missing(bySequence, GAPS_LISTED_LIMIT, gaps);
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
        for (AcceptedPackage gone : damaged) {
            if (gone.sequence() == sequence && !gone.digest().equals(digest)) {
                return conflict(gone, digest);
            }
        }
        Instant cut = manifest.cut().toInstant();
        if (cut.isAfter(now.plus(CUT_AHEAD_LIMIT))) {
            return refused(
                    "the cut %s is more than %d minutes ahead of the clock (%s); check the clocks on both sides",
                    Receipt.cut(manifest.cut()), CUT_AHEAD_LIMIT.toMinutes(), Receipt.time(now));
        }
        SharedMap.Entry<Long, AcceptedPackage> below = bySequence.lower(sequence);
        if (below != null && cut.isBefore(below.value().cut())) {
            return refused(
                    "the cut %s of sequence %d is earlier than %s of sequence %d; cuts and sequences go up together",
                    Receipt.cut(manifest.cut()),
                    sequence,
                    Receipt.cut(below.value().contents().cut()),
                    below.key());
        }
        SharedMap.Entry<Long, AcceptedPackage> above = bySequence.higher(sequence);
        if (above != null && cut.isAfter(above.value().cut())) {
            return refused(
                    "the cut %s of sequence %d is later than %s of sequence %d; cuts and sequences go up together",
                    Receipt.cut(manifest.cut()),
                    sequence,
                    Receipt.cut(above.value().contents().cut()),
                    above.key());
        }
        return new Admission.Fits();
    }

    private static Admission conflict(AcceptedPackage taken, Digest digest) {
        return new Admission.Refused(
                Reason.SEQUENCE_CONFLICT,
                "sequence %d of %s was already taken by %s (sha256 %s), this one is %s; send it under a new sequence"
                        .formatted(taken.sequence(), taken.event(), taken.fileName(), taken.digest(), digest));
    }

    private static Admission refused(String format, @Nullable Object... values) {
        return new Admission.Refused(Reason.CUT_INVALID, format.formatted(values));
    }
}
