package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import mx.difusor.agent.model.Lateness;
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
    void aCutIsMissedAlsoWhereTheClockWentBackBehindTheOpening() throws Exception {
        jump(HOUR.multipliedBy(-24));
        assertThat(state()).isEqualTo(LiveState.CURRENT);
        assertThat(page()).isEqualTo("cut 1");
        pass(Duration.ofMinutes(18));
        room().desk().tick();
        assertThat(state()).isEqualTo(LiveState.LATE);
        pass(Duration.ofMinutes(30));
        room().desk().tick();
        assertThat(state()).isEqualTo(LiveState.INTERRUPTED);
        assertThat(page()).contains("interrumpida");
    }

    @Test
    void theStateIsThatOfAnEventThatHasOpenedBeforeTheJumpIsBelievedAndAfter() throws Exception {
        clock.pass(HOUR.multipliedBy(-24));
        assertThat(state()).isEqualTo(LiveState.CURRENT);
        pass(SteadyClock.SETTLES.plusSeconds(1));
        assertThat(state()).isEqualTo(LiveState.CURRENT);
        room().operator().noticeOn("", "ana", "");
        room().operator().noticeOff("ana", "");
        assertThat(state()).isEqualTo(LiveState.CURRENT);
    }

    /** Nobody knows how old the newest package is: the page stays. */
    @Test
    void aStartWithAClockBehindTheOpeningMakesNoCutLate() throws Exception {
        clock.pass(HOUR.multipliedBy(-24));
        Publication started = publication(
                room().home(), room().archive(), room().publication().event(), steadyClock());
        started.open(null, null);
        assertThat(state(started)).isEqualTo(LiveState.CURRENT);
        pass(HOUR);
        started.tick();
        assertThat(state(started)).isEqualTo(LiveState.CURRENT);
        assertThat(page()).isEqualTo("cut 1");
    }

    private static LiveState state(Publication publication) {
        return Objects.requireNonNull(publication.live()).state();
    }

    @Test
    void aLateCutMakesTheNewestNoYounger() throws Exception {
        decide(pack(3));
        jump(HOUR.negated());
        pass(Duration.ofMinutes(48));
        decide(pack(2));
        assertThat(state()).isEqualTo(LiveState.INTERRUPTED);
    }

    /** As a time server that is a day ahead in the morning makes it. */
    @Test
    void aClockThatWasAheadOpensNothingForGood() throws Exception {
        moveTo(began.plus(HOUR.multipliedBy(8)));
        jump(HOUR.multipliedBy(24));
        jump(HOUR.multipliedBy(-24));
        pass(HOUR);
        room().desk().tick();
        assertThat(state()).isEqualTo(LiveState.WAITING);
        assertThat(room().publication().lateness()).isEqualTo(Lateness.Degree.NONE);
    }
}
