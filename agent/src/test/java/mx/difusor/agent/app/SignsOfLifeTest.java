package mx.difusor.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the service manager hears of the agent's life, and when it hears no more. */
class SignsOfLifeTest {

    private static final Duration EXPECTED = Duration.ofSeconds(60);

    private final Manager manager = new Manager();
    private final List<Boolean> alive = new ArrayList<>();
    private long nanos;
    private boolean given = true;

    private static final class Manager implements ServiceManager {
        private final List<String> told = new ArrayList<>();
        private @Nullable Duration expected = EXPECTED;

        @Override
        public void tell(String... assignments) {
            told.addAll(List.of(assignments));
        }

        @Override
        public @Nullable Duration signsOfLife() {
            return expected;
        }
    }

    private final SignsOfLife signs = new SignsOfLife(manager, alive::add, () -> nanos)
            .of("one", () -> given)
            .of("two", () -> true);

    private void pass(Duration time) {
        for (long second = 0; second < time.toSeconds(); second++) {
            nanos += Duration.ofSeconds(1).toNanos();
            signs.tick();
        }
    }

    @Test
    void itIsToldTwiceInTheTimeThatItWaits() {
        pass(Duration.ofMinutes(10));

        assertThat(manager.told).hasSizeBetween(20, 22).containsOnly("WATCHDOG=1");
    }

    @Test
    void nobodyWhoDoesNotWaitIsTold() {
        manager.expected = null;

        pass(Duration.ofMinutes(10));

        assertThat(manager.told).isEmpty();
        assertThat(alive).containsOnly(true);
    }

    @Test
    void aPartThatIsSilentForLongerThanADecisionMayTakeEndsTheSigns() {
        given = false;
        pass(SignsOfLife.AWAY);
        assertThat(alive).containsOnly(true);
        pass(Duration.ofSeconds(1));
        int told = manager.told.size();

        pass(Duration.ofMinutes(5));

        assertThat(manager.told).hasSize(told);
        assertThat(alive.get(alive.size() - 1)).isFalse();
    }

    @Test
    void aPartThatAnswersNowAndThenIsAlive() {
        for (int i = 0; i < 10; i++) {
            given = false;
            pass(SignsOfLife.AWAY.minusSeconds(1));
            given = true;
            pass(Duration.ofSeconds(1));
        }

        assertThat(alive).containsOnly(true);
    }
}
