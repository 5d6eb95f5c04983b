package mx.difusor.agent.model;

import static mx.difusor.agent.model.Packages.OPENING;
import static mx.difusor.agent.model.Packages.data;
import static mx.difusor.agent.model.Packages.site;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private static final Instant NOW = OPENING.plusHours(3).toInstant();

    private final History history = Packages.history(site(1).file("a", "1"), data(5).file("a", "5"));

    private History.Admission admit(Packages one) {
        return history.admit(one.manifest(), one.digest(), NOW);
    }

    private static void assertCutInvalid(History.Admission admission, String cause) {
        assertThat(admission).isInstanceOfSatisfying(History.Admission.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Reason.CUT_INVALID);
            assertThat(refused.message()).contains(cause);
        });
    }

    @Test
    void aPackageBetweenTwoOthersFits() {
        assertThat(admit(data(3))).isInstanceOf(History.Admission.Fits.class);
    }

    @Test
    void equalCutsFit() {
        assertThat(admit(data(6).at(OPENING.plusHours(1)))).isInstanceOf(History.Admission.Fits.class);
        assertThat(admit(data(4).at(OPENING.plusHours(1)))).isInstanceOf(History.Admission.Fits.class);
    }

    @Test
    void aCutEarlierThanThatOfALowerSequenceIsRefused() {
        assertCutInvalid(admit(data(6).at(OPENING.plusMinutes(59))), "is earlier than");
    }

    @Test
    void aCutLaterThanThatOfAHigherSequenceIsRefused() {
        assertCutInvalid(admit(data(4).at(OPENING.plusMinutes(61))), "is later than");
    }

    @Test
    void aCutMayRunFiveMinutesAheadOfTheClockAndNotAMomentMore() {
        assertThat(admit(data(9).at(OPENING.plusHours(3).plusMinutes(5)))).isInstanceOf(History.Admission.Fits.class);
        assertCutInvalid(admit(data(9).at(OPENING.plusHours(3).plusMinutes(5).plusNanos(1))), "ahead of the clock");
    }

    @Test
    void theSamePackageAgainIsTheSameAgain() {
        assertThat(admit(data(5).file("a", "5"))).isInstanceOf(History.Admission.SameAgain.class);
    }

    @Test
    void anotherPackageUnderATakenSequenceIsAConflict() {
        assertThat(admit(data(5).file("a", "other")))
                .isInstanceOfSatisfying(
                        History.Admission.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.SEQUENCE_CONFLICT));
    }

    @Test
    void twoUnderOneSequenceOrOneOfAnotherEventAreNoHistory() {
        AcceptedPackage one = data(3).accepted();
        AcceptedPackage twin = data(3).file("a", "other").accepted();
        assertThatThrownBy(() -> History.of("pel-2024", List.of(one, twin), Manifests.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sequence 3");
        assertThatThrownBy(() -> History.of("pel-2027", List.of(one), Manifests.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pel-2027");
    }

    @Test
    void theNewestIsTheOneOfTheHighestSequence() {
        History late = site(3).addedTo(history);
        assertThat(late.newest())
                .hasValueSatisfying(one -> assertThat(one.sequence()).isEqualTo(5));
        assertThat(late.newest(Kind.SITE))
                .hasValueSatisfying(one -> assertThat(one.sequence()).isEqualTo(3));
        assertThat(late.newest(Kind.NOTICE)).isEmpty();
        assertThat(late.upTo(3).packages())
                .extracting(AcceptedPackage::sequence)
                .containsExactly(1L, 3L);
    }

    @Test
    void gapsAreTheSequencesThatNeverCame() {
        assertThat(history.gaps()).containsExactly(2L, 3L, 4L);
        assertThat(History.empty("pel-2024").gaps()).isEmpty();
    }

    @Test
    void aJumpByMillionsDoesNotFillTheStatusPage() {
        assertThat(data(900_000_000).at(OPENING.plusHours(2)).addedTo(history).gaps())
                .hasSize(History.GAPS_LISTED_LIMIT);
    }

    /** What came through the door needs no second look: a start reads manifests again, an arrival does not. */
    @Test
    void whatArrivesInOrderIsLaidWithoutAskingForAnyManifestAgain() {
        History arriving = data(2).file("a.json", "2")
                .addedTo(site(1).file("index.html", "1").addedTo(History.empty("pel-2024")));
        assertThat(Tree.of(arriving).files()).extracting(TreeFile::path).containsExactly("a.json", "index.html");
    }

    @Test
    void whereNothingIsLeftOutItIsTheSameHistory() {
        assertThat(history.upTo(5)).isSameAs(history);
        assertThat(history.only(one -> true)).isSameAs(history);
        assertThat(history.only(one -> one.sequence() == 5).packages())
                .extracting(AcceptedPackage::sequence)
                .containsExactly(5L);
    }

    @Test
    void historiesOfTheSamePackagesAreTheSame() {
        Packages one = site(1).file("a", "1");
        Packages five = data(5).file("a", "5");
        assertThat(history.isSame(Packages.history(five, one))).isTrue();
        assertThat(history.isSame(Packages.history(one))).isFalse();
        assertThat(Packages.history(one).isSame(history)).isFalse();
        assertThat(history.isSame(Packages.history(one, data(5).file("a", "6"))))
                .isFalse();
    }

    @Test
    void whatIsBelowEveryOtherOrAloneFits() {
        assertThat(History.empty("pel-2024").admit(data(3).manifest(), data(3).digest(), NOW))
                .isInstanceOf(History.Admission.Fits.class);
        assertThat(Packages.history(data(5)).admit(data(3).manifest(), data(3).digest(), NOW))
                .isInstanceOf(History.Admission.Fits.class);
    }

    @Test
    void aDamagedPackageIsNoPartOfTheTreeButItsSequenceIsTaken() {
        AcceptedPackage seven = data(7).file("a", "7").accepted();
        History damaged = history.besides(List.of(seven, data(5).accepted()));
        assertThat(damaged.packages()).containsExactlyElementsOf(history.packages());
        assertThat(damaged.newestDamaged()).contains(seven);
        assertThat(damaged.upTo(7).newestDamaged()).contains(seven);
        assertThat(damaged.upTo(6).newestDamaged()).isEmpty();
        assertThat(damaged.only(one -> one.sequence() == 1).newestDamaged()).contains(seven);
        Packages other = data(7).file("a", "8");
        assertThat(damaged.admit(other.manifest(), other.digest(), NOW))
                .isInstanceOfSatisfying(
                        History.Admission.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.SEQUENCE_CONFLICT));
        assertThat(damaged.admit(data(7).file("a", "7").manifest(), seven.digest(), NOW))
                .isInstanceOf(History.Admission.Fits.class);
        assertThat(damaged.with(data(8).accepted(), data(8).manifest()).newestDamaged())
                .isEmpty();
        assertThat(damaged.with(seven, data(7).manifest()).upTo(7).newestDamaged())
                .isEmpty();
        assertThat(history.besides(List.of(seven))
                        .with(seven, data(7).manifest())
                        .only(one -> one.sequence() == 1))
                .satisfies(left -> assertThat(left.newestDamaged()).isEmpty());
    }

    @Test
    void damageOfAnotherEventOrUnderAKnownSequenceIsNotThisHistorys() {
        AcceptedPackage seven = data(7).accepted();
        Receipt.Contents of = seven.contents();
        AcceptedPackage foreign = new AcceptedPackage(
                new Receipt.Contents("otro", of.kind(), of.sequence(), of.cut(), of.last()),
                seven.digest(),
                seven.fileName(),
                seven.size(),
                seven.receivedAt(),
                seven.decidedAt());
        assertThat(history.besides(List.of(foreign)).newestDamaged()).isEmpty();
        assertThat(history.besides(List.of(data(5).accepted())).upTo(4).newestDamaged())
                .isEmpty();
        History known = history.besides(List.of(data(5).accepted())).only(one -> one.sequence() == 1);
        assertThat(known.newestDamaged()).isEmpty();
    }

    @Test
    void aDamagedPackageThatCameAgainIsDamagedNoMoreAndTheOthersStay() {
        AcceptedPackage six = data(6).accepted();
        AcceptedPackage seven = data(7).accepted();
        History back = history.besides(List.of(six, seven)).with(seven, data(7).manifest());
        assertThat(back.newestDamaged()).isEmpty();
        assertThat(back.only(one -> one.sequence() < 6).newestDamaged()).contains(six);
    }

    @Test
    void otherSequencesThanThatOfADamagedPackageAreFree() {
        History damaged = history.besides(List.of(data(7).file("a", "7").accepted()));
        Packages eight = data(8).file("a", "8");
        assertThat(damaged.admit(eight.manifest(), eight.digest(), NOW)).isInstanceOf(History.Admission.Fits.class);
    }

    /** Contract, "A package": event, sequence and cut, in this order. */
    @Test
    void aSequenceIsJudgedBeforeItsCut() {
        Packages ahead = data(5).at(OPENING.plusHours(4)).file("a", "other");
        assertThat(admit(ahead))
                .isInstanceOfSatisfying(
                        History.Admission.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.SEQUENCE_CONFLICT));
        Packages again = data(5).file("a", "5");
        assertThat(history.admit(again.manifest(), again.digest(), OPENING.toInstant()))
                .as("the clock was put back")
                .isInstanceOf(History.Admission.SameAgain.class);
    }

    @Test
    void anEmptyHistoryHasAnEmptyTree() {
        assertThat(History.empty("pel-2024").isEmpty()).isTrue();
        assertThat(history.isEmpty()).isFalse();
        assertThat(Tree.of(History.empty("pel-2024")).files()).isEmpty();
    }
}
