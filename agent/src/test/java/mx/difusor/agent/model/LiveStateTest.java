package mx.difusor.agent.model;

import static mx.difusor.agent.model.Packages.OPENING;
import static mx.difusor.agent.model.Packages.data;
import static mx.difusor.agent.model.Packages.notice;
import static mx.difusor.agent.model.Packages.site;
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
        AcceptedPackage one = shown == null ? null : shown.accepted();
        Instant newestAt = shown == null ? null : now.minus(Duration.ofMinutes(minutesSinceNewest));
        return LiveState.of(EVENT, false, false, one, one, newestAt, now);
    }

    @Test
    void waitingUntilTheFirstCutIsPublic() {
        assertThat(state(null, 0, OPENS.minusSeconds(1))).isEqualTo(LiveState.WAITING);
        assertThat(state(null, 0, OPENS.plusSeconds(1))).isEqualTo(LiveState.WAITING);
    }

    @Test
    void currentThenLateThenInterrupted() {
        Instant now = OPENS.plus(Duration.ofHours(5));
        assertThat(state(data(2), 17, now)).isEqualTo(LiveState.CURRENT);
        assertThat(state(data(2), 18, now)).isEqualTo(LiveState.LATE);
        assertThat(state(data(2), 47, now)).isEqualTo(LiveState.LATE);
        assertThat(state(data(2), 48, now)).isEqualTo(LiveState.INTERRUPTED);
    }

    @Test
    void anOpeningWithoutACutIsLateToo() {
        assertThat(state(null, 0, OPENS.plus(Duration.ofMinutes(18)))).isEqualTo(LiveState.LATE);
        assertThat(state(null, 0, OPENS.plus(Duration.ofMinutes(48)))).isEqualTo(LiveState.INTERRUPTED);
    }

    @Test
    void aCutHeldSinceTheAfternoonCountsFromTheOpening() {
        AcceptedPackage one = data(1).accepted();
        assertThat(LiveState.of(EVENT, false, false, one, one, OPENS.minus(Duration.ofHours(2)), OPENS.plusSeconds(60)))
                .isEqualTo(LiveState.CURRENT);
    }

    @Test
    void aCutThatIsOnlyBehindANoticeStillClosesTheEvent() {
        AcceptedPackage newest = data(2).accepted();
        Instant late = EVENT.closes().minusSeconds(1);
        Instant newestAt = OPENS.plus(Duration.ofHours(2));
        assertThat(LiveState.of(EVENT, false, false, newest, null, newestAt, late))
                .isEqualTo(LiveState.INTERRUPTED);
        assertThat(LiveState.of(EVENT, false, false, newest, null, newestAt, EVENT.closes()))
                .isEqualTo(LiveState.CLOSED);
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
        AcceptedPackage one = data(2).accepted();
        assertThat(LiveState.of(EVENT, true, false, one, one, now, now)).isEqualTo(LiveState.HELD);
        assertThat(LiveState.of(EVENT, true, true, one, null, now, now))
                .as("what is seen goes before what is held beneath it")
                .isEqualTo(LiveState.NOTICE);
    }

    @Test
    void beforeTheOpeningOnlyANoticeIsMoreThanWaiting() {
        Instant before = OPENS.minusSeconds(1);
        assertThat(state(site(1), 0, before)).isEqualTo(LiveState.WAITING);
        assertThat(state(site(1).last(), 0, before)).isEqualTo(LiveState.WAITING);
        assertThat(state(notice(1), 0, before)).isEqualTo(LiveState.NOTICE);
    }

    @Test
    void theOpeningAndTheClosingAreTheirVeryInstants() {
        assertThat(state(null, 0, OPENS)).isEqualTo(LiveState.WAITING);
        assertThat(state(data(2), 0, OPENS)).isEqualTo(LiveState.CURRENT);
        assertThat(state(data(2), 0, OPENS.minusNanos(1))).isEqualTo(LiveState.WAITING);
        assertThat(state(data(2), 0, EVENT.closes().minusNanos(1))).isEqualTo(LiveState.CURRENT);
        assertThat(state(data(2), 0, EVENT.closes())).isEqualTo(LiveState.CLOSED);
        assertThat(state(null, 0, EVENT.closes().minusNanos(1))).isEqualTo(LiveState.INTERRUPTED);
        assertThat(state(null, 0, EVENT.closes())).isEqualTo(LiveState.WAITING);
    }

    @Test
    void anEventThatClosesWithoutACutGoesOnWaiting() {
        assertThat(state(null, 0, EVENT.closes())).isEqualTo(LiveState.WAITING);
    }
}
