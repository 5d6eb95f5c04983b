package mx.difusor.agent.app;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.archive.ArchiveInspection;
import mx.difusor.agent.archive.HistoryCheck;
import mx.difusor.agent.cli.ArchiveAccess;
import mx.difusor.agent.cli.Progress;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.verify.Authenticator;
import mx.difusor.agent.verify.PackageReader;
import mx.difusor.agent.verify.SignatureFinding;
import mx.difusor.agent.verify.UnreadablePackageException;

/** Reads and verifies every archived byte again: digest, signatures, and the manifest against the index. */
final class ArchiveCheck {

    private final Authenticator authenticator;
    private final PackageReader reader;

    ArchiveCheck(Authenticator authenticator, PackageReader reader) {
        this.authenticator = authenticator;
        this.reader = reader;
    }

    ArchiveAccess.Checked run(List<ArchiveInspection.Kept> packages, HistoryCheck history, Progress progress) {
        progress.total(packages.stream().mapToLong(one -> one.receipt().size()).sum());
        List<ArchiveAccess.Damage> damaged = new ArrayList<>();
        long bytes = 0;
        for (ArchiveInspection.Kept one : packages) {
            String message = damage(one);
            if (!message.isEmpty()) {
                damaged.add(new ArchiveAccess.Damage(
                        one.manifest().event(),
                        one.manifest().sequence(),
                        one.receipt().name(),
                        message));
            }
            bytes += one.receipt().size();
            progress.advance(one.receipt().size());
        }
        return new ArchiveAccess.Checked(packages.size(), bytes, damaged, history.head(), history.problems());
    }

    /** Empty where all is well. Certificates are judged at the time when the package was decided. */
    private String damage(ArchiveInspection.Kept one) {
        try {
            if (!Files.exists(one.file())) {
                return "the archive file is gone";
            }
            Candidate candidate = new Candidate(
                    one.receipt().uploader(),
                    one.receipt().name(),
                    one.file(),
                    one.signatures(),
                    null,
                    one.receipt().receivedAt());
            SignatureFinding finding =
                    authenticator.check(candidate, one.receipt().decidedAt());
            if (!finding.sha256().equals(one.receipt().sha256())) {
                return "its SHA-256 is " + finding.sha256() + ", the receipt says "
                        + one.receipt().sha256();
            }
            if (!(finding instanceof SignatureFinding.Enough)) {
                // It was checked between these two: an end, or the end of an operator's override, may lie there too.
                finding = authenticator.check(candidate, one.receipt().receivedAt());
            }
            if (!(finding instanceof SignatureFinding.Enough)) {
                return "its signatures no longer hold: " + finding;
            }
            if (!reader.manifest(one.file(), one.receipt().name()).equals(one.manifest())) {
                return "its manifest is not the one in the index; run `difusor archive reindex`";
            }
            return "";
        } catch (IOException | UnreadablePackageException e) {
            return "it cannot be read: " + e.getMessage();
        }
    }
}
