package mx.difusor.agent.desk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Verdict;
import mx.difusor.agent.verify.Authenticator;
import mx.difusor.agent.verify.JudgingTime;
import mx.difusor.agent.verify.SignatureFinding;
import mx.difusor.agent.verify.Weighed;

/**
 * What is known of an offer before it is claimed: whether there is room for it, whose signatures it bears, whether more of
 * them may come. Its archive is hashed and not opened. Any thread.
 */
final class OfferCheck {
    /** Refusals that another file beside the archive mends. */
    private static final Set<Reason> MENDED_BESIDE = EnumSet.of(
            Reason.CHECKSUM_MISMATCH,
            Reason.SIGNATURE_MISSING,
            Reason.SIGNATURE_INVALID,
            Reason.SIGNATURE_UNTRUSTED,
            Reason.SIGNATURE_EXPIRED);

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
     * What size, room and signatures say. Strangers among the files beside the archive are told to the offer and left out
     * of it: what came after its package's verdict lies there when the next archive of that name comes. It is no part
     * of that one, for better or worse (contract, "Receipts": nothing mixes), unless it counts for it.
     */
    SignatureFinding finding(Offer offer) throws IOException, MachineException {
        SignatureFinding ofWhatCame = ofWhatCame(offer);
        Optional<Offer.CutShort> cutShort = offer.cutShort();
        // Bytes that are signed are whole, whatever was to come after them.
        return cutShort.isEmpty() || ofWhatCame instanceof SignatureFinding.Enough
                ? ofWhatCame
                : cutShort(cutShort.get(), ofWhatCame);
    }

    private SignatureFinding ofWhatCame(Offer offer) throws IOException, MachineException {
        Candidate all = offer.candidate();
        Optional<SignatureFinding> noRoom = noRoom(all);
        if (noRoom.isPresent()) {
            return noRoom.get();
        }
        Weighed weighed = authenticator.get().weigh(all, JudgingTime.of(all.receivedAt(), clock.instant()));
        SignatureFinding finding = weighed.finding();
        if (finding instanceof SignatureFinding.Enough && all.signatures().size() < 2) {
            return finding;
        }
        List<Path> strangers = offer.doubtful().stream()
                .filter(file -> !counts(weighed.finding(file::equals)))
                .toList();
        if (strangers.isEmpty()) {
            return finding;
        }
        SignatureFinding others = weighed.finding(file -> !strangers.contains(file));
        if (others instanceof SignatureFinding.Missing && offer.overdue()) {
            return finding; // nothing else has come: what is wrong with these says more
        }
        offer.spare(strangers);
        return others;
    }

    /** By itself perhaps too few. */
    static boolean counts(SignatureFinding alone) {
        return alone instanceof SignatureFinding.Enough || alone instanceof SignatureFinding.Missing;
    }

    private Optional<SignatureFinding> noRoom(Candidate candidate) throws IOException, MachineException {
        long size = Files.size(candidate.archive());
        if (size > maxPackageBytes) {
            return Optional.of(tooLarge(candidate, size));
        }
        return size > archive.bytesLeft() && !isKept(candidate, size)
                ? Optional.of(overBudget(candidate, size))
                : Optional.empty();
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

    /** Its door said the same to whoever sent it; what came of it is kept, and is no package. */
    private SignatureFinding cutShort(Offer.CutShort cutShort, SignatureFinding ofWhatCame) {
        boolean tooLarge = cutShort.reason() == Reason.TOO_LARGE;
        return new SignatureFinding.Refused(
                ofWhatCame.sha256(),
                ofWhatCame.size(),
                cutShort.reason(),
                "the package has at least %d bytes, more than %s, and the upload was refused after %d of them; %s"
                        .formatted(
                                cutShort.bytes(),
                                tooLarge
                                        ? "the %d that sftp.maxPackage allows".formatted(maxPackageBytes)
                                        : "was left of the archive's budget",
                                ofWhatCame.size(),
                                tooLarge
                                        ? "send smaller packages, or ask the difusor to raise the limit"
                                        : "ask the difusor to raise archive.budget, and send it again"));
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

    /** Of what is not signed as it should be, or too much; the words are the uploader's to act on. */
    static Verdict.Rejected rejected(SignatureFinding finding) {
        if (finding instanceof SignatureFinding.Missing missing) {
            return sendAgain(Reason.SIGNATURE_MISSING, missing.message());
        }
        if (finding instanceof SignatureFinding.Mismatch mismatch) {
            return sendAgain(mismatch.reason(), mismatch.message());
        }
        SignatureFinding.Refused refused = (SignatureFinding.Refused) finding;
        return MENDED_BESIDE.contains(refused.reason())
                ? sendAgain(refused.reason(), refused.message())
                : Verdict.Rejected.of(refused.reason(), refused.message());
    }

    /** A signature that comes alone would find no archive, and nobody would answer. */
    private static Verdict.Rejected sendAgain(Reason reason, String message) {
        String all = reason == Reason.CHECKSUM_MISMATCH ? "archive, signature and checksum" : "archive and signature";
        String again = "; upload " + all + " again, together: the archive has left /entrada, where it is still shown"
                + " for half a minute";
        int end = message.lastIndexOf(SignatureFinding.MEANWHILE);
        return Verdict.Rejected.of(
                reason, end < 0 ? message + again : message.substring(0, end) + again + message.substring(end));
    }

    /**
     * The bytes of an accepted package, sent again without what signs them: so do clients whose line dropped before they
     * heard that the last file had come. Or they cannot be judged again now. What was signed is known, and nothing
     * changes.
     */
    Optional<Verdict> sameAgain(long size, Digest sha256) throws MachineException {
        return archive.accepted(size, sha256).map(Archive.Kept::again);
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
