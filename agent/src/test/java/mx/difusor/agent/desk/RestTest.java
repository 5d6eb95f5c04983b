package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RestTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // a monotonic clock may wrap
    private final Rest rest = new Rest(nanos::get);

    @Test
    void aTryThatFailedAtOnceMayBeMadeAgainAtOnce() {
        assertThat(rest.over()).isTrue();
        rest.begin();
        nanos.addAndGet(Rest.LONG_NANOS);
        rest.failed();
        assertThat(rest.over()).isTrue();
    }

    @Test
    void aTryThatTookLongIsMadeAgainAfterNineTimesAsLong() {
        rest.begin();
        nanos.addAndGet(2 * Rest.LONG_NANOS);
        rest.failed();
        nanos.addAndGet(18 * Rest.LONG_NANOS - 1);
        assertThat(rest.over()).isFalse();
        nanos.addAndGet(1);
        assertThat(rest.over()).isTrue();
    }

    @Test
    void nothingRestsLongerThanAMinute() {
        rest.begin();
        nanos.addAndGet(300 * Rest.LONG_NANOS);
        rest.failed();
        nanos.addAndGet(60 * Rest.LONG_NANOS - 1);
        assertThat(rest.over()).isFalse();
        nanos.addAndGet(1);
        assertThat(rest.over()).isTrue();
    }
}
