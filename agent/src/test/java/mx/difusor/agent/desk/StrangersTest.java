package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.verify.SignatureFinding;
import org.junit.jupiter.api.Test;

/** Signatures beside an archive that may be of the one before it under the same name. */
class StrangersTest extends OneDesk {

    private Path stranger = Path.of("");

    /** With its own signature and one of other bytes. */
    private Candidate withStranger() throws Exception {
        Candidate one = pack(1);
        stranger = one.archive().resolveSibling("p1.zip.asc");
        Files.writeString(stranger, "a signature of the package before");
        List<Path> both = List.of(one.signatures().get(0), stranger);
        return new Candidate("iee", one.name(), one.archive(), both, null, began);
    }

    private Receipt decided(OneOffer offer) throws Exception {
        room().desk().offer(offer);
        return (Receipt) offer.end();
    }

    @Test
    void aDoubtfulOneThatDoesNotCountIsNoPartOfThePackage() throws Exception {
        OneOffer offer = new OneOffer(withStranger(), false);
        offer.doubtful = List.of(stranger);
        Receipt receipt = decided(offer);

        assertThat(receipt.outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(receipt.warnings()).isEmpty();
        assertThat(offer.spared).containsExactly(stranger);
        assertThat(kept()).contains("p1.zip.p7s").doesNotContain("p1.zip.asc");
    }

    @Test
    void oneThatWasMadeForItIsKeptWithItWhateverItIsWorth() throws Exception {
        OneOffer offer = new OneOffer(withStranger(), false);
        Receipt receipt = decided(offer);

        assertThat(receipt.outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(receipt.warnings()).isNotEmpty();
        assertThat(offer.spared).isEmpty();
        assertThat(kept()).contains("p1.zip.p7s", "p1.zip.asc");
    }

    @Test
    void aDoubtfulOneThatCountsIsItsOwn() throws Exception {
        Candidate both = withStranger();
        OneOffer offer = new OneOffer(both, false);
        offer.doubtful = List.of(both.signatures().get(0));
        assertThat(decided(offer).outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(offer.spared).isEmpty();
    }

    @Test
    void oneAloneThatIsEnoughIsNotAskedTwice() throws Exception {
        OneOffer offer = new OneOffer(pack(1), false) {
            @Override
            public List<Path> doubtful() {
                throw new AssertionError("what is enough has no stranger beside it");
            }
        };
        assertThat(decided(offer).outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
    }

    /** As a package that was claimed already and comes back after the machine failed: nothing of it is left aside. */
    @Test
    void whereNothingIsDoubtfulNothingIsSpared() throws Exception {
        OneOffer offer = new OneOffer(withStranger(), false) {
            @Override
            public void spare(List<Path> strangers) {
                throw new IllegalStateException("nothing of a claim is doubtful");
            }
        };
        assertThat(decided(offer).outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
    }

    /** Where two signers are needed, each alone is one too few. */
    @Test
    void oneOfTwoThatAreNeededCounts() {
        Digest digest = new Digest("a".repeat(64));
        assertThat(OfferCheck.counts(new SignatureFinding.Missing(digest, 1, "only 1 of 2 signers")))
                .isTrue();
        assertThat(OfferCheck.counts(new SignatureFinding.Mismatch(digest, 1, Reason.SIGNATURE_INVALID, "")))
                .isFalse();
        assertThat(OfferCheck.counts(new SignatureFinding.Refused(digest, 1, Reason.SIGNATURE_UNTRUSTED, "")))
                .isFalse();
    }

    /** No further byte makes it good, so that nothing is waited for. */
    private static final String CLEAR_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\ncut 0\n";

    /** What an Institute that always adds such a one left after the verdict, and no signature of its own yet. */
    private OneOffer signedByAStrangerAlone(boolean overdue) throws Exception {
        Candidate both = withStranger();
        Files.writeString(stranger, CLEAR_SIGNED);
        return new OneOffer(new Candidate("iee", both.name(), both.archive(), List.of(stranger), null, began), false) {
            @Override
            public boolean overdue() {
                return overdue;
            }
        };
    }

    @Test
    void aPackageWaitsForItsOwnSignatureWhereADoubtfulOneIsRefusedForGood() throws Exception {
        OneOffer offer = signedByAStrangerAlone(false);
        offer.doubtful = List.of(stranger);
        room().desk().offer(offer);
        assertThat(offer.end()).isEqualTo("left");
        assertThat(refusal(decided(signedByAStrangerAlone(false)))).isEqualTo(Reason.SIGNATURE_INVALID);
    }

    @Test
    void onceItIsOverdueWhatIsWrongWithTheDoubtfulOneIsTheAnswer() throws Exception {
        OneOffer offer = signedByAStrangerAlone(true);
        offer.doubtful = List.of(stranger);
        Receipt receipt = decided(offer);
        assertThat(refusal(receipt)).isEqualTo(Reason.SIGNATURE_INVALID);
        assertThat(offer.spared).as("it is kept with what it was judged with").isEmpty();
    }

    @Test
    void onceItIsOverdueAPackageThatItsOwnSignatureIsEnoughForIsAcceptedAllTheSame() throws Exception {
        OneOffer offer = new OneOffer(withStranger(), false) {
            @Override
            public boolean overdue() {
                return true;
            }
        };
        offer.doubtful = List.of(stranger);
        Receipt receipt = decided(offer);
        assertThat(receipt.outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(receipt.warnings()).isEmpty();
        assertThat(offer.spared).containsExactly(stranger);
    }

    @Test
    void aWrongSignatureOfItsOwnIsAnsweredBesideADoubtfulOne() throws Exception {
        Candidate both = withStranger();
        List<Path> wrong = List.of(pack(2).signatures().get(0), stranger);
        OneOffer offer = new OneOffer(new Candidate("iee", both.name(), both.archive(), wrong, null, began), false);
        offer.doubtful = List.of(stranger);
        assertThat(refusal(decided(offer))).isEqualTo(Reason.SIGNATURE_INVALID);
        assertThat(offer.spared).containsExactly(stranger);
    }

    /** A signed package with a checksum file and a signature, both doubtful. */
    private OneOffer withDoubtfulChecksum(String of) throws Exception {
        Candidate both = withStranger();
        Path checksum = both.archive().resolveSibling(both.name() + ".sha256");
        Files.writeString(checksum, of + "  " + both.name() + "\n");
        OneOffer offer = new OneOffer(
                new Candidate("iee", both.name(), both.archive(), both.signatures(), checksum, began), false);
        offer.doubtful = List.of(stranger, checksum);
        return offer;
    }

    @Test
    void aDoubtfulChecksumThatDisagreesIsNoPartOfThePackage() throws Exception {
        OneOffer offer = withDoubtfulChecksum("a".repeat(64));
        List<Path> doubtful = offer.doubtful;
        assertThat(decided(offer).outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(offer.spared).isEqualTo(doubtful);
        assertThat(kept()).contains("p1.zip.p7s").doesNotContain("p1.zip.sha256", "p1.zip.asc");
    }

    @Test
    void aDoubtfulChecksumThatAgreesIsItsOwn() throws Exception {
        OneOffer offer = withDoubtfulChecksum("");
        Path own = Objects.requireNonNull(offer.candidate().checksum());
        Files.writeString(own, FileDigest.of(offer.candidate()).hex() + "  p1.zip\n");
        assertThat(decided(offer).outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(offer.spared).containsExactly(stranger);
        assertThat(kept()).contains("p1.zip.sha256");
    }

    private static Reason refusal(Receipt receipt) {
        return Objects.requireNonNull(receipt.refusal()).reason();
    }

    private List<String> kept() throws Exception {
        try (var files = Files.walk(room().home().archive())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
