package mx.difusor.agent.model;

import static mx.difusor.agent.model.Packages.OPENING;
import static mx.difusor.agent.model.Packages.data;
import static mx.difusor.agent.model.Packages.notice;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LiveStateTest {

    private static final Instant OPENS = OPENING.toInstant();
    private static final Event EVENT =
            new Event("pel-2024", false, OPENS, OPENS.plus(Duration.ofHours(24)), null, Duration.ofMinutes(15), 3);

    private static LiveState state(@Nullable Packages shown, long minutesSinceNewest, Instant now) {
        return LiveState.of(
                EVENT,
                false,
                shown == null ? null : shown.accepted(),
                shown == null ? null : now.minus(Duration.ofMinutes(minutesSinceNewest)),
                now);
    }

    @Test
    void waitingUntilTheFirstCutIsPublic() {
        assertThat(state(null, 0, OPENS.minusSeconds(1))).isEqualTo(LiveState.WAITING);
        assertThat(state(null, 0, OPENS.plusSeconds(1))).isEqualTo(LiveState.WAITING);
    }

    @Test
    void currentThenLateThenInterrupted() {
        Instant now = OPENS.plus(Duration.ofHours(5));
        assertThat(state(data(2), 14, now)).isEqualTo(LiveState.CURRENT);
        assertThat(state(data(2), 15, now)).isEqualTo(LiveState.LATE);
        assertThat(state(data(2), 44, now)).isEqualTo(LiveState.LATE);
        assertThat(state(data(2), 45, now)).isEqualTo(LiveState.INTERRUPTED);
    }

    @Test
    void anOpeningWithoutACutIsLateToo() {
        assertThat(state(null, 0, OPENS.plus(Duration.ofMinutes(16)))).isEqualTo(LiveState.LATE);
        assertThat(state(null, 0, OPENS.plus(Duration.ofMinutes(46)))).isEqualTo(LiveState.INTERRUPTED);
    }

    @Test
    void aCutHeldSinceTheAfternoonCountsFromTheOpening() {
        assertThat(LiveState.of(
                        EVENT, false, data(1).accepted(), OPENS.minus(Duration.ofHours(2)), OPENS.plusSeconds(60)))
                .isEqualTo(LiveState.CURRENT);
    }

    @Test
    void afterClosingNothingIsLate() {
        assertThat(state(data(2), 300, EVENT.closes())).isEqualTo(LiveState.CLOSED);
    }

    @Test
    void finalNoticeAndHoldSayWhatTheyAre() {
        Instant now = OPENS.plus(Duration.ofHours(5));
        assertThat(state(data(2).last(), 300, now)).isEqualTo(LiveState.FINAL);
        assertThat(state(notice(2), 300, now)).isEqualTo(LiveState.NOTICE);
        assertThat(LiveState.of(EVENT, true, data(2).accepted(), now, now)).isEqualTo(LiveState.HELD);
    }
}
