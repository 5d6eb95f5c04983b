package mx.difusor.agent.visit;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.TreeFile;
import org.jspecify.annotations.Nullable;

/** Visits the site once: its own address, then a few files beside it, each held against the live release. */
public final class SiteProbe implements Visiting {

    /**
     * How long answers are waited for.
     *
     * @param answer one of them: a visitor has gone by then
     * @param visit all of one visit, so that it ends before the next one is due
     */
    record Limits(Duration answer, Duration visit) {
        static final Limits DEFAULT = new Limits(Duration.ofSeconds(15), Duration.ofSeconds(40));
    }

    /** For one answer, however little is left for all. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final URI site;
    private final Visitor visitor;
    private final Diagnosis diagnosis;
    private final Limits limits;
    private final LongSupplier nanos;

    /**
     * @param site what the public visits
     * @param liveRoot what the web server's root should name, for people
     * @param nanos a monotonic clock
     */
    public SiteProbe(URI site, String liveRoot, Visitor visitor, LongSupplier nanos) {
        this(site, liveRoot, visitor, Limits.DEFAULT, nanos);
    }

    SiteProbe(URI site, String liveRoot, Visitor visitor, Limits limits, LongSupplier nanos) {
        this.site = URI.create(site.toString().replaceFirst("#.*", ""));
        this.visitor = visitor;
        this.diagnosis = new Diagnosis(visitor, liveRoot);
        this.limits = limits;
        this.nanos = nanos;
    }

    /** An answer that is not what it should be. */
    record Odd(TreeFile file, URI address, Reply.Answer answer) {}

    @Override
    public Probe visit(Shown shown, int turn, Origins origins) throws InterruptedException {
        return new Visit(shown, origins).ask(turn);
    }

    private final class Visit {

        private final Shown shown;
        private final Origins origins;
        private final long end = nanos.getAsLong() + limits.visit().toNanos();
        private final List<Odd> odd = new ArrayList<>();
        private int millis;
        private @Nullable Instant certificateEnds;

        Visit(Shown shown, Origins origins) {
            this.shown = shown;
            this.origins = origins;
        }

        Probe ask(int turn) throws InterruptedException {
            URI beside = site;
            TreeFile page = Question.page(shown.tree());
            if (page != null) {
                Reply reply = ask(page, site);
                if (!(reply instanceof Reply.Answer answer)) {
                    return probe(Diagnosis.silent(site, (Reply.Silence) reply));
                }
                if (answer.status() != Reply.Answer.OK) {
                    return probe(diagnosis.refused(new Odd(page, site, answer)));
                }
                beside = answer.ended();
            }
            for (TreeFile file : Question.files(shown.tree(), turn)) {
                URI address = Question.address(beside, file.path());
                if (ask(file, address) instanceof Reply.Silence silence) {
                    return probe(Diagnosis.silent(address, silence));
                }
            }
            return probe(odd.isEmpty() ? null : judge());
        }

        private Reply ask(TreeFile file, URI address) throws InterruptedException {
            Duration left = Duration.ofNanos(end - nanos.getAsLong());
            Duration limit = left.compareTo(limits.answer()) > 0 ? limits.answer() : left;
            Reply reply = visitor.get(address, limit.compareTo(SHORTEST) > 0 ? limit : SHORTEST);
            if (reply instanceof Reply.Answer answer) {
                millis = millis == 0 ? answer.millis() : millis;
                certificateEnds = certificateEnds == null ? answer.certificateEnds() : certificateEnds;
                if (!answer.is(file.sha256())) {
                    odd.add(new Odd(file, address, answer));
                }
            }
            return reply;
        }

        /** Bytes that nobody knows say the most, then those of another release, then files that are missing. */
        private Finding judge() throws InterruptedException {
            Odd old = null;
            String whose = "";
            for (Odd one : odd) {
                if (one.answer().status() == Reply.Answer.OK) {
                    Digest sha256 = one.answer().body().sha256();
                    Optional<String> origin = origins.of(one.file().path(), sha256);
                    if (origin.isEmpty()) {
                        return diagnosis.wrong(one, shown);
                    }
                    whose = old == null ? origin.get() : whose;
                    old = old == null ? one : old;
                }
            }
            return old == null ? diagnosis.refused(odd.get(0)) : diagnosis.old(old, whose, shown);
        }

        private Probe probe(@Nullable Finding finding) {
            return new Probe(finding, millis, certificateEnds);
        }
    }
}
