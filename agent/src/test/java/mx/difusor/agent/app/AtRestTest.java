package mx.difusor.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Memory is given back once after each piece of work, and never in its middle. */
class AtRestTest {

    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicLong decisions = new AtomicLong();
    private final AtomicInteger collections = new AtomicInteger();
    private final AtRest atRest = new AtRest(busy::get, decisions::get, collections::incrementAndGet);

    private void beats(int count) {
        for (int i = 0; i < count; i++) {
            atRest.tick();
        }
    }

    @Test
    void onceAfterTheStartAndOnceAfterADecision() {
        beats(AtRest.QUIET_BEATS - 1);
        assertThat(collections).hasValue(0);
        beats(1_000);
        assertThat(collections).hasValue(1);
        decisions.incrementAndGet();
        beats(AtRest.QUIET_BEATS);
        assertThat(collections).hasValue(1);
        beats(1_000);
        assertThat(collections).hasValue(2);
    }

    @Test
    void notWhileAPackageIsChecked() {
        busy.set(true);
        beats(1_000);
        assertThat(collections).hasValue(0);
        busy.set(false);
        beats(AtRest.QUIET_BEATS);
        assertThat(collections).hasValue(1);
    }

    @Test
    void aDecisionBeginsTheWaitAnew() {
        beats(AtRest.QUIET_BEATS - 1);
        decisions.incrementAndGet();
        beats(AtRest.QUIET_BEATS);
        assertThat(collections).hasValue(0);
    }
}
