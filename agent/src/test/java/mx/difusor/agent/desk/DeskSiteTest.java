package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.AlertTexts;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.ProbedHour;
import mx.difusor.agent.publish.Publisher;
import mx.difusor.agent.visit.Finding;
import mx.difusor.agent.visit.Origins;
import mx.difusor.agent.visit.Probe;
import mx.difusor.agent.visit.Shown;
import mx.difusor.agent.visit.Visiting;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a visit's finding: the record, the alerts, and when it says nothing. */
class DeskSiteTest {

    private static final Instant NOW = Instant.parse("2024-06-03T03:20:00Z");
    private static final Instant HOUR = NOW.truncatedTo(ChronoUnit.HOURS);
    private static final Probe GOOD = new Probe(null, 40, null);

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private GuardedHome home;

    @SuppressWarnings("NullAway.Init")
    private DeskSite site;

    private Probe finds = GOOD;
    private @Nullable Callable<Void> meanwhile;
    private @Nullable Shown shown;
    private @Nullable Origins origins;

    @BeforeEach
    void prepare() throws Exception {
        home = new GuardedHome(folder, true);
        home.arrive(Kind.SITE, 1, Map.of("index.html", "one", "a.json", "[1]"));
        site = visitedBy(
                (given, turn, known) -> {
                    shown = given;
                    origins = known;
                    try {
                        if (meanwhile != null) {
                            meanwhile.call();
                        }
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                    return finds;
                },
                home.publisher());
    }

    @AfterEach
    void close() throws Exception {
        home.close();
    }

    private static Probe finding(Finding.Code code) {
        return new Probe(new Finding(code, "because of " + code), 0, null);
    }

    /** One that goes into the record; whether it said something. */
    private boolean visit(Probe found) {
        finds = found;
        VisitedSite.Said said = site.visit(false, true);
        assertThat(said).isIn(VisitedSite.Said.NOTHING, found.good() ? VisitedSite.Said.GOOD : VisitedSite.Said.BAD);
        return said != VisitedSite.Said.NOTHING;
    }

    private String alerts() {
        return home.alerts.active().stream().map(Alert::code).sorted().toList().toString();
    }

    private String recorded() throws Exception {
        ProbedHour hour = home.archive.probes().hours(HOUR).get(0);
        return hour.good() + " of " + hour.probes();
    }

    @Test
    void aHiccupIsRecordedButCallsNobody() throws Exception {
        assertThat(visit(GOOD)).isTrue();
        assertThat(visit(finding(Finding.Code.DOWN))).isTrue();
        assertThat(alerts()).isEqualTo("[]");
        assertThat(visit(GOOD)).isTrue();
        visit(finding(Finding.Code.DOWN));
        assertThat(alerts()).as("not the second in a row").isEqualTo("[]");
        assertThat(recorded()).isEqualTo("2 of 4");
        assertThat(home.archive.probes().hours(HOUR)).containsExactly(new ProbedHour(HOUR, 4, 2, 40));
    }

    @Test
    void theSecondFailureInARowRaisesAnAlertOfItsKindAndAGoodVisitEndsIt() {
        visit(finding(Finding.Code.DOWN));
        visit(finding(Finding.Code.WRONG));
        assertThat(alerts()).isEqualTo("[site-wrong]");
        assertThat(home.alert("site-wrong")).isEqualTo("because of WRONG");
        visit(finding(Finding.Code.OLD));
        assertThat(alerts()).as("one at a time").isEqualTo("[site-old]");
        visit(GOOD);
        assertThat(alerts()).isEqualTo("[]");
    }

    @Test
    void aVisitThatIsNotRecordedRaisesAndEndsAlertsAllTheSame() throws Exception {
        visit(finding(Finding.Code.DOWN));
        site.visit(false, false);
        assertThat(alerts()).isEqualTo("[site-down]");
        finds = GOOD;
        site.visit(false, false);
        assertThat(alerts()).isEqualTo("[]");
        assertThat(recorded()).isEqualTo("0 of 1");
        assertThat(site.state().probes()).isEqualTo(1);
        assertThat(site.state().good()).isZero();
        assertThat(Objects.requireNonNull(site.state().last()).code()).isNull();
    }

    @Test
    void rightAfterASwitchOtherBytesSayNothingYetButADeadSiteDoes() throws Exception {
        finds = finding(Finding.Code.OLD);
        assertThat(site.visit(true, true)).isEqualTo(VisitedSite.Said.NOTHING);
        finds = finding(Finding.Code.WRONG);
        assertThat(site.visit(true, true)).isEqualTo(VisitedSite.Said.NOTHING);
        assertThat(home.archive.probes().hours(HOUR)).isEmpty();
        finds = finding(Finding.Code.DOWN);
        assertThat(site.visit(true, true)).isEqualTo(VisitedSite.Said.BAD);
        finds = GOOD;
        assertThat(site.visit(true, true)).isEqualTo(VisitedSite.Said.GOOD);
        assertThat(recorded()).isEqualTo("1 of 2");
    }

    @Test
    void aVisitThatASwitchComesIntoSaysNothing() throws Exception {
        meanwhile = () -> {
            home.arrive(Kind.DATA, 2, Map.of("a.json", "[2]"));
            return null;
        };
        assertThat(visit(finding(Finding.Code.DOWN))).isFalse();
        assertThat(home.archive.probes().hours(HOUR)).isEmpty();
        meanwhile = null;
        assertThat(visit(GOOD)).isTrue();
        assertThat(Objects.requireNonNull(shown).name()).startsWith("pel/000002-");
        assertThat(shown.folder()).isEqualTo(home.release());
        assertThat(recorded()).isEqualTo("1 of 1");
    }

    @Test
    void whileTheLiveRootPointsElsewhereOtherBytesAreWaitedForAndThenCount() throws Exception {
        Files.delete(home.live());
        Files.createSymbolicLink(home.live(), Files.createDirectory(folder.resolve("elsewhere")));
        for (int i = 0; i < DeskSite.TRIES_WHILE_MOVING; i++) {
            assertThat(visit(finding(Finding.Code.WRONG))).isFalse();
        }
        assertThat(visit(finding(Finding.Code.WRONG))).isTrue();
        assertThat(visit(finding(Finding.Code.WRONG))).as("each time anew").isFalse();
        assertThat(recorded()).isEqualTo("0 of 1");
    }

    @Test
    void aSiteWhoseMedianIsHighIsSlowUntilItIsNot() {
        int slow = (int) DeskSite.SLOW.toMillis() + 1;
        for (int i = 0; i < DeskSite.ANSWERS - 1; i++) {
            visit(new Probe(null, slow, null));
        }
        assertThat(alerts()).as("too few to tell").isEqualTo("[]");
        visit(new Probe(null, slow, null));
        assertThat(alerts()).isEqualTo("[site-slow]");
        assertThat(home.alert("site-slow")).contains(slow + " ms");
        visit(GOOD);
        visit(GOOD);
        assertThat(alerts()).as("two fast ones of five").isEqualTo("[site-slow]");
        visit(GOOD);
        assertThat(alerts()).isEqualTo("[]");
        for (int i = 0; i < DeskSite.ANSWERS; i++) {
            visit(new Probe(null, slow, null));
        }
        assertThat(alerts()).as("however many good ones came before").isEqualTo("[site-slow]");
    }

    @Test
    void howLongABadAnswerTookDoesNotCount() {
        int slow = (int) DeskSite.SLOW.toMillis() + 1;
        for (int i = 0; i < DeskSite.ANSWERS; i++) {
            visit(new Probe(new Finding(Finding.Code.DOWN, "because"), slow, null));
        }
        assertThat(alerts()).isEqualTo("[site-down]");
    }

    @Test
    void aCertificateThatEndsSoonIsToldEvenWhileTheSiteIsDown() {
        Instant soon = NOW.plus(DeskSite.CERTIFICATE_WARNING);
        visit(new Probe(null, 40, soon));
        assertThat(alerts()).isEqualTo("[]");
        visit(new Probe(null, 40, soon.minusSeconds(1)));
        assertThat(home.alert("site-certificate")).contains("ends at 2024-06-10T03:19:59Z", "renew it");
        visit(finding(Finding.Code.DOWN));
        visit(finding(Finding.Code.DOWN));
        assertThat(alerts()).isEqualTo("[site-certificate, site-down]");
        visit(new Probe(null, 40, NOW.plus(Duration.ofDays(90))));
        assertThat(alerts()).isEqualTo("[]");
        visit(finding(Finding.Code.CERTIFICATE));
        visit(finding(Finding.Code.CERTIFICATE));
        assertThat(home.alert("site-certificate")).isEqualTo("because of CERTIFICATE");
    }

    @Test
    void theStateIsWhatWasFoundLast() {
        assertThat(site.state().last()).isNull();
        visit(new Probe(null, 40, NOW.plusSeconds(9)));
        visit(finding(Finding.Code.DOWN));
        assertThat(site.state())
                .isEqualTo(new Overview.Site(
                        URI.create("https://prep.example/"),
                        2,
                        1,
                        new Overview.LastProbe(NOW, "site-down", "because of DOWN", 0, null)));
    }

    @Test
    void bytesAreFoundInThePackagesAndInTheReleasesThatStillStand() throws Exception {
        home.arrive(Kind.SITE, 2, Map.of("index.html", "two", "a.json", "[1]"));
        visit(GOOD);
        Origins known = Objects.requireNonNull(origins);
        assertThat(known.of("index.html", digest("one"))).contains("sequence 1, cut 2024-06-02T20:01:00-07:00");
        assertThat(known.of("a.json", digest("one"))).isEmpty();
        assertThat(known.of("index.html", digest("three"))).isEmpty();
        Path notice = Files.createDirectories(home.home.releases().resolve("simulacro/notice-aa"));
        Files.writeString(notice.resolve("index.html"), "three");
        assertThat(known.of("index.html", digest("three"))).contains("the release simulacro/notice-aa");
        assertThat(known.of("b.json", digest("three"))).isEmpty();
    }

    private DeskSite visitedBy(Visiting visitor, Publisher publisher) {
        return new DeskSite(
                URI.create("https://prep.example/"),
                visitor,
                () -> "pel",
                home.home,
                publisher,
                home.archive,
                home.alerts,
                new SettableClock(NOW));
    }

    @Test
    void beforeAnythingIsLiveNobodyVisits() throws Exception {
        DeskSite none = visitedBy(
                (given, turn, known) -> {
                    throw new AssertionError("visited");
                },
                new Publisher(home.home, home.disk, home.root, 8, false));
        assertThat(none.visit(false, true)).isEqualTo(VisitedSite.Said.NOTHING);
        assertThat(home.archive.probes().hours(HOUR)).isEmpty();
    }

    @Test
    void aVisitThatIsInterruptedSaysNothingAndStaysInterrupted() throws Exception {
        DeskSite interrupted = visitedBy(
                (given, turn, known) -> {
                    throw new InterruptedException();
                },
                home.publisher());
        assertThat(interrupted.visit(false, true)).isEqualTo(VisitedSite.Said.NOTHING);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(home.archive.probes().hours(HOUR)).isEmpty();
    }

    @Test
    void everyFindingHasItsWordsInBothLanguages() {
        for (Finding.Code code : Finding.Code.values()) {
            for (Locale locale : List.of(Locale.ROOT, new Locale("es"))) {
                AlertTexts texts = AlertTexts.of(locale);
                assertThat(texts.title(code.code())).isNotEqualTo(code.code());
                assertThat(texts.cure(code.code())).isNotEmpty();
            }
        }
    }

    private static Digest digest(String text) {
        return Digest.ofContent(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void onlyFilesThatAReleaseServedAreLookedInto() throws Exception {
        visit(GOOD);
        Origins known = Objects.requireNonNull(origins);
        Path release = Files.createDirectories(home.home.releases().resolve("simulacro/notice-aa"));
        Files.writeString(release.resolve("a.html"), "three");
        Files.createSymbolicLink(release.resolve("link.html"), release.resolve("a.html"));
        assertThat(known.of("a.html", digest("three"))).isPresent();
        assertThat(known.of("link.html", digest("three"))).as("a link").isEmpty();
        assertThat(known.of("notice-aa/a.html", digest("three")))
                .as("a folder of releases")
                .isEmpty();
        byte[] large = new byte[(4 << 20) + 1];
        Files.write(release.resolve("large.html"), large);
        assertThat(known.of("large.html", Digest.ofContent(large)))
                .as("larger than any page")
                .isEmpty();
    }
}
