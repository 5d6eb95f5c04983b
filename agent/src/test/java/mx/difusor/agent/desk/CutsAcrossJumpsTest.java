package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import mx.difusor.agent.model.LiveState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A jump of the host's clock makes no cut late that was on time, nor one on time that is late. */
class CutsAcrossJumpsTest extends OneDesk {

    private static final Duration HOUR = Duration.ofHours(1);

    private final AtomicLong nanos = new AtomicLong();

    @Override
    SteadyClock steadyClock() {
        return new SteadyClock(clock, nanos::get);
    }

    @BeforeEach
    void openedLongAgo() throws Exception {
        moveTo(began.minus(HOUR.multipliedBy(3)));
        decide(pack(1));
    }

    private void pass(Duration duration) {
        clock.pass(duration);
        nanos.addAndGet(duration.toNanos());
    }

    private void jump(Duration by) throws Exception {
        clock.pass(by);
        room().desk().tick();
        pass(SteadyClock.SETTLES.plusSeconds(1));
        room().desk().tick();
    }

    @Test
    void theNewestCutIsAsOldAsItIsWhereTheClockGoesForth() throws Exception {
        jump(HOUR);
        assertThat(state()).isEqualTo(LiveState.CURRENT);
        assertThat(page()).isEqualTo("cut 1");
        pass(Duration.ofMinutes(47));
        room().desk().tick();
        assertThat(state()).isEqualTo(LiveState.INTERRUPTED);
    }

    @Test
    void aCutThatCameAfterTheClockWentBackIsAsOldAsItIs() throws Exception {
        jump(HOUR);
        jump(HOUR.negated());
        decide(pack(2));
        pass(Duration.ofMinutes(1));
        room().desk().tick();
        assertThat(state()).isEqualTo(LiveState.CURRENT);
        assertThat(page()).isEqualTo("cut 2");
    }

    @Test
    void aLateCutMakesTheNewestNoYounger() throws Exception {
        decide(pack(3));
        jump(HOUR.negated());
        pass(Duration.ofMinutes(48));
        decide(pack(2));
        assertThat(state()).isEqualTo(LiveState.INTERRUPTED);
    }
}
