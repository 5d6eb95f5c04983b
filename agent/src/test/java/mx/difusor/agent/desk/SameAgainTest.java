package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.Test;

/** The bytes of an accepted package, sent again without what signs them, as after a line that dropped. */
class SameAgainTest extends BreakableDesk {

    private Receipt overdue(Candidate one, List<Path> signatures) throws Exception {
        Candidate again =
                new Candidate(one.uploader(), one.name(), one.archive(), signatures, null, began.plusSeconds(600));
        OneOffer offer = new OneOffer(again, false) {
            @Override
            public boolean overdue() {
                return true;
            }
        };
        room().desk().offer(offer);
        return (Receipt) offer.end();
    }

    @Test
    void theArchiveAloneIsADuplicateOnceItIsOverdue() throws Exception {
        Candidate one = pack(1);
        Receipt first = decide(one);
        assertThat(offer(new Candidate("iee", one.name(), one.archive(), List.of(), null, began)))
                .as("its signature may be on its way")
                .isEqualTo("left");
        Receipt again = overdue(one, List.of());

        assertThat(again.outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        assertThat(again.publication()).isEqualTo(Receipt.Publication.LIVE);
        assertThat(again.contents()).isEqualTo(first.contents());
        assertThat(again.signers()).isEqualTo(first.signers()).isNotEmpty();
        assertThat(acuse("p1.zip")).content().contains("\"outcome\" : \"duplicate\"", "\"publication\" : \"live\"");
        assertThat(room().home().quarantine()).isEmptyDirectory();
        assertThat(receipt(1).outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
    }

    @Test
    void aSignatureThatIsWrongIsAnsweredAsEver() throws Exception {
        Candidate one = pack(1);
        decide(one);
        Receipt wrong = overdue(one, List.of(pack(2).signatures().get(0)));
        assertThat(Objects.requireNonNull(wrong.refusal()).reason()).isEqualTo(Reason.SIGNATURE_INVALID);
    }

    @Test
    void otherBytesWithoutASignatureAreRefused() throws Exception {
        decide(pack(1));
        Receipt other = overdue(pack(1, otherFiles()), List.of());
        assertThat(Objects.requireNonNull(other.refusal()).reason()).isEqualTo(Reason.SIGNATURE_MISSING);
    }

    /** What is damaged may be the signature. */
    @Test
    void itMendsNoDamage() throws Exception {
        Candidate one = pack(1);
        decide(one);
        inTheIndex("UPDATE checked SET damage = 'made up'");
        overdue(one, List.of());
        assertThat(room().home().history()).content().doesNotContain("\"what\":\"mended\"");
        assertThat(decide(one).outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        assertThat(room().home().history()).content().contains("\"what\":\"mended\"");
    }
}
