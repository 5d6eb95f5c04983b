package mx.difusor.agent.desk;

import static mx.difusor.agent.model.Packages.data;
import static mx.difusor.agent.model.Packages.notice;
import static mx.difusor.agent.model.Packages.site;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.Packages;
import mx.difusor.agent.publish.OwnPages;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChoiceTest {

    private static final Instant OPENS = Packages.OPENING.toInstant();
    private static final Event EVENT =
            new Event("pel-2024", false, OPENS, OPENS.plus(Duration.ofHours(24)), null, Duration.ofMinutes(15), 3);
    private static final Choice.Rules USUAL = new Choice.Rules(false, true);
    private static final Choice.Rules SITE_FIRST_AND_KEEP = new Choice.Rules(true, false);

    private static Choice.Shown shown(History history, Choice.Rules rules, Instant now) {
        AcceptedPackage newest = history.newest().orElse(null);
        Instant newestAt = newest == null ? null : newest.decidedAt();
        return Choice.shown(history, EVENT, rules, Choice.Orders.NONE, newest, newestAt, now);
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
    void aDamagedSiteIsKnownOfBeforeTheOpening() {
        AcceptedPackage newer = site(3).file("index.html", "b").accepted();
        History damaged = CUTS.besides(List.of(newer, data(4).accepted()));
        History seen =
                shown(damaged, SITE_FIRST_AND_KEEP, OPENS.minusSeconds(1)).history();
        assertThat(seen.newestDamaged()).contains(newer);
        assertThat(seen.packages()).extracting(AcceptedPackage::sequence).containsExactly(1L);
        assertThat(seen.isSame(
                        shown(CUTS, SITE_FIRST_AND_KEEP, OPENS.minusSeconds(1)).history()))
                .isFalse();
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

    private static Choice.Shown ordered(Choice.Rules rules, Choice.Orders orders, Instant now) {
        AcceptedPackage newest = CUTS.newest().orElseThrow();
        return Choice.shown(CUTS, EVENT, rules, orders, newest, newest.decidedAt(), now);
    }

    private static Choice.Shown ordered(Choice.Orders orders, Instant now) {
        return ordered(USUAL, orders, now);
    }

    private static Operator.Hold hold(String event, @Nullable Long sequence, Instant at, @Nullable Set<Long> known) {
        return new Operator.Hold(event, sequence, "ana", "", at, known);
    }

    private static Choice.Orders holding(Operator.Hold hold) {
        return new Choice.Orders(hold, null);
    }

    @Test
    void aHoldShowsWhatWasKnownUpToItsSequenceAndNothingElse() {
        Choice.Shown one = ordered(holding(hold("pel-2024", 1L, OPENS, Set.of(1L, 2L))), OPENS);
        assertThat(one.history().packages())
                .extracting(AcceptedPackage::sequence)
                .containsExactly(1L);
        Choice.Shown second = ordered(holding(hold("pel-2024", 2L, OPENS, Set.of(2L))), OPENS);
        assertThat(second.history().packages())
                .extracting(AcceptedPackage::sequence)
                .as("the first came late")
                .containsExactly(2L);
        assertThat(ordered(holding(hold("pel-2024", null, OPENS, Set.of())), OPENS)
                        .history()
                        .isEmpty())
                .as("nothing was public when it began")
                .isTrue();
    }

    /** As an earlier version wrote holds, without what was known. */
    @Test
    void aHoldThatDoesNotSayWhatWasKnownGoesByWhenItBegan() {
        Instant decided = CUTS.newest().orElseThrow().decidedAt();
        assertThat(ordered(holding(hold("pel-2024", 2L, decided, null)), OPENS)
                        .history()
                        .isSame(CUTS))
                .isTrue();
        assertThat(ordered(holding(hold("pel-2024", 2L, decided.minusMillis(1), null)), OPENS)
                        .history()
                        .packages())
                .extracting(AcceptedPackage::sequence)
                .containsExactly(1L);
    }

    @Test
    void aHoldIsOfOneEvent() {
        assertThat(ordered(holding(hold("simulacro", 1L, OPENS, Set.of(1L))), OPENS)
                        .history()
                        .isSame(CUTS))
                .isTrue();
    }

    @Test
    void aNoticeStandsAboveAHoldAndHasItsOwnWords() {
        Operator.Hold hold = hold("pel-2024", 1L, OPENS, Set.of(1L));
        Operator.Notice notice = new Operator.Notice("ana", "", OPENS.plusSeconds(7), "a las 22:00");
        Choice.Shown shown = ordered(new Choice.Orders(hold, notice), OPENS);
        assertThat(shown.history().isEmpty()).isTrue();
        OwnPages.Notice page = Objects.requireNonNull(shown.notice());
        assertThat(page.since()).isEqualTo(OPENS.plusSeconds(7));
        assertThat(page.message()).isEqualTo("a las 22:00");
    }

    @Test
    void twoPagesAreTheSameWhereHistoryAndNoticeAre() {
        Operator.Notice words = new Operator.Notice("ana", "", OPENS, "a las 22:00");
        Operator.Notice others = new Operator.Notice("ana", "", OPENS, "a las 23:00");
        Choice.Shown one = ordered(new Choice.Orders(null, words), OPENS);
        assertThat(one.isSame(ordered(new Choice.Orders(null, words), OPENS))).isTrue();
        assertThat(one.isSame(ordered(new Choice.Orders(null, others), OPENS))).isFalse();
        Choice.Shown waiting = shown(History.empty("pel-2024"), USUAL, OPENS);
        assertThat(waiting.isSame(one)).isFalse();
        assertThat(one.isSame(waiting)).isFalse();
        assertThat(waiting.isSame(shown(CUTS, USUAL, OPENS))).isFalse();
        assertThat(waiting.isSame(waiting)).isTrue();
    }

    @Test
    void beforeTheOpeningAnEventWithoutASiteShowsTheWaitingPage() {
        Choice.Shown shown =
                shown(Packages.history(data(1).file("a.json", "1")), SITE_FIRST_AND_KEEP, OPENS.minusSeconds(1));
        assertThat(shown.history().isEmpty()).isTrue();
    }

    /** As a hold may be that was given before the event was put off, or to an earlier version. */
    @Test
    void beforeTheOpeningAHoldShowsNoCutEither() {
        Instant before = OPENS.minusSeconds(1);
        Choice.Orders holding = holding(hold("pel-2024", 2L, before, Set.of(1L, 2L)));
        assertThat(ordered(holding, before).history().isEmpty()).isTrue();
        Choice.Shown site = ordered(SITE_FIRST_AND_KEEP, holding, before);
        assertThat(site.history().packages())
                .extracting(AcceptedPackage::sequence)
                .containsExactly(1L);
        Choice.Orders waiting = holding(hold("pel-2024", null, before, Set.of()));
        assertThat(ordered(SITE_FIRST_AND_KEEP, waiting, before).history().isEmpty())
                .as("the site came after the hold")
                .isTrue();
    }
}
