package mx.difusor.agent.desk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.verify.Authenticator;
import mx.difusor.agent.verify.JudgingTime;
import mx.difusor.agent.verify.SignatureFinding;

/**
 * What is known of an offer before it is claimed: whether there is room for it, whose signatures it bears, whether more of
 * them may come. Its archive is hashed and not opened. Any thread.
 */
final class OfferCheck {

    private final long maxPackageBytes;
    private final Clock clock;
    private final Supplier<Authenticator> authenticator;
    private final Archive archive;

    OfferCheck(long maxPackageBytes, Clock clock, Supplier<Authenticator> authenticator, Archive archive) {
        this.maxPackageBytes = maxPackageBytes;
        this.clock = clock;
        this.authenticator = authenticator;
        this.archive = archive;
    }

    /**
     * What size, room and signatures say. Strangers among the signatures are told to the offer and left out of it:
     * a second signature that came after its package's verdict lies there when the next archive of that name
     * comes. It is no part of that one (contract, "Receipts": nothing mixes), unless it counts for it.
     */
    SignatureFinding finding(Offer offer) throws IOException, MachineException {
        Candidate all = offer.candidate();
        SignatureFinding finding = authenticate(all);
        if (!(finding instanceof SignatureFinding.Enough) || all.signatures().size() < 2) {
            return finding;
        }
        List<Path> strangers = new ArrayList<>();
        for (Path signature : offer.doubtful()) {
            if (!counts(authenticate(all.signedOnlyBy(signature)))) {
                strangers.add(signature);
            }
        }
        if (strangers.isEmpty()) {
            return finding;
        }
        offer.spare(strangers);
        return authenticate(offer.candidate());
    }

    /** By itself perhaps too few. */
    static boolean counts(SignatureFinding alone) {
        return alone instanceof SignatureFinding.Enough || alone instanceof SignatureFinding.Missing;
    }

    private SignatureFinding authenticate(Candidate candidate) throws IOException, MachineException {
        long size = Files.size(candidate.archive());
        if (size > maxPackageBytes) {
            return tooLarge(candidate, size);
        }
        if (size > archive.bytesLeft() && !isKept(candidate, size)) {
            return overBudget(candidate, size);
        }
        return authenticator.get().check(candidate, JudgingTime.of(candidate.receivedAt(), clock.instant()));
    }

    /** No further byte can make it smaller, so nothing of it is read but for the digest in the receipt. */
    private SignatureFinding tooLarge(Candidate candidate, long size) throws IOException {
        return new SignatureFinding.Refused(
                FileDigest.of(candidate),
                size,
                Reason.TOO_LARGE,
                "the package has %d bytes, more than the %d that sftp.maxPackage allows; send smaller packages, or"
                                .formatted(size, maxPackageBytes)
                        + " ask the difusor to raise the limit");
    }

    private SignatureFinding overBudget(Candidate candidate, long size) throws IOException {
        return new SignatureFinding.Refused(
                FileDigest.of(candidate),
                size,
                Reason.BUDGET_EXCEEDED,
                "the package has %d bytes, but only %d of the archive's budget are left; ask the difusor to raise"
                                .formatted(size, archive.bytesLeft())
                        + " archive.budget");
    }

    /** The same bytes again take no room: an Institute that sends everything once more is answered as ever. */
    private boolean isKept(Candidate candidate, long size) throws IOException, MachineException {
        return archive.holds(size, null) && archive.holds(size, FileDigest.of(candidate));
    }

    /** Nothing is judged early, nothing waits for ever (contract, "A package"). */
    static boolean mustWait(SignatureFinding finding, Offer offer) {
        if (finding instanceof SignatureFinding.Enough || offer.overdue()) {
            return false;
        }
        if (finding instanceof SignatureFinding.Missing) {
            return true;
        }
        if (finding instanceof SignatureFinding.Mismatch) {
            return offer.mayGrow() || !offer.quiet();
        }
        return !offer.quiet();
    }
}
