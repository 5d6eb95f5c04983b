package mx.difusor.agent.intake;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Receipt;

/** A package that was claimed before, by this run or one that ended, and still has no verdict. It cannot change any more. */
final class ClaimedOffer implements Offer {
    private final Judging judging;
    private final ClaimedPackage claimed;
    private boolean ended;

    ClaimedOffer(Judging judging, ClaimedPackage claimed) {
        this.judging = judging;
        this.claimed = claimed;
    }

    @Override
    public Candidate candidate() {
        return claimed.candidate();
    }

    @Override
    public boolean mayGrow() {
        return false;
    }

    @Override
    public boolean quiet() {
        return true;
    }

    @Override
    public boolean overdue() {
        return true;
    }

    @Override
    public Optional<CutShort> cutShort() {
        return claimed.cutShort();
    }

    @Override
    public List<Path> doubtful() {
        return List.of();
    }

    @Override
    public void spare(List<Path> strangers) {
        throw new IllegalStateException("nothing of a claim is doubtful");
    }

    @Override
    public void leave() {
        failed();
    }

    @Override
    public Optional<Candidate> claim() {
        return Optional.of(claimed.candidate());
    }

    @Override
    public synchronized void decided(Receipt receipt, Path keptArchive) {
        if (!ended) {
            ended = true;
            judging.decided(claimed, receipt, keptArchive);
        }
    }

    @Override
    public synchronized void failed() {
        if (!ended) {
            ended = true;
            judging.failed(claimed);
        }
    }
}
