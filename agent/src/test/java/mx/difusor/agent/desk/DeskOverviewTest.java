package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.LiveState;
import mx.difusor.agent.publish.OwnPages;
import mx.difusor.agent.visit.Probe;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the status page is told, before and after there is anything to tell. */
class DeskOverviewTest {

    private static final Event EVENT =
            new Event("pel", false, Instant.EPOCH, Instant.EPOCH.plusSeconds(1), null, Duration.ofMinutes(15), 3);

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private GuardedHome at;

    @BeforeEach
    void open() throws Exception {
        at = new GuardedHome(folder, true);
    }

    @AfterEach
    void close() throws Exception {
        at.close();
    }

    private DeskOverview overview(Publication publication, @Nullable DeskSite site) {
        return new DeskOverview(
                new DeskOverview.Identity("1", Instant.EPOCH, "radio", "Radio"),
                at.archive,
                publication,
                at.alerts,
                new Tally(),
                new Unpublished(Map.of("pel", EVENT), at.archive, publication, Clock.systemUTC()),
                site);
    }

    private Targets targets() {
        return new Targets(at.archive, at.reader, new OwnPages("Radio", at.home.pages(), at.disk), at.disk);
    }

    @Test
    void theNewestCutIsNoneAndThenThatOfTheNewestPackage() throws Exception {
        DeskOverview overview = overview(at.publication, null);
        assertThat(overview.newestCut()).isNull();
        assertThat(overview.snapshot().live().sequence()).isNull();
        at.arrive(Kind.SITE, 1, Map.of("index.html", "1"));
        assertThat(overview.newestCut()).isEqualTo("2024-06-02T20:01:00-07:00");
        assertThat(overview.snapshot().live().sequence()).isEqualTo(1);
    }

    @Test
    void aHoldIsToldWhateverIsShownAboveIt() throws Exception {
        DeskOverview overview = overview(at.publication, null);
        assertThat(overview.onHold()).isFalse();
        assertThat(overview.lateness()).isEqualTo(at.publication.lateness());
        at.publication.hold(new Operator.Hold("pel", null, "ana", "", Instant.EPOCH));
        at.publication.notice(new Operator.Notice("ana", "", Instant.EPOCH, ""));
        assertThat(overview.snapshot().live().state()).isEqualTo(LiveState.NOTICE);
        assertThat(overview.onHold()).isTrue();
    }

    @Test
    void beforeTheFirstPublicationThereIsNothingToTell() {
        Publication unopened = new Publication(
                new Publication.Settings(EVENT, false, false),
                at.archive,
                at.publisher(),
                targets(),
                SteadyClock.trusting(Clock.systemUTC()),
                at.alerts,
                new Tally());
        assertThat(unopened.live()).isNull();
        assertThatThrownBy(() -> overview(unopened, null).snapshot())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("asked before the first publication");
    }

    @Test
    void aSiteThatIsNotVisitedIsNotTold() {
        assertThat(overview(at.publication, null).site()).isNull();
        DeskSite site = new DeskSite(
                URI.create("https://prep.example/"),
                (shown, turn, origins) -> new Probe(null, 1, null),
                () -> "pel",
                at.home,
                at.publisher(),
                at.archive,
                at.alerts,
                Clock.systemUTC());
        assertThat(overview(at.publication, site).site()).isEqualTo(site.state());
    }

    @Test
    void aPageOfTheDifusorsThatCannotBeUsedIsAnAlertUntilItIsMended() throws Exception {
        Path waiting = Files.createDirectories(at.home.pages().resolve("waiting"));
        Choice.Shown nothing = new Choice.Shown(History.empty("pel"), null);
        targets().of(nothing, Map.of(), at.alerts);
        assertThat(at.alerts.active()).extracting(Alert::code).containsExactly("page-unusable");
        assertThat(at.alert("page-unusable")).contains("it has no index.html", "mend the folder");
        Files.writeString(waiting.resolve("index.html"), "soon");
        targets().of(nothing, Map.of(), at.alerts);
        assertThat(at.alerts.active()).isEmpty();
    }
}
