package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.LiveState;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.publish.LiveRoot;
import mx.difusor.agent.publish.Release;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The live root, the receipts and the alerts when a switch fails, when another event is published, after a start. */
class PublicationTest extends OneDesk {

    /** What the live root refuses. */
    private enum Broken {
        NOTHING,
        ASKING,
        POINTING
    }

    private Broken broken = Broken.NOTHING;
    private long nanos;
    private long brokenNanos;

    @Override
    Map<String, Event> events(Event pel) {
        Event other = new Event("otro", false, pel.opens(), pel.closes(), null, pel.cadence(), pel.missedPeriods());
        return Map.of("pel", pel, "otro", other);
    }

    @Override
    long nanos() {
        return nanos;
    }

    @Override
    LiveRoot liveRoot(Home home) {
        LiveRoot real = super.liveRoot(home);
        return new LiveRoot() {
            private void require(Broken refused) throws MachineException {
                if (broken == refused) {
                    nanos += brokenNanos;
                    throw new MachineException("live-root-failed", "it is stuck", "free it", null);
                }
            }

            @Override
            public Optional<Path> target() throws MachineException {
                require(Broken.ASKING);
                return real.target();
            }

            @Override
            public void pointAt(Path release) throws MachineException {
                require(Broken.POINTING);
                real.pointAt(release);
            }

            @Override
            public void settle() throws MachineException {
                real.settle();
            }
        };
    }

    private List<String> alerted() {
        return alerts.active().stream().map(Alert::code).toList();
    }

    private Publication publication() {
        return room().publication();
    }

    private Overview.Live live() {
        return Objects.requireNonNull(publication().live());
    }

    private Path acuse(String name) {
        return room().home().receipts().resolve("iee/" + name + ".json");
    }

    private Receipt receipt(int sequence) throws Exception {
        return room().archive().receipt("pel", sequence).orElseThrow();
    }

    /** As after a start, on the same home. */
    private Publication again(Operator.@Nullable Notice notice) throws MachineException {
        Publication started =
                publication(room().home(), room().archive(), publication().event(), SteadyClock.trusting(clock));
        started.open(null, notice);
        return started;
    }

    private static Operator.Notice notice(Instant at) {
        return new Operator.Notice("ana", "agua", at, "vuelve");
    }

    @Test
    void aPackageOfAnotherEventIsHeldUntilThatOneIsPublished() throws Exception {
        decide(pack(1));
        Instant before = Objects.requireNonNull(live().publishedAt());
        Receipt held = decide(pack("otro", 1, otherFiles()));
        assertThat(held.publication()).isEqualTo(Receipt.Publication.HELD);
        assertThat(room().archive().receipt("otro", 1).orElseThrow().publication())
                .isEqualTo(Receipt.Publication.HELD);
        assertThat(acuse("p1.zip")).content().contains("\"publication\" : \"held\"");
        assertThat(live().event()).isEqualTo("pel");
        AcceptedPackage one = room().archive().history("otro").get(1).orElseThrow();
        assertThat(publication().standing(one)).isEqualTo(Receipt.Publication.HELD);

        clock.pass(Duration.ofMinutes(1));
        room().operator().activate("otro", "ana", "");
        assertThat(live().event()).isEqualTo("otro");
        assertThat(live().publishedAt()).isEqualTo(before.plusSeconds(60));
        assertThat(room().archive().receipt("otro", 1).orElseThrow().publication())
                .isEqualTo(Receipt.Publication.LIVE);
        assertThat(publication().standing(one)).isEqualTo(Receipt.Publication.LIVE);
    }

