package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.Test;

class CutLineTest {

    private static final Event EVENT = FakeOverview.EVENT;
    private static final Instant OPENS = EVENT.opens();

    private final List<Receipt> receipts = new ArrayList<>();

    /** A cut of so many minutes after the opening that came so many minutes after it. */
    private void cut(long sequence, long ofMinute, long atMinute) {
        receipts.add(
                ElectionNight.cut(sequence, minute(ofMinute), minute(atMinute).plusSeconds(20), Duration.ofSeconds(1)));
    }

    private static Instant minute(long minute) {
        return OPENS.plus(Duration.ofMinutes(minute));
    }

    private CutLine line(long nowMinute) {
        return CutLine.of(EVENT, receipts, minute(nowMinute), false);
    }

    /** The marks up to now, for example {@code 1 on-time, 2 late 5, ? gap}. */
    private List<String> marks(long nowMinute) {
        return line(nowMinute).marks().stream()
                .filter(mark -> mark.kind() != CutLine.Kind.COMING && mark.kind() != CutLine.Kind.NEXT)
                .map(mark -> mark.kind().code()
                        + (mark.sequence() == 0 ? "" : " " + mark.sequence())
                        + (mark.late().isZero() ? "" : " +" + mark.late().toMinutes()))
                .toList();
    }

    @Test
    void cutsThatComeInTimeAreAllThereIs() {
        cut(1, 15, 15);
        cut(2, 30, 31);

        assertThat(marks(35)).containsExactly("on-time 1", "on-time 2");
        assertThat(line(35).due()).isBetween(minute(46), minute(47));
    }

    @Test
    void whatComesIsDrawnFromWhenItIsDueOnward() {
        cut(1, 15, 15);

        assertThat(coming(16).limit(2))
                .containsExactly(minute(30).plusSeconds(20), minute(45).plusSeconds(20));
        assertThat(coming(31).limit(1))
                .as("one is missed")
                .containsExactly(minute(45).plusSeconds(20));
    }

    private Stream<Instant> coming(long nowMinute) {
        return line(nowMinute).marks().stream()
                .filter(mark -> mark.kind() == CutLine.Kind.COMING || mark.kind() == CutLine.Kind.NEXT)
                .map(mark -> mark.at().truncatedTo(ChronoUnit.SECONDS));
    }

    @Test
    void aLateCutSaysByHowMuch() {
        cut(1, 15, 15);
        cut(2, 30, 37);
        cut(3, 45, 45);

        assertThat(marks(50)).containsExactly("on-time 1", "late 2 +7", "on-time 3");
        assertThat(line(50).marks()).as("all came in their order").noneMatch(CutLine.Mark::outOfOrder);
    }

    @Test
    void aSequenceThatIsMissingIsAGapAndTheOneAfterItIsNotLate() {
        cut(1, 15, 15);
        cut(3, 45, 45);

        assertThat(marks(50)).containsExactly("on-time 1", "gap 2", "on-time 3");
        assertThat(line(50).marks().get(1).at()).isEqualTo(minute(30));
        assertThat(line(50).count(CutLine.Kind.GAP)).isOne();
    }

    @Test
    void aGapThatIsFilledLaterIsALateCutInItsPlace() {
        cut(1, 15, 15);
        cut(3, 45, 45);
        cut(2, 30, 50);

        assertThat(marks(51)).containsExactly("on-time 1", "late 2", "on-time 3");
        assertThat(line(51).marks().get(1).outOfOrder()).isTrue();
    }

    @Test
    void ofTwoGapsTheRightOneIsFilled() {
        cut(1, 15, 15);
        cut(4, 60, 60);
        cut(3, 45, 61);

        assertThat(marks(62)).containsExactly("on-time 1", "gap 2", "late 3", "on-time 4");
    }

    @Test
    void theFirstToComeMayNotBeTheFirst() {
        cut(2, 30, 31);
        cut(1, 15, 32);

        assertThat(marks(33)).containsExactly("missed", "late 1", "on-time 2");
    }

    @Test
    void aHugeJumpOfSequencesIsOneMark() {
        cut(1, 15, 15);
        cut(1_000_000_000_000L, 30, 30);
        cut(500, 30, 31);

        assertThat(marks(31)).containsExactly("on-time 1", "gap 2", "late 500", "on-time 1000000000000");
        assertThat(line(31).marks().get(1).count()).isEqualTo(999_999_999_998L);

        cut(2, 30, 32);
        assertThat(marks(33))
                .as("the mark stands for the others too")
                .containsExactly("on-time 1", "gap 2", "late 2", "late 500", "on-time 1000000000000");
    }

