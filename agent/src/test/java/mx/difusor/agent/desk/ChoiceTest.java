package mx.difusor.agent.desk;

import static mx.difusor.agent.model.Packages.data;
import static mx.difusor.agent.model.Packages.notice;
import static mx.difusor.agent.model.Packages.site;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.Packages;
import org.junit.jupiter.api.Test;

class ChoiceTest {

    private static final Instant OPENS = Packages.OPENING.toInstant();
    private static final Event EVENT =
            new Event("pel-2024", false, OPENS, OPENS.plus(Duration.ofHours(24)), null, Duration.ofMinutes(15), 3);
    private static final Choice.Rules USUAL = new Choice.Rules(false, true);
    private static final Choice.Rules SITE_FIRST_AND_KEEP = new Choice.Rules(true, false);

    private static Choice.Shown shown(History history, Choice.Rules rules, Instant now) {
        Instant newestAt = history.newest().map(AcceptedPackage::decidedAt).orElse(null);
        return Choice.shown(history, EVENT, rules, Choice.Orders.NONE, newestAt, now);
    }

    private static final History CUTS = Packages.history(site(1).file("index.html", "a"), data(2).file("a.json", "1"));

    @Test
    void beforeTheOpeningTheWaitingPageOrTheSiteAlone() {
        Instant before = OPENS.minusSeconds(1);
        assertThat(shown(CUTS, USUAL, before).history().isEmpty()).isTrue();
        assertThat(shown(CUTS, SITE_FIRST_AND_KEEP, before).history().packages())
                .extracting(AcceptedPackage::sequence)
                .containsExactly(1L);
        assertThat(shown(CUTS, USUAL, OPENS).history().isSame(CUTS)).isTrue();
    }

    @Test
    void anInterruptionIsANoticeOrTheOldCutAsConfigured() {
        Instant late = OPENS.plus(Duration.ofHours(2));
        Choice.Shown notice = shown(CUTS, USUAL, late);
        assertThat(notice.history().isEmpty()).isTrue();
        Instant decided = CUTS.newest().orElseThrow().decidedAt();
        assertThat(Objects.requireNonNull(notice.notice()).since()).isEqualTo(decided.plus(EVENT.cadence()));
        assertThat(notice.notice().cut())
                .isEqualTo(CUTS.newest().orElseThrow().contents().cut());
        Choice.Shown kept = shown(CUTS, SITE_FIRST_AND_KEEP, late);
        assertThat(kept.notice()).isNull();
        assertThat(kept.history().isSame(CUTS)).isTrue();
    }

    @Test
    void theNoticeStaysTheSameAsTimeGoesBy() {
        Choice.Shown one = shown(CUTS, USUAL, OPENS.plus(Duration.ofHours(2)));
        Choice.Shown later = shown(CUTS, USUAL, OPENS.plus(Duration.ofHours(9)));
        assertThat(one.isSame(later)).isTrue();
        assertThat(one.isSame(shown(CUTS, USUAL, EVENT.closes()))).isFalse();
    }

    @Test
    void noNoticeOfOursAfterTheLastCutOrOverTheInstitutesOwn() {
        Instant late = OPENS.plus(Duration.ofHours(9));
        History last = Packages.history(site(1).file("index.html", "a"), data(2).last());
        assertThat(shown(last, USUAL, late).notice()).isNull();
        History theirs =
                Packages.history(site(1).file("index.html", "a"), notice(2).file("index.html", "n"));
        assertThat(shown(theirs, USUAL, late).notice()).isNull();
    }

    @Test
    void fromClosingOnTheLastResultsStay() {
        assertThat(shown(CUTS, USUAL, EVENT.closes().minusSeconds(1)).notice()).isNotNull();
        assertThat(shown(CUTS, USUAL, EVENT.closes()).history().isSame(CUTS)).isTrue();
        assertThat(shown(CUTS, USUAL, EVENT.closes().plus(Duration.ofDays(9)))
                        .history()
                        .isSame(CUTS))
                .isTrue();
    }

    @Test
    void whatHasNotBegunIsNotInterrupted() {
        History none = History.empty("pel-2024");
        Choice.Shown waiting = shown(none, USUAL, OPENS.plus(Duration.ofHours(5)));
        assertThat(waiting.notice()).isNull();
        assertThat(waiting.history().isEmpty()).isTrue();
    }
}
