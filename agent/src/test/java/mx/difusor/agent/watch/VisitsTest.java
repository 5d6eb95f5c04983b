package mx.difusor.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.desk.VisitedSite;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VisitsTest {

    /** Begins where a monotonic clock may: shortly before it overflows. */
    private long nanos = Long.MAX_VALUE - Duration.ofSeconds(30).toNanos();

    private final Fake site = new Fake();
    private final Visits visits = new Visits(site, () -> nanos);

    /** Notes the second of each visit. */
    private final class Fake implements VisitedSite {
        private final long began = nanos;
        private final List<String> visited = new ArrayList<>();
        private @Nullable Object release;
        private Said says = Said.GOOD;
        private boolean fails;
        private Duration takes = Duration.ZERO;

        @Override
        public @Nullable Object release() {
            return release;
        }

        @Override
        public Said visit(boolean lenient, boolean recorded) {
            visited.add(Duration.ofNanos(nanos - began).toSeconds()
                    + (lenient ? " lenient" : "")
                    + (recorded ? "" : " unrecorded"));
            nanos += takes.toNanos();
            if (fails) {
                throw new IllegalStateException("as a bug would");
            }
            return says;
        }
    }

    private List<String> seconds(int count) {
        site.visited.clear();
        for (int i = 0; i < count; i++) {
            visits.tick();
            nanos += Watch.BEAT.toNanos();
        }
        return site.visited;
    }

    @Test
    void withNothingLiveNobodyVisits() {
        assertThat(seconds(70)).isEmpty();
    }

    @Test
    void aReleaseIsVisitedAtOnceAndThenEveryMinute() {
        site.release = new Object();
        assertThat(seconds(181)).containsExactly("0 lenient", "60", "120", "180");
    }

    @Test
    void anotherReleaseIsVisitedAtOnceAndBeginsTheMinuteAnew() {
        site.release = new Object();
        seconds(20);
        site.release = new Object();
        assertThat(seconds(62)).containsExactly("20 lenient", "80");
    }

    @Test
    void aVisitThatSaidNothingIsMadeAgainInAMomentAndAfterSomeSecondsTheReleaseIsNewNoMore() {
        site.release = new Object();
        site.says = VisitedSite.Said.NOTHING;
        assertThat(seconds(13))
                .containsExactly("0 lenient", "2 lenient", "4 lenient", "6 lenient", "8 lenient", "10", "12");
        site.says = VisitedSite.Said.GOOD;
        assertThat(seconds(70)).containsExactly("14", "74");
    }

    @Test
    void aVisitThatFailedIsSoonFollowedByOthersThatAreNotRecordedUntilOneIsGood() {
        site.release = new Object();
        site.says = VisitedSite.Said.BAD;
        assertThat(seconds(75))
                .containsExactly(
                        "0 lenient",
                        "10 unrecorded",
                        "20 unrecorded",
                        "30 unrecorded",
                        "40 unrecorded",
                        "50 unrecorded",
                        "60",
                        "70 unrecorded");
        site.says = VisitedSite.Said.GOOD;
        assertThat(seconds(110)).containsExactly("80 unrecorded", "120", "180");
    }

    @Test
    void noVisitThatFailedPutsOffTheOneThatIsRecorded() {
        site.release = new Object();
        site.says = VisitedSite.Said.BAD;
        seconds(50);
        site.says = VisitedSite.Said.NOTHING;
        assertThat(seconds(2)).containsExactly("50 unrecorded");
        site.says = VisitedSite.Said.BAD;
        assertThat(seconds(15)).containsExactly("52 unrecorded", "60");
    }

    @Test
    void aSlowVisitDoesNotMoveTheMinute() {
        site.release = new Object();
        site.takes = Duration.ofSeconds(40);
        assertThat(seconds(60)).containsExactly("0 lenient", "60", "120");
    }

    @Test
    void aBugIsNotRunIntoWithEachBeat() {
        site.release = new Object();
        site.fails = true;
        assertThatThrownBy(visits::tick).isInstanceOf(IllegalStateException.class);
        nanos += Watch.BEAT.toNanos();
        visits.tick();
        assertThat(site.visited).hasSize(1);
    }
}
