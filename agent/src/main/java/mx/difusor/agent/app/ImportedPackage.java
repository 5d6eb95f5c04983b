package mx.difusor.agent.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.archive.ArchiveInspection;
import mx.difusor.agent.archive.ExportedPackage;
import mx.difusor.agent.archive.Mending;
import mx.difusor.agent.archive.Retirement;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.desk.StoredPackage;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.model.Verdict;
import mx.difusor.agent.verify.Authenticator;
import mx.difusor.agent.verify.PackageVerifier;
import mx.difusor.agent.verify.SignatureFinding;

/** Judges the packages of an export as the desk judges uploads, but at the time of their receipts, and keeps them. */
final class ImportedPackage {

    /** What became of a package that was not refused. */
    enum Outcome {
        IMPORTED,
        ALREADY,
        /** It was there, but damaged, and is whole again. */
        MENDED
    }

    /** Why a package is not taken. */
    static final class RefusedException extends Exception {
        private final Reason reason;

        RefusedException(Reason reason, String message) {
            super(message);
            this.reason = reason;
        }

        Reason reason() {
            return reason;
        }
    }

    private final Config config;
    private final Home home;
    private final Archive archive;
    private final Disk disk;
    private final Clock clock;
    private final Authenticator authenticator;
    private final PackageVerifier verifier;

    ImportedPackage(Config config, Archive archive, Disk disk, Clock clock) throws MachineException {
        this.config = config;
        this.home = Wiring.home(config);
        this.archive = archive;
        this.disk = disk;
        this.clock = clock;
        this.authenticator = Wiring.authenticator(config);
        this.verifier = Wiring.verifier(config, disk);
    }

    /** @throws IOException when the package's files cannot be read as what they should be */
    Outcome take(ExportedPackage one, String by) throws RefusedException, IOException, MachineException {
        Instant now = clock.instant();
        Receipt receipt = one.receipt();
        expectPossible(one, now);
        SignatureFinding.Enough signed = signed(one);
        if (!signed.sha256().equals(receipt.sha256())) {
            throw new RefusedException(Reason.CHECKSUM_MISMATCH, "its bytes are not those that its receipt is for");
        }
        Manifest manifest = judged(one, signed);
        if (!Receipt.Contents.of(manifest).equals(one.contents())) {
            throw new RefusedException(Reason.MANIFEST_INVALID, "its manifest is not the one that its receipt is for");
        }
        expectNotAnother(manifest, signed.sha256());
        History.Admission admission = archive.history(manifest.event()).admit(manifest, signed.sha256(), now);
        if (admission instanceof History.Admission.Refused no) {
            throw new RefusedException(no.reason(), no.message());
        }
        if (admission instanceof History.Admission.SameAgain same) {
            return mended(same.before(), one, by) ? Outcome.MENDED : Outcome.ALREADY;
        }
        if (signed.size() > archive.bytesLeft()) {
            throw new RefusedException(
                    Reason.BUDGET_EXCEEDED,
                    "only %d bytes of the archive's budget are left".formatted(archive.bytesLeft()));
        }
        archive.bringIn(one, manifest, now, by);
        return Outcome.IMPORTED;
    }

    private void expectPossible(ExportedPackage one, Instant now) throws RefusedException, IOException {
        String event = one.contents().event();
        if (!Wiring.events(config).containsKey(event)) {
            throw new RefusedException(
                    Reason.EVENT_UNKNOWN, "the event " + event + " is not configured: add it to `events`");
        }
        if (Files.size(one.candidate().archive()) > config.sftp().maxPackage()) {
            throw new RefusedException(
                    Reason.TOO_LARGE,
                    "it has more than the %d bytes that sftp.maxPackage allows"
                            .formatted(config.sftp().maxPackage()));
        }
        if (one.receipt().decidedAt().isAfter(now.plus(History.CUT_AHEAD_LIMIT))) {
            throw new IOException("its receipt is of a time to come: check this host's clock");
        }
    }

    /** Certificates and keys count as they did when the package was accepted. */
    private SignatureFinding.Enough signed(ExportedPackage one) throws RefusedException, IOException {
        SignatureFinding finding = StoredPackage.signatures(authenticator, one.candidate(), one.receipt());
        if (finding instanceof SignatureFinding.Enough enough) {
            return enough;
        }
        Verdict.Rejected rejected = OfflineCheck.rejected(finding);
        throw new RefusedException(rejected.reason(), rejected.message());
    }

    private Manifest judged(ExportedPackage one, SignatureFinding.Enough signed) throws RefusedException, IOException {
        Path unpacked = home.work().resolve(UUID.randomUUID().toString());
        disk.createDirectories(unpacked, Disk.Access.PRIVATE);
        try {
            Verdict verdict = verifier.judge(
                    one.candidate().archive(), one.candidate().name(), signed.signers(), signed.warnings(), unpacked);
            if (verdict instanceof Verdict.Rejected no) {
                throw new RefusedException(no.reason(), no.message());
            }
            return ((Verdict.Accepted) verdict).manifest();
        } finally {
            disk.deleteTree(unpacked);
        }
    }

    private void expectNotAnother(Manifest manifest, Digest sha256) throws RefusedException {
        Optional<Retirement.Gone> gone =
                archive.retirements().of(manifest.event()).flatMap(one -> one.gone(manifest.sequence()));
        if (gone.isPresent() && !gone.get().sha256().equals(sha256)) {
            throw new RefusedException(
                    Reason.SEQUENCE_CONFLICT,
                    "sequence %d of %s was taken by another package before that event was retired"
                            .formatted(manifest.sequence(), manifest.event()));
        }
    }

    /** What stands in the archive is replaced only where it is no longer what was accepted. */
    private boolean mended(AcceptedPackage before, ExportedPackage one, String by) throws MachineException {
        Manifest manifest = archive.history(before.event()).manifest(before);
        Path folder = java.util.Objects.requireNonNull(archive.file(before).getParent());
        Receipt receipt = archive.receipt(manifest.event(), manifest.sequence()).orElse(one.receipt());
        ArchiveInspection.Kept kept = new ArchiveInspection.Kept(receipt, manifest, folder);
        if (new StoredPackage(authenticator, verifier.reader()).damage(kept).isEmpty()) {
            return false;
        }
        new Mending(archive, disk).mend(folder, receipt, one.candidate(), clock.instant(), by);
        return true;
    }
}
