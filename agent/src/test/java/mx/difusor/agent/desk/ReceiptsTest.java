package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.model.Verdict;
import mx.difusor.agent.verify.PackageLimits;
import mx.difusor.agent.verify.PackageReader;
import org.junit.jupiter.api.Test;

/** A decision in the contract's words, also where the archive does not answer. */
class ReceiptsTest extends BreakableDesk {

    @Test
    void aRepetitionIsAnsweredThoughTheIndexIsNotAndSomebodyIsCalled() throws Exception {
        Candidate one = pack(1);
        Manifest manifest = new PackageReader(PackageLimits.defaults()).manifest(one.archive(), one.name());
        decide(one);
        room().desk().close();
        room().archive().close();
        Receipts receipts = new Receipts(room().archive(), room().publication(), alerts, clock);
        Judged judged = Judged.rejected(
                one, Digest.ofContent(new byte[0]), 1, Verdict.Rejected.of(Reason.CUT_INVALID, ""), folder);
        Receipt receipt = receipts.of(judged, new Verdict.Duplicate(manifest, List.of()));
        assertThat(receipt.outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        assertThat(receipt.publication()).isEqualTo(Receipt.Publication.LIVE);
        assertThat(receipt.liveAt()).isNull();
        assertThat(alerts.active()).extracting(Alert::code).hasSize(1);
    }

    @Test
    void anIndexThatDidNotAnswerForARepetitionIsNoAlertOnceItDoes() throws Exception {
        Candidate one = pack(1);
        decide(one);
        inTheIndex("ALTER TABLE decision RENAME COLUMN receipt TO away");
        assertThat(decide(one).outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        assertThat(alerted()).containsExactly("index-unusable");
        room().desk().tick();
        assertThat(alerted()).containsExactly("index-unusable");
        inTheIndex("ALTER TABLE decision RENAME COLUMN away TO receipt");
        room().desk().tick();
        assertThat(alerted()).as("though no other package comes").isEmpty();
        alerts.raise("index-unusable", "of somebody else");
        assertThat(decide(one).outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        assertThat(alerted())
                .as("only what a repetition raised is ended by one")
                .isNotEmpty();
    }

    @Test
    void aRepetitionTellsSinceWhenTheFirstIsLive() throws Exception {
        Candidate one = pack(1);
        decide(one);
        clock.pass(Duration.ofMinutes(1));
        Receipt again = decide(one);
        assertThat(again.liveAt()).isEqualTo(began);
        assertThat(again.decidedAt()).isEqualTo(began.plusSeconds(60));
    }
}
