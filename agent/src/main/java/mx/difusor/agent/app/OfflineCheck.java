package mx.difusor.agent.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.archive.ArchiveInspection;
import mx.difusor.agent.archive.Retirements;
import mx.difusor.agent.cli.PackageCheck;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.desk.Purpose;
import mx.difusor.agent.desk.RetiredEvents;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Verdict;
import mx.difusor.agent.verify.PackageVerifier;
import mx.difusor.agent.verify.SignatureFinding;
import mx.difusor.agent.verify.StatedPurpose;
import org.jspecify.annotations.Nullable;

/** Every check that the desk makes, on a file that nobody uploaded; reads the archive's history, changes nothing. */
final class OfflineCheck implements PackageCheck {

    private final Disk disk;
    private final Clock clock;

    OfflineCheck(Disk disk, Clock clock) {
        this.disk = disk;
        this.clock = clock;
    }

    @Override
    public Verdict check(Config config, Candidate candidate) throws MachineException {
        try {
            long size = Files.size(candidate.archive());
            if (size > config.sftp().maxPackage()) {
                return Verdict.Rejected.of(
                        Reason.TOO_LARGE,
                        "the package has %d bytes, more than the %d that sftp.maxPackage allows"
                                .formatted(size, config.sftp().maxPackage()));
            }
            Instant now = clock.instant();
            SignatureFinding finding = Wiring.authenticator(config).check(candidate, now);
            Optional<Verdict> noRoom = noRoom(config, finding);
            if (noRoom.isPresent()) {
                return noRoom.get();
            }
            if (finding instanceof SignatureFinding.Enough enough) {
                return judge(config, candidate, enough, now);
            }
            return unsigned(config, finding).orElseGet(() -> rejected(finding));
        } catch (IOException e) {
            throw new MachineException(
                    "unreadable",
                    "cannot check " + candidate.archive() + ": " + Failures.inWords(e),
                    "check the file and the disk",
                    e);
        }
    }

    /** Whatever its signatures say (contract, "A package"), unless it is kept already: the same again takes no room. */
    private Optional<Verdict> noRoom(Config config, SignatureFinding finding) throws MachineException {
        Home home = Wiring.home(config);
        HomeFormat.require(home);
        long left = Math.max(0, config.archive().budget() - ArchiveInspection.bytes(home));
        if (finding.size() <= left
                || ArchiveInspection.holds(home, finding.size(), finding.sha256())
                || Retirements.read(home, disk).holds(finding.size(), finding.sha256())) {
            return Optional.empty();
        }
        return Optional.of(Verdict.Rejected.of(
                Reason.BUDGET_EXCEEDED,
                "the package has %d bytes, but only %d of the archive's budget are left; ask the difusor to raise"
                                .formatted(finding.size(), left)
                        + " archive.budget"));
    }

    /** An accepted package's bytes without enough signatures are the same again, as they are to the desk. */
    private static Optional<Verdict> unsigned(Config config, SignatureFinding finding) throws MachineException {
        return finding instanceof SignatureFinding.Missing
                ? ArchiveInspection.accepted(Wiring.home(config), finding.size(), finding.sha256())
                        .map(Archive.Kept::again)
                : Optional.empty();
    }

    static Verdict.Rejected rejected(SignatureFinding finding) {
        if (finding instanceof SignatureFinding.Missing missing) {
            return Verdict.Rejected.of(Reason.SIGNATURE_MISSING, missing.message());
        }
        if (finding instanceof SignatureFinding.Mismatch mismatch) {
            return Verdict.Rejected.of(mismatch.reason(), mismatch.message());
        }
        SignatureFinding.Refused refused = (SignatureFinding.Refused) finding;
        return Verdict.Rejected.of(refused.reason(), refused.message());
    }

    private Verdict judge(Config config, Candidate candidate, SignatureFinding.Enough enough, Instant now)
            throws IOException, MachineException {
        Path unpacked = Files.createTempDirectory("difusor-verify-");
        try {
            PackageVerifier.Examined examined = Wiring.verifier(config, disk)
                    .examine(candidate.archive(), candidate.name(), enough.signers(), enough.warnings(), unpacked);
            return examined.verdict() instanceof Verdict.Accepted accepted
                    ? admit(config, accepted, examined.purpose(), enough, now)
                    : examined.verdict();
        } finally {
            disk.deleteTree(unpacked);
        }
    }

    /** In the desk's order: event, purpose, history. */
    private Verdict admit(
            Config config,
            Verdict.Accepted accepted,
            @Nullable StatedPurpose purpose,
            SignatureFinding.Enough enough,
            Instant now)
            throws MachineException {
        Manifest manifest = accepted.manifest();
        Event event = Wiring.events(config).get(manifest.event());
        if (event == null) {
            return refused(accepted, Reason.EVENT_UNKNOWN, "the event " + manifest.event() + " is not configured");
        }
        Optional<String> mistaken = Purpose.mistaken(event, purpose);
        return mistaken.isPresent()
                ? refused(accepted, Reason.CUT_INVALID, mistaken.get())
                : againstHistory(config, accepted, enough, now);
    }

    private Verdict againstHistory(
            Config config, Verdict.Accepted accepted, SignatureFinding.Enough enough, Instant now)
            throws MachineException {
        Manifest manifest = accepted.manifest();
        Optional<Verdict> retired =
                RetiredEvents.verdict(Retirements.read(Wiring.home(config), disk), accepted, enough.sha256());
        if (retired.isPresent()) {
            return retired.get();
        }
        History history = ArchiveInspection.history(Wiring.home(config), manifest.event());
        History.Admission admission = history.admit(manifest, enough.sha256(), now);
        if (admission instanceof History.Admission.SameAgain) {
            return new Verdict.Duplicate(manifest, accepted.signers());
        }
        if (admission instanceof History.Admission.Refused refused) {
            return refused(accepted, refused.reason(), refused.message());
        }
        return accepted;
    }

    private static Verdict refused(Verdict.Accepted accepted, Reason reason, String message) {
        return Verdict.Rejected.of(reason, message).knowing(accepted.manifest(), accepted.signers());
    }
}
