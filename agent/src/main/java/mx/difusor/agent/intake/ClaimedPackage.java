package mx.difusor.agent.intake;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.model.Candidate;
import org.jspecify.annotations.Nullable;

/** A package that the desk took, in its own folder until it is decided. Guarded by its inbox's lock. */
final class ClaimedPackage {
    private final Path folder;
    private final Candidate candidate;
    private final long bytes;
    private final List<Ghost> ghosts;
    private final Offer.@Nullable CutShort cutShort;

    /** The desk has it now. */
    private boolean atDesk;

    private final Retry retry = new Retry();

    ClaimedPackage(
            Path folder,
            Candidate candidate,
            long bytes,
            List<Ghost> ghosts,
            Offer.@Nullable CutShort cutShort,
            boolean atDesk) {
        this.folder = folder;
        this.candidate = candidate;
        this.bytes = bytes;
        this.ghosts = List.copyOf(ghosts);
        this.cutShort = cutShort;
        this.atDesk = atDesk;
    }

    Path folder() {
        return folder;
    }

    Candidate candidate() {
        return candidate;
    }

    long bytes() {
        return bytes;
    }

    List<Ghost> ghosts() {
        return ghosts;
    }

    /** As long as the process lives: what an earlier one claimed is judged for what it is. */
    Optional<Offer.CutShort> cutShort() {
        return Optional.ofNullable(cutShort);
    }

    boolean isDue(Instant now) {
        return !atDesk && retry.isDue(now);
    }

    void offered() {
        atDesk = true;
    }

    /** To be offered again, later each time. */
    void returned(Instant now) {
        atDesk = false;
        retry.failed(now);
    }
}
