package mx.difusor.agent.model;

import static mx.difusor.agent.model.Packages.data;
import static mx.difusor.agent.model.Packages.notice;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LatenessTest {

    private static final Instant OPENS = Instant.parse("2024-06-03T03:00:00Z");

    private static Event every(Duration cadence, int missedPeriods) {
        return new Event("pel", false, OPENS, OPENS.plus(Duration.ofDays(1)), null, cadence, missedPeriods);
    }

    private static long missed(Event event, Duration sinceOpening, Duration quiet) {
        Instant now = OPENS.plus(sinceOpening);
        return Lateness.missed(event, now.minus(quiet), now);
    }

    @Test
    void aPeriodIsMissedWhenItsCutHasNotComeAFifthOfAPeriodLater() {
        Event event = every(Duration.ofMinutes(10), 3);
        Duration later = Duration.ofHours(3);
        assertThat(missed(event, later, Duration.ofSeconds(719))).isZero();
        assertThat(missed(event, later, Duration.ofMinutes(12))).isEqualTo(1);
        assertThat(missed(event, later, Duration.ofSeconds(1_319))).isEqualTo(1);
        assertThat(missed(event, later, Duration.ofMinutes(22))).isEqualTo(2);
    }

    @Test
    void noMoreThanThreeMinutesAreWaited() {
        Event event = every(Duration.ofHours(1), 1);
        assertThat(Lateness.grace(event)).isEqualTo(Duration.ofMinutes(3));
        assertThat(missed(event, Duration.ofHours(9), Duration.ofMinutes(62))).isZero();
        assertThat(missed(event, Duration.ofHours(9), Duration.ofMinutes(63))).isEqualTo(1);
    }

    @Test
    void theFirstPeriodBeginsWithTheOpening() {
        Event event = every(Duration.ofMinutes(15), 3);
        assertThat(Lateness.missed(event, null, OPENS.minusSeconds(1))).isZero();
        assertThat(Lateness.missed(event, null, OPENS.minus(Duration.ofDays(1))))
                .isZero();
        assertThat(Lateness.missed(event, OPENS.minus(Duration.ofDays(2)), OPENS.plus(Duration.ofMinutes(17))))
                .isZero();
        assertThat(Lateness.missed(event, OPENS.minus(Duration.ofDays(2)), OPENS.plus(Duration.ofMinutes(18))))
                .isEqualTo(1);
        assertThat(Lateness.nextExpected(event, null)).isEqualTo(OPENS.plus(Duration.ofMinutes(15)));
    }

    @Test
    void interruptedFromTheLastMissedPeriodAndItsGraceOn() {
        Event event = every(Duration.ofMinutes(15), 3);
        Instant newest = OPENS.plus(Duration.ofHours(4));
        Instant from = newest.plus(Duration.ofMinutes(48));
        assertThat(degree(event, data(2), newest, from.minusMillis(1))).isEqualTo(Lateness.Degree.LATE);
        assertThat(degree(event, data(2), newest, from)).isEqualTo(Lateness.Degree.INTERRUPTED);
    }

    private static Lateness.Degree degree(Event event, Packages newest, Instant newestAt, Instant now) {
        return Lateness.degree(event, newest.accepted(), newestAt, now);
    }

    @Test
    void lateFromTheFirstMissedPeriodOnAlsoWithoutACut() {
        Event event = every(Duration.ofMinutes(15), 3);
        Instant from = OPENS.plus(Duration.ofMinutes(18));
        assertThat(Lateness.degree(event, null, null, from.minusMillis(1))).isEqualTo(Lateness.Degree.NONE);
        assertThat(Lateness.degree(event, null, null, from)).isEqualTo(Lateness.Degree.LATE);
    }

    @Test
    void nothingIsMissingAfterTheLastCutOrUnderTheInstitutesOwnNotice() {
        Event event = every(Duration.ofMinutes(15), 3);
        Instant now = OPENS.plus(Duration.ofHours(4));
        assertThat(degree(event, data(2), OPENS, now)).isEqualTo(Lateness.Degree.INTERRUPTED);
        assertThat(degree(event, data(2).last(), OPENS, now)).isEqualTo(Lateness.Degree.NONE);
        assertThat(degree(event, notice(2), OPENS, now)).isEqualTo(Lateness.Degree.NONE);
    }

    @Test
    void fromClosingOnNothingIsMissed() {
        Event event = every(Duration.ofMinutes(15), 3);
        assertThat(Lateness.missed(event, OPENS, event.closes().minusSeconds(1)))
                .isPositive();
        assertThat(Lateness.missed(event, OPENS, event.closes())).isZero();
    }
}
