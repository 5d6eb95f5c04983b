package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.Test;

/** Somebody forgot to activate the event whose cuts come. */
class UnpublishedTest extends BreakableDesk {

    private static final Duration OPEN = Duration.ofHours(24);

    private Map<String, Event> configured = Map.of();

    @Override
    Map<String, Event> events(Event pel) {
        configured = super.events(pel);
        return configured;
    }

    private Candidate other(int sequence) throws Exception {
        return pack("otro", sequence, Files.createTempDirectory(folder, "cut"));
    }

    /** As after a start: it has nothing but the archive. */
    private Unpublished unpublished() {
        return new Unpublished(configured, room().archive(), publication(), clock);
    }

    private Instant closes() {
        return publication().event().closes();
    }

    @Test
    void cutsOfAnotherEventAreToldFromItsOpeningUntilItIsPublished() throws Exception {
        moveTo(began.plusSeconds(100));
        assertThat(decide(other(1)).publication()).isEqualTo(Receipt.Publication.HELD);
        clock.set(began.plusSeconds(99));
        assertThat(unpublished().event()).as("its opening has not come").isEmpty();
        clock.set(began.plusSeconds(100));
        assertThat(unpublished().event()).contains("otro");
        room().operator().activate("otro", "ana", "");
        assertThat(unpublished().event()).isEmpty();
    }

    @Test
    void thePublishedEventsOwnCutsAreNotMissingWhateverIsShown() throws Exception {
        decide(pack(1));
        room().operator().hold("ana", "");
        assertThat(decide(pack(2)).publication()).isEqualTo(Receipt.Publication.HELD);
        assertThat(unpublished().event()).isEmpty();
    }

    @Test
    void whatADrillHasShownToItsEndIsNotMissingAfterwards() throws Exception {
        decide(pack(1));
        decide(pack(3));
        room().operator().activate("otro", "ana", "");
        assertThat(unpublished().event()).isEmpty();
        decide(pack(2));
        assertThat(unpublished().event()).as("a late one").isEmpty();
        decide(pack(4));
        assertThat(unpublished().event()).contains("pel");
    }

    @Test
    void afterItsClosingWhatIsToldEndsByItself() throws Exception {
        decide(other(1));
        clock.set(closes().minusMillis(1));
        assertThat(unpublished().event()).as("however long no cut has come").contains("otro");
        clock.set(closes());
        assertThat(unpublished().event()).isEmpty();
        decide(other(2));
        clock.set(closes().plus(Unpublished.LATE_CUT_TOLD).minusMillis(1));
        assertThat(unpublished().event()).as("one that came late").contains("otro");
        clock.set(closes().plus(Unpublished.LATE_CUT_TOLD));
        assertThat(unpublished().event()).isEmpty();
    }

    @Test
    void ofAnEventThatClosedADayAgoNothingIsTold() throws Exception {
        clock.set(closes().plus(Unpublished.LOOKED_AT_AFTER_CLOSING).minusSeconds(1));
        keep(other(1), clock.instant());
        assertThat(unpublished().event()).contains("otro");
        clock.pass(Duration.ofSeconds(1));
        assertThat(unpublished().event()).isEmpty();
    }

    @Test
    void ofSeveralTheOneWhoseCutCameLastIsTold() throws Exception {
        Event pel = publication().event();
        Event third = new Event(
                "tercero", true, pel.opens(), pel.opens().plus(OPEN), null, pel.cadence(), pel.missedPeriods());
        Unpublished several = new Unpublished(
                Map.of("pel", pel, "otro", Objects.requireNonNull(configured.get("otro")), "tercero", third),
                room().archive(),
                publication(),
                clock);
        decide(other(1));
        keep(pack("tercero", 1, Files.createTempDirectory(folder, "cut")), began.plusSeconds(5));
        assertThat(several.event()).contains("tercero");
        keep(other(2), began.plusSeconds(9));
        assertThat(several.event()).contains("otro");
        keep(pack("tercero", 2, Files.createTempDirectory(folder, "cut")), began.plusSeconds(9));
        assertThat(several.event()).contains("tercero");
    }

    @Test
    void anIndexThatFailsIsNoAnswer() throws Exception {
        decide(other(1));
        room().archive().close();
        assertThatThrownBy(() -> unpublished().event()).isInstanceOf(IllegalStateException.class);
    }
}
