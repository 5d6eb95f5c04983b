package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LockoutsTest {
    private static final Source BAD = new Source("198.51.100.7");

    private long now = Long.MAX_VALUE - 1_000;
    private final Lockouts lockouts = new Lockouts(() -> now);

    private void fails(Source source, int times) {
        for (int i = 0; i < times; i++) {
            lockouts.failed(source);
        }
    }

    private void pass(Duration duration) {
        now += duration.toNanos();
    }

    @Test
    void someFailuresAreFree() {
        fails(BAD, Lockouts.FREE_FAILURES);
        assertThat(lockouts.isShutOut(BAD)).isFalse();
        assertThat(lockouts.failed(BAD)).contains(Lockouts.FIRST);
        assertThat(lockouts.isShutOut(BAD)).isTrue();
        assertThat(lockouts.isShutOut(new Source("198.51.100.8"))).isFalse();
    }

    @Test
    void whoKeepsFailingIsShutOutForAGrowingWhile() {
        fails(BAD, Lockouts.FREE_FAILURES);
        List<Long> seconds = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            Duration pause = lockouts.failed(BAD).orElseThrow();
            seconds.add(pause.toSeconds());
            pass(pause.minusNanos(1));
            assertThat(lockouts.isShutOut(BAD)).isTrue();
            pass(Duration.ofNanos(1));
            assertThat(lockouts.isShutOut(BAD)).isFalse();
        }
        assertThat(seconds).containsExactly(15L, 30L, 60L, 120L, 240L, 480L, 960L, 1920L, 3600L, 3600L, 3600L);
    }

    @Test
    void whoFailsWhileItIsShutOutIsCountedOnceForEachFailure() {
        fails(BAD, Lockouts.FREE_FAILURES + 6);
        assertThat(lockouts.failed(BAD)).contains(Duration.ofMinutes(16));
        assertThat(lockouts.failed(BAD)).contains(Duration.ofMinutes(32));
    }

    @Test
    void withTimeFailuresAreForgiven() {
        fails(BAD, Lockouts.FREE_FAILURES + 1);
        pass(Lockouts.FIRST.plus(Lockouts.FORGIVEN_EVERY.multipliedBy(2)));
        assertThat(lockouts.failed(BAD)).as("nine and one are free again").isEmpty();
        assertThat(lockouts.failed(BAD)).contains(Lockouts.FIRST);

        fails(BAD, 100);
        pass(Lockouts.LONGEST.plus(Duration.ofHours(4)));
        fails(BAD, Lockouts.FREE_FAILURES);
        assertThat(lockouts.isShutOut(BAD)).as("nothing of old is counted").isFalse();
    }

    @Test
    void aLoginForgivesAtOnce() {
        fails(BAD, Lockouts.FREE_FAILURES + 3);
        lockouts.forgive(BAD);
        assertThat(lockouts.isShutOut(BAD)).isFalse();
        assertThat(lockouts.failed(BAD)).isEmpty();
    }

    @Test
    void nobodyIsPushedOutOfTheTableByManyAddresses() {
        fails(BAD, Lockouts.FREE_FAILURES + 3);
        Source nearly = new Source("198.51.100.8");
        fails(nearly, Lockouts.FREE_FAILURES);
        for (int i = 0; i < Lockouts.MAX_SOURCES + 500; i++) {
            lockouts.failed(new Source("n" + i));
            assertThat(lockouts.count()).isLessThanOrEqualTo(Lockouts.MAX_SOURCES);
        }
        assertThat(lockouts.isShutOut(BAD)).isTrue();
        assertThat(lockouts.failed(nearly)).contains(Lockouts.FIRST);

        Source late = new Source("198.51.100.9");
        fails(late, Lockouts.FREE_FAILURES);
        assertThat(lockouts.failed(late))
                .as("one of those that failed least made room")
                .contains(Lockouts.FIRST);
        assertThat(lockouts.count()).isEqualTo(Lockouts.MAX_SOURCES);
    }

    @Test
    void whereAllAreShutOutNoneIsForgottenForANewOne() {
        for (int i = 0; i < Lockouts.MAX_SOURCES; i++) {
            fails(new Source("n" + i), Lockouts.FREE_FAILURES + 9);
        }
        assertThat(lockouts.failed(BAD)).isEmpty();
        assertThat(lockouts.count()).isEqualTo(Lockouts.MAX_SOURCES);
        assertThat(lockouts.isShutOut(new Source("n0"))).isTrue();

        pass(Lockouts.LONGEST.plus(Duration.ofHours(4)));
        lockouts.failed(BAD);
        assertThat(lockouts.count()).as("what is forgiven is forgotten").isEqualTo(1);
    }
}
