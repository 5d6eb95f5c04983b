package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SteadyClockTest {

    private static final Instant START = Instant.parse("2024-06-03T03:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private final SettableClock wall = new SettableClock(START);
    private long nanos = 77;
    private final SteadyClock clock = new SteadyClock(wall, () -> nanos);

    /** Time goes by on both clocks, second by second, as the watch asks. */
    private void pass(Duration duration) {
        for (long i = 0; i < duration.toSeconds(); i++) {
            wall.pass(Duration.ofSeconds(1));
            nanos += 1_000_000_000;
            clock.instant();
        }
    }

    @Test
    void isTheHostsClockAsLongAsThatGoesEvenly() {
        pass(HOUR);
        assertThat(clock.instant()).isEqualTo(START.plus(HOUR)).isEqualTo(wall.instant());
        assertThat(clock.newJump()).isEmpty();
    }

    @Test
    void smallCorrectionsCountAtOnceHoweverManyThereAre() {
        for (int i = 0; i < 10; i++) {
            wall.pass(Duration.ofMillis(1_500));
            assertThat(clock.instant()).isEqualTo(wall.instant());
        }
        assertThat(clock.newJump()).isEmpty();
    }

    @Test
    void aJumpForthAndBackIsNeverSeen() {
        wall.pass(HOUR);
        assertThat(clock.instant()).isEqualTo(START);
        pass(SteadyClock.SETTLES.minusSeconds(1));
        wall.pass(HOUR.negated());
        pass(Duration.ofSeconds(1));
        assertThat(clock.instant()).isEqualTo(START.plus(SteadyClock.SETTLES)).isEqualTo(wall.instant());
    }

    @Test
    void aJumpThatLastsIsBelievedAndNothingIsOlderOrYoungerForIt() {
        long before = clock.mark();
        pass(Duration.ofMinutes(5));
        wall.pass(HOUR);
        pass(SteadyClock.SETTLES.plusSeconds(1));
        assertThat(clock.instant()).isEqualTo(wall.instant());
        assertThat(age(before)).isEqualTo(Duration.ofSeconds(361));
        long between = clock.mark();
        assertThat(age(between)).isZero();
        wall.pass(HOUR.multipliedBy(-2));
        assertThat(age(between)).as("not believed yet").isZero();
        pass(SteadyClock.SETTLES.plusSeconds(1));
        assertThat(clock.instant()).isEqualTo(wall.instant()).isBefore(START);
        assertThat(age(between)).isEqualTo(Duration.ofSeconds(61));
        assertThat(age(before)).isEqualTo(Duration.ofSeconds(422));
        long after = clock.mark();
        pass(Duration.ofMinutes(1));
        assertThat(age(after)).as("told by a clock that was later once").isEqualTo(Duration.ofMinutes(1));
    }

    private Duration age(long mark) {
        return clock.since(mark);
    }

    @Test
    void aClockThatJumpsAgainMustSettleAgain() {
        wall.pass(HOUR);
        pass(SteadyClock.SETTLES.minusSeconds(1));
        wall.pass(HOUR);
        pass(SteadyClock.SETTLES.minusSeconds(1));
        assertThat(clock.instant())
                .isEqualTo(START.plus(SteadyClock.SETTLES.multipliedBy(2).minusSeconds(2)));
        pass(Duration.ofSeconds(2));
        assertThat(clock.instant()).isEqualTo(wall.instant());
    }

    @Test
    void eachJumpIsToldOnce() {
        wall.pass(HOUR);
        assertThat(clock.newJump()).contains(HOUR);
        pass(Duration.ofSeconds(5));
        assertThat(clock.newJump()).isEmpty();
        wall.pass(HOUR.negated());
        pass(Duration.ofSeconds(5));
        wall.pass(HOUR.negated());
        assertThat(clock.newJump()).contains(HOUR.negated());
    }
}
