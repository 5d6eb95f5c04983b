package mx.difusor.agent.model;

import static mx.difusor.agent.model.Packages.OPENING;
import static mx.difusor.agent.model.Packages.data;
import static mx.difusor.agent.model.Packages.site;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private static final Instant NOW = OPENING.plusHours(3).toInstant();

    private final History history = History.of(
            "pel-2024",
            List.of(site(1).file("a", "1").accepted(), data(5).file("a", "5").accepted()));

    private History.Admission admit(Packages one) {
        return history.admit(one.manifest(), one.digest(), NOW);
    }

    private static void assertCutInvalid(History.Admission admission) {
        assertThat(admission)
                .isInstanceOfSatisfying(
                        History.Admission.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.CUT_INVALID));
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
        assertCutInvalid(admit(data(6).at(OPENING.plusMinutes(59))));
    }

    @Test
    void aCutLaterThanThatOfAHigherSequenceIsRefused() {
        assertCutInvalid(admit(data(4).at(OPENING.plusMinutes(61))));
    }

    @Test
    void aCutMayRunFiveMinutesAheadOfTheClockAndNoSecondMore() {
        assertThat(admit(data(9).at(OPENING.plusHours(3).plusMinutes(5)))).isInstanceOf(History.Admission.Fits.class);
        assertCutInvalid(admit(data(9).at(OPENING.plusHours(3).plusMinutes(5).plusSeconds(1))));
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
    void gapsAreTheSequencesThatNeverCame() {
        assertThat(history.gaps()).containsExactly(2L, 3L, 4L);
        assertThat(History.empty("pel-2024").gaps()).isEmpty();
    }

    @Test
    void aJumpByMillionsDoesNotFillTheStatusPage() {
        assertThat(history.with(data(900_000_000).at(OPENING.plusHours(2)).accepted())
                        .gaps())
                .hasSize(History.GAPS_LISTED_LIMIT);
    }
}
