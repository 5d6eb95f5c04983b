package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RepairsTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // a monotonic clock may wrap
    private final Repairs repairs = new Repairs(nanos::get);

    private void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    @Test
    void threeAreMadeAtOnceAndThenAfterPausesThatGrowToFiveMinutes() {
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            assertThat(repairs.due()).isTrue();
            repairs.tried();
            pauses.add(repairs.pause().toMinutes());
            if (!repairs.pause().isZero()) {
                pass(repairs.pause().minusNanos(1));
                assertThat(repairs.due()).isFalse();
                pass(Duration.ofNanos(1));
            }
        }
        assertThat(pauses).containsExactly(0L, 0L, 1L, 2L, 4L, 5L, 5L, 5L);
    }

    @Test
    void anHourWithoutOneIsForgotten() {
        for (int i = 0; i < 5; i++) {
            repairs.tried();
        }
        pass(Repairs.FORGOTTEN);
        repairs.tried();
        assertThat(repairs.count()).isEqualTo(1);
        assertThat(repairs.pause()).isZero();
    }

    /** Such a clock may begin below zero. */
    @Test
    void theFirstIsDueWhateverTheClockSays() {
        nanos.set(Long.MIN_VALUE / 2);
        assertThat(repairs.due()).isTrue();
    }

    @Test
    void howeverManyThereWereThePauseIsNotLonger() {
        for (int i = 0; i < 200; i++) {
            repairs.tried();
        }
        assertThat(repairs.pause()).isEqualTo(Repairs.LONGEST_PAUSE);
    }
}
