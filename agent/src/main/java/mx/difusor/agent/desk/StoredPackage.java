package mx.difusor.agent.desk;

import java.io.IOException;
import java.nio.file.Files;
import mx.difusor.agent.archive.ArchiveInspection;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.verify.Authenticator;
import mx.difusor.agent.verify.ByteSink;
import mx.difusor.agent.verify.JudgingTime;
import mx.difusor.agent.verify.PackageReader;
import mx.difusor.agent.verify.SignatureFinding;
import mx.difusor.agent.verify.UnreadablePackageException;

/** Holds every byte of a package in the archive against its receipt, its signatures and its manifest again. */
public final class StoredPackage {

    private final Authenticator authenticator;
    private final PackageReader reader;

    public StoredPackage(Authenticator authenticator, PackageReader reader) {
        this.authenticator = authenticator;
        this.reader = reader;
    }

    /** Empty where all is well; otherwise what is wrong, as the end of a sentence about the package. */
    public String damage(ArchiveInspection.Kept one) {
        return damage(one, (buffer, length) -> {});
    }

    /** @param pace sees the archive file's bytes as they are read, and may take its time */
    public String damage(ArchiveInspection.Kept one, ByteSink pace) {
        try {
            if (!Files.exists(one.file())) {
                return "the archive file is gone";
            }
            Receipt receipt = one.receipt();
            Candidate candidate = new Candidate(
                    receipt.uploader(), receipt.name(), one.file(), one.signatures(), null, receipt.receivedAt());
            SignatureFinding finding = signatures(authenticator, candidate, receipt, pace);
            if (!finding.sha256().equals(receipt.sha256())) {
                return "its SHA-256 is " + finding.sha256() + ", the receipt says " + receipt.sha256();
            }
            if (!(finding instanceof SignatureFinding.Enough)) {
                return "its signatures no longer hold: " + finding;
            }
            if (!reader.manifest(one.file(), receipt.name()).equals(one.manifest())) {
                return "its manifest is not the one in the index; run `difusor archive reindex`";
            }
            return "";
        } catch (IOException | UnreadablePackageException e) {
            return "it cannot be read: " + e.getMessage();
        }
    }

    /**
     * Certificates are judged at the time when the package was decided, or else when it was received: it was checked
     * between these two, and an end, or the end of an operator's override, may lie there.
     */
    public static SignatureFinding signatures(Authenticator authenticator, Candidate candidate, Receipt receipt)
            throws IOException {
        return signatures(authenticator, candidate, receipt, (buffer, length) -> {});
    }

    private static SignatureFinding signatures(
            Authenticator authenticator, Candidate candidate, Receipt receipt, ByteSink pace) throws IOException {
        SignatureFinding finding = authenticator.check(candidate, JudgingTime.at(receipt.decidedAt()), pace);
        // What is not these bytes, or was never signed, does not change with the time.
        return finding instanceof SignatureFinding.Refused
                ? authenticator.check(candidate, JudgingTime.at(receipt.receivedAt()), pace)
                : finding;
    }
}
