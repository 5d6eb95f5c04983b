package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.Test;

/** What the receipts of accepted packages say became of them, and that it is written no more often than it changes. */
class OutcomesTest extends BreakableDesk {

    /** Each writing makes another file. */
    private static Object file(Path path) throws Exception {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    @Test
    void whatWasNotPublicYetIsNotToldByTheSequencesOfAnotherEvent() throws Exception {
        decide(pack("otro", 5, otherFiles()));
        broken = Broken.POINTING;
        assertThat(decide(pack(1)).publication()).isEqualTo(Receipt.Publication.NONE);
        broken = Broken.NOTHING;
        room().operator().activate("otro", "ana", "");
        assertThat(live().event()).isEqualTo("otro");
        assertThat(receipt(1).publication()).isEqualTo(Receipt.Publication.NONE);
    }

    @Test
    void aLatePackageIsNotToldAsSupersededWhileThePageDoesNotHaveItYet() throws Exception {
        decide(pack(2));
        broken = Broken.ASKING;
        assertThat(decide(pack(1)).publication()).isEqualTo(Receipt.Publication.NONE);
        broken = Broken.NOTHING;
        room().desk().tick();
        assertThat(receipt(1).publication()).isEqualTo(Receipt.Publication.SUPERSEDED);
    }

    @Test
    void whatWasToldIsNotWrittenAgain() throws Exception {
        moveTo(began.plusSeconds(100));
        decide(pack(1));
        Object told = file(acuse("p1.zip"));
        assertThat(receipt(1).publication()).isEqualTo(Receipt.Publication.HELD);
        decide(pack(2));
        assertThat(receipt(2).publication()).isEqualTo(Receipt.Publication.HELD);
        assertThat(file(acuse("p1.zip"))).isEqualTo(told);
    }

    @Test
    void whatNoneIsToldOfIsWrittenEachTimeUntilItIsKnown() throws Exception {
        broken = Broken.POINTING;
        decide(pack(1));
        Files.delete(acuse("p1.zip"));
        decide(pack(2));
        assertThat(acuse("p1.zip")).content().contains("\"publication\" : \"none\"");
    }

    @Test
    void whatNoneIsToldOfIsNotWrittenEachSecond() throws Exception {
        decide(pack(1));
        broken = Broken.POINTING;
        decide(pack(2));
        decide(pack(3));
        Object second = file(acuse("p2.zip"));
        Object third = file(acuse("p3.zip"));
        room().desk().tick();
        room().desk().tick();
        assertThat(file(acuse("p2.zip"))).isEqualTo(second);
        assertThat(file(acuse("p3.zip"))).isEqualTo(third);
        broken = Broken.NOTHING;
        room().desk().tick();
        assertThat(acused("p2.zip")).contains("\"superseded\"");
        assertThat(acused("p3.zip")).contains("\"live\"");
    }

    private String acused(String name) throws Exception {
        return Files.readString(acuse(name));
    }

    @Test
    void underANameThatCameAgainTheNewestPackagesReceiptStaysWhateverBecomesOfTheOlderOne() throws Exception {
        decide(pack(5));
        room().operator().hold("ana", "");
        decide(named("prep.zip", pack(6), began.plusSeconds(1)));
        assertThat(acused("prep.zip")).contains("\"publication\" : \"held\"");
        Receipt newest = decide(named("prep.zip", pack(6, otherFiles()), began.plusSeconds(60)));
        assertThat(newest.outcome()).isEqualTo(Receipt.Outcome.REJECTED);
        String told = acused("prep.zip");
        assertThat(told).contains("sequence-conflict");
        room().operator().resume("ana", "");
        assertThat(receipt(6).publication()).isEqualTo(Receipt.Publication.LIVE);
        assertThat(acused("prep.zip")).isEqualTo(told);
    }

    /** The larger one takes longer to check. */
    @Test
    void underANameThatCameAgainTheNewestPackagesReceiptStaysThoughTheOlderOneIsDecidedLater() throws Exception {
        clock.set(began.plusSeconds(2));
        decide(named("prep.zip", pack(2), began.plusSeconds(1)));
        String told = acused("prep.zip");
        assertThat(decide(named("prep.zip", pack(1), began)).outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(acused("prep.zip")).isEqualTo(told);
        assertThat(receipt(1).publication()).isEqualTo(Receipt.Publication.SUPERSEDED);
    }

    @Test
    void noReceiptFromBeforeTheClockWasPutBackKeepsAPackageFromItsAnswer() throws Exception {
        clock.pass(Duration.ofDays(1));
        decide(named("prep.zip", pack(1), clock.instant()));
        clock.set(began);
        Receipt now = decide(named("prep.zip", pack(2), began));
        assertThat(acused("prep.zip"))
                .contains(Objects.requireNonNull(now.sha256()).hex());
    }

    @Test
    void theSameAgainIsToldWhatBecomesOfItLater() throws Exception {
        moveTo(began.plusSeconds(100));
        Candidate one = pack(1);
        decide(named("prep.zip", one, began));
        assertThat(decide(named("prep.zip", one, began.plusSeconds(9))).outcome())
                .isEqualTo(Receipt.Outcome.DUPLICATE);
        assertThat(acused("prep.zip")).contains("\"publication\" : \"held\"");
        clock.set(began.plusSeconds(100));
        room().desk().tick();
        assertThat(acused("prep.zip")).contains("\"publication\" : \"live\"");
    }

    /** Which is what {@code /status} tells as {@code last}. */
    private void assertTheNewestIs(Receipt told, Receipt.Publication how) {
        assertThat(told.publication()).isEqualTo(how);
        assertThat(Objects.requireNonNull(tally.last()).fields()).isEqualTo(told.fields());
    }

    @Test
    void theNewestReceiptFollowsWhatBecomesOfItsPackage() throws Exception {
        moveTo(began.plusSeconds(100));
        decide(pack(1));
        decide(pack(2));
        assertTheNewestIs(receipt(2), Receipt.Publication.HELD);
        clock.set(began.plusSeconds(100));
        room().desk().tick();
        assertThat(receipt(1).publication()).isEqualTo(Receipt.Publication.SUPERSEDED);
        assertTheNewestIs(receipt(2), Receipt.Publication.LIVE);
        room().operator().hold("ana", "");
        decide(pack("otro", 5, otherFiles()));
        assertTheNewestIs(room().archive().receipt("otro", 5).orElseThrow(), Receipt.Publication.HELD);
    }

    @Test
    void whatBecomesOfAnOlderPackageIsNotTheNewestReceipt() throws Exception {
        room().operator().hold("ana", "");
        decide(pack(1));
        Receipt refused = decide(pack(1, otherFiles()));
        assertThat(refused.outcome()).isEqualTo(Receipt.Outcome.REJECTED);
        room().operator().resume("ana", "");
        assertThat(receipt(1).publication()).isEqualTo(Receipt.Publication.LIVE);
        assertThat(tally.last()).isEqualTo(refused);
    }

    /** As a start does it: what the index has, and then what became of it. */
    @Test
    void afterAStartTheNewestReceiptFollowsToo() throws Exception {
        broken = Broken.POINTING;
        decide(pack(1));
        assertTheNewestIs(receipt(1), Receipt.Publication.NONE);
        broken = Broken.NOTHING;
        tally.remember(receipt(1));
        again(null);
        assertTheNewestIs(receipt(1), Receipt.Publication.LIVE);
    }

    /** Nothing can be written there until it is deleted. */
    private Path inTheWay() throws Exception {
        Path box = Objects.requireNonNull(acuse("p1.zip").getParent());
        return Files.writeString(box, "in the way");
    }

    @Test
    void aReceiptOfAnEventThatIsNotPublishedComesOnceItCanBeWritten() throws Exception {
        Path box = inTheWay();
        decide(pack("otro", 5, otherFiles()));
        assertThat(alerted()).containsExactly("storage-failed");
        room().desk().tick();
        Files.delete(box);
        room().desk().tick();
        assertThat(acused("p5.zip")).contains("\"publication\" : \"held\"");
        Object told = file(acuse("p5.zip"));
        decide(pack(1));
        assertThat(file(acuse("p5.zip"))).isEqualTo(told);
        assertThat(alerted()).isEmpty();
    }

    @Test
    void aReceiptComesThoughAnotherEventIsPublishedMeanwhile() throws Exception {
        Path box = inTheWay();
        decide(pack("otro", 5, otherFiles()));
        decide(pack(1));
        room().operator().activate("otro", "ana", "");
        assertThat(live().event()).isEqualTo("otro");
        Files.delete(box);
        room().desk().tick();
        assertThat(acused("p1.zip")).contains("\"publication\" : \"live\"");
        assertThat(acused("p5.zip")).contains("\"publication\" : \"live\"");
        assertThat(publication().delivered()).isTrue();
    }

    @Test
    void whatCouldNotBeToldAndIsNoLongerSoIsNotToldLater() throws Exception {
        moveTo(began.plusSeconds(100));
        decide(pack(1));
        Path box = Objects.requireNonNull(acuse("p1.zip").getParent());
        Files.move(box, folder.resolve("away"));
        inTheWay();
        clock.set(began.plusSeconds(100));
        room().desk().tick();
        assertThat(page()).isEqualTo("cut 1");
        assertThat(publication().delivered()).isFalse();
        room().operator().noticeOn("vuelve", "ana", "");
        assertThat(publication().delivered()).isTrue();
    }

    @Test
    void whatWasSupersededStaysSoWhenThePageGoesBackToIt() throws Exception {
        decide(pack(1));
        broken = Broken.POINTING;
        decide(pack(2));
        broken = Broken.NOTHING;
        decide(pack(3));
        assertThat(receipt(2).publication()).isEqualTo(Receipt.Publication.SUPERSEDED);
        room().operator().rollback(2, "ana", "");
        assertThat(page()).isEqualTo("cut 2");
        assertThat(receipt(2).publication()).isEqualTo(Receipt.Publication.SUPERSEDED);
    }

    private void assertTheNewerStays(Candidate first, Candidate other) throws Exception {
        Path box = inTheWay();
        decide(named("prep.zip", first, began));
        assertThat(publication().delivered()).isFalse();
        Files.delete(box);
        clock.pass(Duration.ofSeconds(5));
        Receipt newer = decide(named("prep.zip", other, clock.instant()));
        assertThat(newer.outcome()).isEqualTo(Receipt.Outcome.REJECTED);
        room().desk().tick();
        assertThat(publication().delivered()).isTrue();
        assertThat(acused("prep.zip")).contains("sequence-conflict");
    }

    @Test
    void whatCouldNotBeToldAtFirstDoesNotDisplaceWhatIsNewer() throws Exception {
        assertTheNewerStays(pack(1), pack(1, otherFiles()));
    }

    @Test
    void norDoesItOfAnotherEvent() throws Exception {
        Candidate first = pack("otro", 5, otherFiles());
        assertTheNewerStays(first, pack("otro", 5, Files.createTempDirectory(folder, "cut")));
    }

    @Test
    void aLatePackageThatAHeldPageDoesNotHaveIsHeldUntilThePageHasIt() throws Exception {
        decide(pack(1));
        decide(pack(3));
        room().operator().hold("ana", "");
        Candidate late = pack(2);
        assertThat(decide(late).publication()).isEqualTo(Receipt.Publication.HELD);
        assertThat(decide(late).publication()).as("sent again").isEqualTo(Receipt.Publication.HELD);
        assertThat(acused("p2.zip")).contains("\"publication\" : \"held\"");
        room().operator().resume("ana", "");
        assertThat(receipt(2).publication()).isEqualTo(Receipt.Publication.SUPERSEDED);
        assertThat(acused("p2.zip")).contains("\"publication\" : \"superseded\"");
        assertThat(decide(late).publication()).isEqualTo(Receipt.Publication.SUPERSEDED);
    }

    @Test
    void nothingOfAnActivatedEventIsPublicWhileThePageOfTheOtherOneIsUp() throws Exception {
        decide(pack("otro", 1, otherFiles()));
        decide(pack(1));
        decide(pack(2));
        broken = Broken.POINTING;
        room().operator().activate("otro", "ana", "");
        assertThat(page()).isEqualTo("cut 2");
        assertThat(decide(pack("otro", 1, otherFiles())).publication()).isEqualTo(Receipt.Publication.HELD);
    }
}
