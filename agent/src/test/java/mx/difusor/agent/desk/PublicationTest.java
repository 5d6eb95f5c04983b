package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.LiveState;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.publish.Release;
import org.junit.jupiter.api.Test;

/** The live root, the receipts and the alerts when a switch fails, when another event is published, after a start. */
class PublicationTest extends BreakableDesk {

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
        assertThat(publication().standing(one, Receipt.Publication.NONE)).isEqualTo(Receipt.Publication.HELD);

        clock.pass(Duration.ofMinutes(1));
        room().operator().activate("otro", "ana", "");
        assertThat(live().event()).isEqualTo("otro");
        assertThat(live().publishedAt()).isEqualTo(before.plusSeconds(60));
        assertThat(room().archive().receipt("otro", 1).orElseThrow().publication())
                .isEqualTo(Receipt.Publication.LIVE);
        assertThat(publication().standing(one, Receipt.Publication.NONE)).isEqualTo(Receipt.Publication.LIVE);
    }

    @Test
    void toActivateTheEventThatIsPublishedAlreadyLeavesThePageAlone() throws Exception {
        decide(pack(1));
        broken = Broken.ASKING;
        room().operator().activate("pel", "ana", "");
        assertThat(alerted()).isEmpty();
        assertThat(page()).isEqualTo("cut 1");
    }

    @Test
    void anEventThatCannotBeActivatedIsNotPublishedByTheNextStartEither() throws Exception {
        decide(pack(1));
        room().archive().close();
        assertThatThrownBy(() -> room().operator().activate("otro", "ana", "")).isInstanceOf(MachineException.class);
        assertThat(room().operator().event()).isEqualTo("pel");
        assertThat(room().home().activation()).doesNotExist();
    }

    @Test
    void thatTheSameCameAgainBeforeTheOpeningIsAnsweredWithHeld() throws Exception {
        moveTo(began.plusSeconds(100));
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
    void aReceiptThatCouldNotBeLaidOutIsWhenThatWorksAgain() throws Exception {
        Path folder = Objects.requireNonNull(acuse("p1.zip").getParent());
        disk.deleteTree(folder);
        Files.writeString(folder, "in the way");
        decide(pack(1));
        assertThat(page()).isEqualTo("cut 1");
        assertThat(alerted()).containsExactly("storage-failed");
        Files.delete(folder);
        clock.pass(Duration.ofMinutes(1));
        room().desk().tick();
        assertThat(acuse("p1.zip")).content().contains("\"publication\" : \"live\"");
        assertThat(receipt(1).liveAt()).isEqualTo(began);
        assertThat(alerted()).as("though no other package comes").isEmpty();
    }

    @Test
    void anIndexThatCanBeWrittenAgainIsNoAlert() throws Exception {
        room().operator().hold("ana", "");
        decide(pack(1));
        inTheIndex("CREATE TRIGGER full BEFORE UPDATE ON decision BEGIN SELECT RAISE(FAIL, 'made up'); END");
        room().operator().resume("ana", "");
        assertThat(alerted()).containsExactly("index-unusable");
        room().desk().tick();
        assertThat(alerted()).containsExactly("index-unusable");
        inTheIndex("DROP TRIGGER full");
        room().desk().tick();
        assertThat(alerted()).isEmpty();
        assertThat(receipt(1).publication()).isEqualTo(Receipt.Publication.LIVE);
    }

    @Test
    void aPageOfTheDifusorsThatCannotBeUsedIsNoAlertOnceACutIsShown() throws Exception {
        Files.createDirectories(room().home().pages().resolve("notice"));
        decide(pack(1));
        room().operator().noticeOn("vuelve", "ana", "");
        assertThat(alerted()).containsExactly("page-unusable");
        room().operator().noticeOff("ana", "");
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

    private void startWithTwins() throws Exception {
        precompress = true;
        moveTo(began.minusSeconds(3600));
    }

    private Release settled() {
        return Objects.requireNonNull(publisher().settled(), "still being written into");
    }

    @Test
    void twinsStandAfterEverySwitchAndTheReleaseIsGuardedFromThenOn() throws Exception {
        startWithTwins();
        Release waiting = settled();
        decide(pack(1));
        Release cut = settled();
        assertThat(cut).as("after a package").isNotSameAs(waiting);
        assertThat(publication().replace(cut)).isNotNull();
        assertThat(settled()).as("after a repair").isNotSameAs(cut);
        room().operator().noticeOn("", "ana", "");
        assertThat(settled()).as("after an order").isNotSameAs(cut);
    }

    @Test
    void twinsThatCannotBeWrittenAreAnAlertUntilTheyCan() throws Exception {
        startWithTwins();
        noTwins = true;
        decide(pack(1, withALargeFile()));
        assertThat(page()).isEqualTo("cut 1");
        assertThat(alerted()).containsExactly("precompress-failed");
        noTwins = false;
        decide(pack(2, withALargeFile()));
        assertThat(alerted()).isEmpty();
    }

    @Test
    void whoReadsAReceiptFindsItAsTheNewestThoughTwinsAreStillToCome() throws Exception {
        startWithTwins();
        List<Receipt> seen = new ArrayList<>();
        besideTwins = () -> seen.add(Objects.requireNonNull(tally.last()));
        decide(pack(1, withALargeFile()));
        assertThat(seen)
                .isNotEmpty()
                .allSatisfy(one -> assertThat(one.fields()).isEqualTo(receipt(1).fields()));
    }

    private Path withALargeFile() throws Exception {
        Path files = otherFiles();
        Files.writeString(files.resolve("large.json"), "[" + "1, ".repeat(50_000) + "1]");
        return files;
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
        room().operator().resume("ana", "");
        assertThat(publication().switches()).as("nothing to resume").isEqualTo(2);
        assertThat(room().home().history()).content().containsOnlyOnce("\"release\":\"pel/000001-");
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

    /** Nothing is left for the guard to look at, so that it would not ask again. */
    @Test
    void aRepairThatFailsHalfWayIsTriedAgainByItself() throws Exception {
        decide(pack(1));
        Release live = Objects.requireNonNull(publisher().settled());
        broken = Broken.HALF_WAY;
        assertThatThrownBy(() -> publication().replace(live)).isInstanceOf(MachineException.class);
        assertThat(publisher().settled()).isNull();
        broken = Broken.NOTHING;
        room().desk().tick();
        assertThat(publisher().settled()).isNotNull();
        assertThat(page()).isEqualTo("cut 1");
    }

    @Test
    void whatKeptAPageFromBeingShownIsNoAlertOnceOneIsShown() throws Exception {
        for (String code : List.of("waiting-page", "release-failed", "live-root-failed", "live-root-occupied")) {
            alerts.raise(code, "made up");
        }
        decide(pack(1));
        assertThat(alerted()).isEmpty();
    }

    @Test
    void anOrderThatThePageDoesNotFollowSaysSoUntilItDoes() throws Exception {
        decide(pack(1));
        decide(pack(2));
        broken = Broken.POINTING;
        room().operator().rollback(1, "ana", "a wrong number");
        assertThat(page()).isEqualTo("cut 2");
        assertThat(room().operator().pending()).contains("it is stuck; free it");
        broken = Broken.NOTHING;
        room().desk().tick();
        assertThat(page()).isEqualTo("cut 1");
        assertThat(room().operator().pending()).isEmpty();
    }

    @Test
    void aStartWhosePageDoesNotFollowSaysSoToo() throws Exception {
        decide(pack(1));
        broken = Broken.POINTING;
        Publication started = again(notice(began));
        assertThat(started.pending()).isEqualTo("it is stuck; free it");
    }

    @Test
    void beforeTheOpeningNoCutIsRolledBackTo() throws Exception {
        moveTo(began.plusSeconds(100));
        decide(pack(1));
        decide(pack(2));
        assertThatThrownBy(() -> room().operator().rollback(1, "ana", ""))
                .isInstanceOfSatisfying(Operator.RefusedException.class, e -> {
                    assertThat(e).hasMessageContaining("nothing of a cut is public before");
                    assertThat(e.cure()).contains("difusor publish hold");
                });
        assertThat(state()).isEqualTo(LiveState.WAITING);
        assertThat(room().home().hold()).doesNotExist();
        room().operator().hold("ana", "");
        clock.set(began.plusSeconds(100));
        room().desk().tick();
        assertThat(page()).as("the waiting page is held").contains("todavía no se publican");
        room().operator().rollback(1, "ana", "");
        assertThat(page()).isEqualTo("cut 1");
    }
}
