package mx.difusor.agent.intake;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** A package in {@code /entrada} held still while the desk looks at it. Ends once; what comes after is ignored. */
final class StandingOffer implements Offer {
    private final Judging judging;
    private final PackageSet set;
    private final PackageSet.Glance glance;
    private final @Nullable CutShort cutShort;
    private volatile Candidate candidate;
    private @Nullable ClaimedPackage claimed;
    private boolean ended;

    StandingOffer(Judging judging, PackageSet set, PackageSet.Glance glance, Candidate candidate) {
        this.judging = judging;
        this.set = set;
        this.glance = glance;
        this.cutShort = set.cutShort();
        this.candidate = candidate;
    }

    PackageSet set() {
        return set;
    }

    PackageSet.Glance glance() {
        return glance;
    }

    @Override
    public Candidate candidate() {
        return candidate;
    }

    @Override
    public boolean mayGrow() {
        return glance.mayGrow();
    }

    @Override
    public boolean quiet() {
        return glance.quiet();
    }

    @Override
    public boolean overdue() {
        return glance.overdue();
    }

    @Override
    public Optional<CutShort> cutShort() {
        return Optional.ofNullable(cutShort);
    }

    @Override
    public List<Path> doubtful() {
        return judging.doubtful(this);
    }

    @Override
    public void spare(List<Path> strangers) {
        candidate = candidate.without(strangers);
    }

    @Override
    public synchronized void leave() {
        if (!ended) {
            ended = true;
            judging.leave(this);
        }
    }

    @Override
    public synchronized Optional<Candidate> claim() throws IOException {
        if (ended) {
            throw new IllegalStateException("this offer of " + candidate.name() + " has ended or was claimed already");
        }
        ended = true;
        claimed = judging.claim(this);
        return Optional.ofNullable(claimed).map(ClaimedPackage::candidate);
    }

    @Override
    public synchronized void decided(Receipt receipt, Path keptArchive) {
        if (claimed != null) {
            judging.decided(claimed, receipt, keptArchive);
            claimed = null;
        }
    }

    @Override
    public synchronized void failed() {
        if (claimed != null) {
            judging.failed(claimed);
            claimed = null;
        } else if (!ended) {
            ended = true;
            judging.postpone(this);
        }
    }
}