    @Test
    void thatTheSameCameAgainBeforeTheOpeningIsAnsweredWithHeld() throws Exception {
        Room early = room();
        room = start(began.plusSeconds(100));
        early.desk().close();
        early.archive().close();
        var one = pack(1);
        assertThat(decide(one).publication()).isEqualTo(Receipt.Publication.HELD);
        assertThat(receipt(1).publication()).isEqualTo(Receipt.Publication.HELD);
        Receipt again = decide(one);
        assertThat(again.outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        assertThat(again.publication()).isEqualTo(Receipt.Publication.HELD);
        assertThat(publication().shownSequence()).isNull();
    }

    @Test
    void aSwitchThatFailsIsToldAndTriedAgainAndNothingIsHeldOrLiveMeanwhile() throws Exception {
        decide(pack(1));
        broken = Broken.POINTING;
        Receipt second = decide(pack(2));
        assertThat(second.outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(second.publication()).isEqualTo(Receipt.Publication.NONE);
        assertThat(page()).isEqualTo("cut 1");
        assertThat(acuse("p2.zip")).content().contains("\"publication\" : \"none\"");
        assertThat(alerted()).containsExactly("live-root-failed");
        broken = Broken.NOTHING;
        room().desk().tick();
        assertThat(page()).isEqualTo("cut 2");
        assertThat(acuse("p2.zip")).content().contains("\"publication\" : \"live\"");
        assertThat(alerted()).isEmpty();
        assertThat(receipt(2).publication()).isEqualTo(Receipt.Publication.LIVE);
        assertThat(receipt(1).publication()).isEqualTo(Receipt.Publication.LIVE);
    }

    @Test
    void whatFailedIsTriedAgainThoughByNowNothingElseIsWanted() throws Exception {
        decide(pack(1));
        broken = Broken.ASKING;
        room().operator().noticeOn("vuelve", "ana", "");
        room().operator().noticeOff("ana", "");
        assertThat(alerted()).containsExactly("live-root-failed");
        broken = Broken.NOTHING;
        room().desk().tick();
        assertThat(alerted()).isEmpty();
    }

    @Test
    void afterATryThatTookLongTheDecidingThreadHasTimeForOtherThings() throws Exception {
        decide(pack(1));
        broken = Broken.POINTING;
        brokenNanos = 2 * Rest.LONG_NANOS;
        decide(pack(2));
        broken = Broken.NOTHING;
        room().desk().tick();
        assertThat(page()).isEqualTo("cut 1");
        nanos += Rest.TIMES * brokenNanos;
        room().desk().tick();
        assertThat(page()).isEqualTo("cut 2");
    }

    @Test
    void aReceiptThatCouldNotBeLaidOutIsWhenThatWorksAgain() throws Exception {
        Path folder = acuse("p1.zip").getParent();
        disk.deleteTree(folder);
        Files.writeString(folder, "in the way");
        decide(pack(1));
        assertThat(page()).isEqualTo("cut 1");
        assertThat(alerted()).containsExactly("storage-failed");
        Files.delete(folder);
        room().desk().tick();
        assertThat(acuse("p1.zip")).content().contains("\"publication\" : \"live\"");
        decide(pack(2));
        assertThat(alerted()).isEmpty();
    }

    @Test
    void underTheOperatorsOwnNoticeTheCutBeneathCanBeHeld() throws Exception {
        decide(pack(1));
        room().operator().noticeOn("", "ana", "");
        assertThat(publication().showsInterruption()).isFalse();
        room().operator().hold("ana", "");
        assertThat(state()).isEqualTo(LiveState.NOTICE);
        assertThat(publication().hold()).isNotNull();
    }

    @Test
    void aStartMakesNoCutYounger() throws Exception {
        decide(pack(1));
        clock.pass(Duration.ofMinutes(1));
        decide(pack(2));
        Instant at = Objects.requireNonNull(live().publishedAt());
        assertThat(at).isEqualTo(began.plusSeconds(60));
        clock.pass(Duration.ofMinutes(1));
        room().desk().tick();
        assertThat(live().publishedAt()).isEqualTo(at);
        assertThat(Objects.requireNonNull(again(null).live()).publishedAt()).isEqualTo(at);
        Files.delete(room().home().root().resolve("live"));
        assertThat(Objects.requireNonNull(again(null).live()).publishedAt())
                .as("also where the live root has to be made again")
                .isEqualTo(at);
    }

    @Test
    void aStartThatCannotSwitchKeepsTheOldPageAndTriesAgain() throws Exception {
        decide(pack(1));
        broken = Broken.POINTING;
        Publication started = again(notice(began));
        assertThat(alerted()).containsExactly("live-root-failed");
        assertThat(page()).isEqualTo("cut 1");
        broken = Broken.NOTHING;
        started.tick();
        assertThat(alerted()).isEmpty();
        assertThat(page()).contains("vuelve");
    }

    @Test
    void aStartThatHasNothingToShowFails() throws Exception {
        Files.delete(room().home().root().resolve("live"));
        broken = Broken.POINTING;
        assertThatThrownBy(() -> again(null)).isInstanceOf(MachineException.class);
    }

    @Test
    void whatWasKeptBeforeACrashIsPublishedAndAnsweredByTheStart() throws Exception {
        decide(pack(1));
        broken = Broken.POINTING;
        decide(pack(2));
        broken = Broken.NOTHING;
        again(null);
        assertThat(page()).isEqualTo("cut 2");
        assertThat(receipt(2).publication()).isEqualTo(Receipt.Publication.LIVE);
        assertThat(acuse("p2.zip")).content().contains("\"publication\" : \"live\"");
    }

    @Test
    void twinsStandAfterEverySwitchAndTheReleaseIsGuardedFromThenOn() throws Exception {
        precompress = true;
        Publication started = again(null);
        assertThat(publisher().settled()).as("after a start").isNotNull();
        decideWith(started);
        started.notice(notice(began));
        Release shown = publisher().settled();
        assertThat(shown).as("after an order").isNotNull();
        assertThat(started.replace(Objects.requireNonNull(shown))).isNotNull();
        assertThat(publisher().settled()).as("after a repair").isNotNull().isNotSameAs(shown);
    }

    private void decideWith(Publication started) throws Exception {
        decide(pack(1));
        AcceptedPackage one = room().archive().history("pel").get(1).orElseThrow();
        started.accepted(one, receipt(1), folder.resolve("gone"));
        assertThat(publisher().settled()).as("after a package").isNotNull();
    }

    @Test
    void theLogTellsWhatThePublicSees() throws Exception {
        decide(pack(1));
        assertThat(Files.readAllLines(room().home().history()))
                .filteredOn(line -> line.contains("\"what\":\"published\""))
                .satisfiesExactly(
                        line -> assertThat(line).contains("\"sequence\":null,\"cut\":null,\"release\":\"pel/waiting-"),
                        line -> assertThat(line)
                                .contains(
                                        "\"event\":\"pel\",\"sequence\":1,\"cut\":\"2024-06-02T20:01:00-07:00\"",
                                        "\"tree\":\"" + live().tree().hex() + "\""));
        assertThat(publication().switches()).isEqualTo(2);
        room().desk().tick();
        assertThat(publication().switches()).isEqualTo(2);
    }

    @Test
    void aRootThatPointsWhereItShallIsLeftAlone() throws Exception {
        decide(pack(1));
        assertThat(publication().pointBack()).isNull();
        Path root = room().home().root().resolve("live");
        Files.delete(root);
        Files.createSymbolicLink(root, folder);
        assertThat(publication().pointBack()).isEqualTo("the live root pointed at " + folder);
        assertThat(page()).isEqualTo("cut 1");
    }
}
