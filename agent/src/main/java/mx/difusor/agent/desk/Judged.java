package mx.difusor.agent.desk;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Verdict;
import mx.difusor.agent.verify.BaseSummaries;
import mx.difusor.agent.verify.SignatureFinding;
import mx.difusor.agent.verify.StatedPurpose;
import org.jspecify.annotations.Nullable;

/**
 * A package whose own checks are done.
 *
 * @param sha256 of the archive file
 * @param size of the archive file, in bytes
 * @param unpacked where the files of a good one stand
 * @param bases what of a good one is held against other packages
 * @param purpose whether a good one says that it is a test; null where it does not say
 */
record Judged(
        Candidate claimed,
        Digest sha256,
        long size,
        Verdict verdict,
        Path unpacked,
        BaseSummaries bases,
        @Nullable StatedPurpose purpose) {

    /** One that bears no signatures to be opened for. */
    static Judged unopened(Candidate claimed, SignatureFinding finding, Verdict verdict, Path unpacked) {
        return new Judged(claimed, finding.sha256(), finding.size(), verdict, unpacked, BaseSummaries.none(), null);
    }

    static Judged rejected(Candidate claimed, Digest sha256, long size, Verdict.Rejected verdict, Path unpacked) {
        return new Judged(claimed, sha256, size, verdict, unpacked, BaseSummaries.none(), null);
    }

    /** The same, and what it looks like beside the packages before it; a rejection stays as it is. */
    Judged warning(List<String> more) {
        if (!(verdict instanceof Verdict.Accepted accepted) || more.isEmpty()) {
            return this;
        }
        List<String> all = new ArrayList<>(accepted.warnings());
        all.addAll(more);
        return new Judged(
                claimed,
                sha256,
                size,
                new Verdict.Accepted(accepted.manifest(), accepted.signers(), all),
                unpacked,
                bases,
                purpose);
    }
}
