package mx.difusor.agent.intake;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import mx.difusor.agent.model.Candidate;

/** A package that the desk took, in its own folder until it is decided. Guarded by its inbox's lock. */
final class ClaimedPackage {
    static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    static final Duration LAST_RETRY = Duration.ofMinutes(1);

    private final Path folder;
    private final Candidate candidate;
    private final long bytes;
    private final List<Ghost> ghosts;

    /** The desk has it now. */
    private boolean atDesk;

    private Duration wait = FIRST_RETRY;
    private Instant notBefore = Instant.EPOCH;

    ClaimedPackage(Path folder, Candidate candidate, long bytes, List<Ghost> ghosts, boolean atDesk) {
        this.folder = folder;
        this.candidate = candidate;
        this.bytes = bytes;
        this.ghosts = List.copyOf(ghosts);
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

    boolean isDue(Instant now) {
        // Nothing waits longer than that: a clock that says so was put back.
        return !atDesk && (!now.isBefore(notBefore) || now.isBefore(notBefore.minus(LAST_RETRY)));
    }

    void offered() {
        atDesk = true;
    }

    /** To be offered again, later each time. */
    void returned(Instant now) {
        atDesk = false;
        notBefore = now.plus(wait);
        wait = wait.multipliedBy(2).compareTo(LAST_RETRY) > 0 ? LAST_RETRY : wait.multipliedBy(2);
    }
}
