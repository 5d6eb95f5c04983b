package mx.difusor.agent.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import mx.difusor.agent.model.Alert;
import org.junit.jupiter.api.Test;

/** Which announcements follow from alerts that come, flicker and go, second by second. */
class AnnouncerTest {

    private static final Instant NOON = Instant.parse("2024-06-03T03:00:00Z");
    private static final Alert LATE = alert("late", 0);

    /** Incidents so far. */
    private long happened;

    private Instant now = NOON;
    private Duration up = Duration.ofDays(3);
    private Announcer announcer = new Announcer(Kept.NOTHING, now, up);

    private static Alert alert(String code, int second) {
        return new Alert(code, NOON.plusSeconds(second), "what happened to " + code);
    }

    private Alert incident(String code, Instant at) {
        return new Alert(code, at, "what happened to " + code, true, ++happened);
    }

    /** One look a second, all delivered. */
    private List<String> seconds(int count, Alert... active) {
        List<String> told = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            look(active).forEach(one -> told.add(one.state() + " " + one.code()));
        }
        return told;
    }

    private List<Announcement> look(Alert... active) {
        now = now.plusSeconds(1);
        up = up.plusSeconds(1);
        List<Announcement> due = announcer.look(List.of(active), now, up);
        due.forEach(announcer::delivered);
        return due;
    }

    private void restart(Duration away) {
        Kept kept = announcer.kept(now, up);
        now = now.plus(away);
        up = Duration.ofSeconds(7);
        announcer = new Announcer(kept, now, up);
    }

    @Test
    void aCauseIsToldOnceAtItsBeginningAndOnceAtItsEnd() {
        assertThat(seconds(5, LATE)).isEmpty();
        assertThat(seconds(3_600, LATE)).containsExactly("BEGIN late");
        assertThat(seconds(30)).isEmpty();
        assertThat(seconds(3_600)).containsExactly("END late");
    }

    @Test
    void bothSayWhenAndTheEndBelongsToItsBeginning() {
        List<Announcement> all = new ArrayList<>();
        IntStream.range(0, 20).forEach(i -> all.addAll(look(LATE)));
        Instant lastSeen = now;
        IntStream.range(0, 40).forEach(i -> all.addAll(look()));
        assertThat(all).hasSize(2);
        assertThat(all.get(0).since()).isEqualTo(NOON);
        assertThat(all.get(0).until()).isNull();
        assertThat(all.get(0).message()).isEqualTo("what happened to late");
        assertThat(all.get(1).until()).isEqualTo(lastSeen.plusSeconds(1));
        assertThat(all.get(1).id()).isEqualTo(all.get(0).id()).isEqualTo("late-20240603T030000000Z");
    }

    @Test
    void aBlipIsNotTold() {
        assertThat(seconds(3, LATE)).isEmpty();
        assertThat(seconds(3_600)).isEmpty();
    }

    @Test
    void oneThatFlickersIsToldOnceAndEndsOnce() {
        List<String> told = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            told.addAll(seconds(1, LATE));
            told.addAll(seconds(5));
        }
        told.addAll(seconds(60));
        assertThat(told).containsExactly("BEGIN late", "END late");
    }

    @Test
    void oneThatComesAndGoesSlowlyIsToldFourTimesAnHourAndThenWithItsNumber() {
        List<Announcement> told = new ArrayList<>();
        for (int second = 0; second < 7_400; second++) {
            boolean on = second % 100 < 50;
            told.addAll(on ? look(alert("late", second - second % 100)) : look());
        }
        List<Announcement> begins = told.stream()
                .filter(one -> one.state() == Announcement.State.BEGIN)
                .toList();
        assertThat(begins.stream()
                        .filter(one -> one.since().isBefore(NOON.plusSeconds(3_600)))
                        .count())
                .isEqualTo(Announcer.MOST_PER_CODE);
        assertThat(begins.get(3).message()).isEqualTo("what happened to late");
        assertThat(begins.get(4).message()).endsWith("; 32 more like it were not told one by one");
        assertThat(told.size()).isLessThanOrEqualTo(3 * 2 * Announcer.MOST_PER_CODE);
    }

    @Test
    void oneThatStandsIsToldAsSoonAsItsRateAllows() {
        for (int i = 0; i < Announcer.MOST_PER_CODE; i++) {
            assertThat(seconds(20, alert("late", i))).containsExactly("BEGIN late");
            assertThat(seconds(40)).containsExactly("END late");
        }
        assertThat(seconds(3_300, alert("late", 300))).isEmpty();
        assertThat(seconds(120, alert("late", 300))).containsExactly("BEGIN late");
    }

    @Test
    void whatHappenedIsToldAtOnceForEachTimeAndHasNoEnd() {
        Alert first = incident("live-altered", NOON.plusSeconds(1));
        assertThat(seconds(1, first)).containsExactly("BEGIN live-altered");
        assertThat(seconds(600, first)).isEmpty();
        assertThat(seconds(600, incident("live-altered", now))).containsExactly("BEGIN live-altered");
        assertThat(seconds(600)).isEmpty();
    }

    @Test
    void whatHappenedBetweenTwoLooksCounts() {
        incident("sequence-conflict", now);
        assertThat(look(incident("sequence-conflict", now)))
                .extracting(Announcement::message)
                .containsExactly("what happened to sequence-conflict; 1 more like it was not told one by one");
        incident("sequence-conflict", now);
        incident("sequence-conflict", now);
        assertThat(look(incident("sequence-conflict", now)))
                .extracting(Announcement::message)
                .containsExactly("what happened to sequence-conflict; 2 more like it were not told one by one");
        assertThat(look(incident("sequence-conflict", now)))
                .extracting(Announcement::message)
                .containsExactly("what happened to sequence-conflict");
    }

    @Test
    void whatHappensEverySecondIsBoundedAndCounted() {
        List<Announcement> told = new ArrayList<>();
        for (int i = 0; i < 3_610; i++) {
            told.addAll(look(incident("sequence-conflict", now)));
        }
        assertThat(told).hasSize(Announcer.MOST_PER_CODE + 4);
        assertThat(told.get(4).message()).contains("; 3596 more like it");
    }

    @Test
    void manyAtOnceComeAsAFewAndOneDigest() {
        Alert[] many = IntStream.range(0, 11)
                .mapToObj(i -> alert("code-" + (char) ('a' + i), i))
                .toArray(Alert[]::new);
        List<Announcement> told = new ArrayList<>();
        for (int i = 0; i < 3_600; i++) {
            told.addAll(look(many));
        }
        assertThat(told)
                .extracting(Announcement::code)
                .containsExactly("code-a", "code-b", "code-c", Announcement.SEVERAL);
        Announcement digest = told.get(3);
        assertThat(digest.message())
                .isEqualTo("and 8 more: code-d, code-e, code-f, code-g, code-h, code-i, code-j, code-k");
        assertThat(digest.more()).hasSize(8).allMatch(one -> one.state() == Announcement.State.BEGIN);
        assertThat(seconds(60)).containsExactly("END code-a", "END code-b", "END code-c", "END several");
    }

    /** Fifty codes that come and go in turn: the sum has a bound, not only each. */
    @Test
    void allTogetherAreBoundedToo() {
        List<Announcement> told = new ArrayList<>();
        for (int second = 0; second < 3_600; second++) {
            int which = second / 40 % 50;
            told.addAll(second % 40 < 8 ? look(alert("code-" + which, second - second % 40)) : look());
        }
        long most = Announcer.BURST + Duration.ofHours(1).dividedBy(Announcer.REFILL);
        assertThat((long) told.size()).isLessThanOrEqualTo(most).isGreaterThan(20);
        assertThat(told)
                .as("what was held back came later")
                .anyMatch(one -> one.code().equals(Announcement.SEVERAL));
    }

    @Test
    void aRestartTellsNothingTwiceAndTheEndBelongsToTheFirstBeginning() {
        seconds(20, LATE);
        restart(Duration.ofSeconds(20));
        Alert again = new Alert("late", now, "still late");
        assertThat(seconds(60)).as("its check has not run yet").isEmpty();
        assertThat(seconds(3_600, again)).isEmpty();
        List<Announcement> ends = new ArrayList<>();
        IntStream.range(0, 60).forEach(i -> ends.addAll(look()));
        assertThat(ends).extracting(Announcement::id).containsExactly("late-20240603T030000000Z");
    }

    @Test
    void whatEndedWhileTheAgentWasDownEndsAfterTheFirstRound() {
        seconds(20, LATE);
        restart(Duration.ofHours(2));
        assertThat(seconds((int) Announcer.FIRST_ROUND.toSeconds() - 1)).isEmpty();
        assertThat(seconds(3)).containsExactly("END late");
        restart(Duration.ofSeconds(1));
        assertThat(seconds(600)).isEmpty();
    }

    @Test
    void whatNoChannelDeliveredIsToldAgainByTheNextRun() {
        for (int i = 0; i < 20; i++) {
            now = now.plusSeconds(1);
            up = up.plusSeconds(1);
            announcer.look(List.of(LATE), now, up);
        }
        restart(Duration.ofSeconds(5));
        assertThat(seconds(20, LATE)).containsExactly("BEGIN late");
        for (int i = 0; i < 60; i++) {
            now = now.plusSeconds(1);
            up = up.plusSeconds(1);
            announcer.look(List.of(), now, up);
        }
        restart(Duration.ofSeconds(5));
        assertThat(seconds(200)).as("the end as well").containsExactly("END late");
    }

    @Test
    void aLoopOfRestartsIsNoStorm() {
        List<String> told = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            told.addAll(seconds(3, incident("clock-jumped", now)));
            restart(Duration.ofSeconds(5));
        }
        assertThat(told).hasSize(Announcer.MOST_PER_CODE);
    }

    @Test
    void aClockThatIsPutBackBetweenTwoRunsTakesNothingAway() {
        seconds(20, LATE);
        restart(Duration.ofDays(-2));
        assertThat(seconds(60, new Alert("late", now, "late"))).isEmpty();
    }

    @Test
    void aClockThatIsPutBackHoldsNothingBackLongerThanTheWindow() {
        for (int i = 0; i < Announcer.MOST_PER_CODE; i++) {
            seconds(1, incident("clock-jumped", now));
        }
        restart(Duration.ofDays(-2));
        up = up.plus(Announcer.WINDOW);
        assertThat(seconds(1, incident("clock-jumped", now))).containsExactly("BEGIN clock-jumped");
    }

    @Test
    void inventedCodesHaveABound() {
        for (int i = 0; i < 1_000; i++) {
            look(alert("code-" + i, 0), alert("code-" + (i + 1), 0));
        }
        assertThat(announcer.kept(now, up).begun().size()).isLessThanOrEqualTo(Announcer.MOST_CODES);
        Alert[] all =
                IntStream.range(0, 1_000).mapToObj(i -> alert("other-" + i, 0)).toArray(Alert[]::new);
        seconds(30, all);
        assertThat(announcer.kept(now, up).standing().size()).isLessThanOrEqualTo(Announcer.MOST_CODES);
    }
}