    @Test
    void periodsThatGoByWithoutACutAreMarked() {
        cut(1, 15, 15);
        assertThat(marks(61)).containsExactly("on-time 1", "missed", "missed", "missed");
        assertThat(line(61).marks().get(4))
                .as("what is still to come is after now")
                .isEqualTo(new CutLine.Mark(
                        CutLine.Kind.NEXT, minute(75).plusSeconds(20).plusMillis(600), 0, 1, Duration.ZERO, null));

        cut(2, 75, 75);
        assertThat(marks(76)).containsExactly("on-time 1", "missed", "missed", "missed", "on-time 2");
    }

    @Test
    void aRefusedPackageStandsWhereItCame() {
        cut(1, 15, 15);
        receipts.add(FakeOverview.rejected("bad.zip", "made over other bytes"));
        cut(2, 30, 230);

        assertThat(marks(230)).containsExactly("on-time 1", "refused", "late 2 +200");
    }

    @Test
    void onlyAcceptedAndRefusedPackagesSinceTheOpeningHaveMarks() {
        Receipt refused = FakeOverview.rejected("bad.zip", "made over other bytes");
        receipts.add(with(refused, Receipt.Outcome.REJECTED, OPENS.minusSeconds(1)));
        receipts.add(with(refused, Receipt.Outcome.DUPLICATE, minute(5)));
        receipts.add(with(FakeOverview.accepted(7, "CN=Instituto"), Receipt.Outcome.DUPLICATE, minute(6)));
        assertThat(marks(14)).isEmpty();

        receipts.add(with(refused, Receipt.Outcome.REJECTED, OPENS));
        assertThat(marks(14)).containsExactly("refused");
    }

    private static Receipt with(Receipt receipt, Receipt.Outcome outcome, Instant at) {
        return new Receipt(
                receipt.uploader(),
                receipt.name(),
                receipt.sha256(),
                receipt.size(),
                outcome,
                receipt.refusal(),
                receipt.contents(),
                receipt.signers(),
                receipt.publication(),
                at,
                at,
                null,
                List.of());
    }

    @Test
    void whatIsOfAnotherEventIsNotInTheLine() {
        Event drill = new Event("simulacro-1", true, OPENS, EVENT.closes(), null, EVENT.cadence(), 3);
        cut(1, 15, 15);

        assertThat(CutLine.of(drill, receipts, minute(16), false).count(CutLine.Kind.ON_TIME))
                .isZero();
    }

    @Test
    void cutsOfOldResultsAreNotLate() {
        cut(1, -500_000, 10);
        cut(2, -499_985, 20);

        assertThat(marks(21)).containsExactly("on-time 1", "on-time 2");
    }

    @Test
    void aCutThatIsFarAheadOfItsTimeIsTheNextOne() {
        cut(1, 15, 15);
        cut(2, 15 + 24 * 60 + 1, 30);

        assertThat(marks(31)).containsExactly("on-time 1", "on-time 2");
    }

    @Test
    void whatCameBeforeTheOpeningWasNotDueThen() {
        cut(1, -60, -60);

        assertThat(marks(14)).containsExactly("on-time 1");
        assertThat(line(14).due()).isEqualTo(minute(15));
    }

    @Test
    void nothingIsDueBeforeTheOpeningNorAfterTheEnd() {
        assertThat(line(-1).due()).isNull();
        assertThat(line(-1).marks())
                .hasSize(96)
                .first()
                .extracting(CutLine.Mark::kind)
                .isEqualTo(CutLine.Kind.NEXT);
        assertThat(line(24 * 60).due()).isNull();
        assertThat(line(24 * 60).marks()).isEmpty();
        assertThat(CutLine.of(EVENT, receipts, minute(40), true).marks()).isEmpty();
    }

    @Test
    void aLineIsNeverLongerThanItsLimits() {
        for (int i = 1; i <= CutLine.MOST_PAST + 3; i++) {
            cut(i, i, i);
        }
        Event minutely = new Event("pel-2024", false, OPENS, minute(100_000), null, Duration.ofMinutes(1), 3);
        CutLine line = CutLine.of(minutely, receipts, minute(CutLine.MOST_PAST + 3), false);

        assertThat(line.earlier()).isEqualTo(3);
        assertThat(line.marks()).hasSize(CutLine.MOST_PAST + CutLine.MOST_COMING);
        assertThat(CutLine.of(minutely, List.of(), minute(99_000), false).marks())
                .hasSize(CutLine.MOST_PAST + CutLine.MOST_COMING);
    }
}
