package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import mx.difusor.agent.archive.ArchiveInspection;
import mx.difusor.agent.institute.ThrowawayKeys;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.verify.Authenticator;
import mx.difusor.agent.verify.TrustSettings;
import org.junit.jupiter.api.Test;

/** Every byte of a stored package is held against its receipt, its signatures and its manifest. */
class StoredPackageTest extends KeptPackages {

    private String damage(int sequence, Authenticator trusted) throws Exception {
        try (ArchiveInspection inspection = ArchiveInspection.open(home, disk, manifests)) {
            return new StoredPackage(trusted, reader)
                    .damage(inspection.find("pel", sequence).orElseThrow());
        }
    }

    @Test
    void whatIsWrongWithAStoredPackageIsSaid() throws Exception {
        assertThat(damage(1, authenticator)).isEmpty();
        ThrowawayKeys others =
                ThrowawayKeys.make(folder.resolve("otro"), ThrowawayKeys.Algorithm.EC_P256, Clock.systemUTC());
        Authenticator stranger =
                Authenticator.load(new TrustSettings(1, List.of(others.root()), List.of(), List.of(), List.of()));
        assertThat(damage(1, stranger)).startsWith("its signatures no longer hold: ");
        flip(1);
        assertThat(damage(1, authenticator)).startsWith("its SHA-256 is ").contains(", the receipt says ");
        Files.delete(file(1));
        assertThat(damage(1, authenticator)).isEqualTo("the archive file is gone");
    }

    @Test
    void aManifestThatIsNotTheOneOfTheIndexIsDamage() throws Exception {
        try (ArchiveInspection inspection = ArchiveInspection.open(home, disk, manifests)) {
            ArchiveInspection.Kept one = inspection.find("pel", 1).orElseThrow();
            ArchiveInspection.Kept two = inspection.find("pel", 2).orElseThrow();
            assertThat(new StoredPackage(authenticator, reader)
                            .damage(new ArchiveInspection.Kept(one.receipt(), two.manifest(), one.folder())))
                    .startsWith("its manifest is not the one in the index");
        }
    }

    private Receipt judged(Receipt receipt, Instant received, Instant decided) {
        return new Receipt(
                receipt.uploader(),
                receipt.name(),
                receipt.sha256(),
                receipt.size(),
                receipt.outcome(),
                receipt.refusal(),
                receipt.contents(),
                receipt.signers(),
                receipt.publication(),
                received,
                decided,
                receipt.liveAt(),
                receipt.warnings());
    }

    /** It was checked between the two, and a certificate may have ended there. */
    @Test
    void aCertificateIsJudgedWhenThePackageWasDecidedOrElseWhenItCame() throws Exception {
        Instant expired = began.plus(Duration.ofDays(36_500));
        try (ArchiveInspection inspection = ArchiveInspection.open(home, disk, manifests)) {
            ArchiveInspection.Kept one = inspection.find("pel", 1).orElseThrow();
            StoredPackage stored = new StoredPackage(authenticator, reader);
            assertThat(stored.damage(with(one, judged(one.receipt(), began, expired))))
                    .isEmpty();
            assertThat(stored.damage(with(one, judged(one.receipt(), expired, began))))
                    .isEmpty();
            assertThat(stored.damage(with(one, judged(one.receipt(), expired, expired))))
                    .startsWith("its signatures no longer hold: ");
        }
    }

    private static ArchiveInspection.Kept with(ArchiveInspection.Kept one, Receipt receipt) {
        return new ArchiveInspection.Kept(receipt, one.manifest(), one.folder());
    }
}
