package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
                throw new AssertionError("its archive would be read once more");
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

    private List<String> kept() throws Exception {
        try (var files = Files.walk(room().home().archive())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
