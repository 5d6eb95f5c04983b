package mx.difusor.agent.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.disk.LocalDisk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets the room that is left, and what makes room. */
class ReservationsTest {
    private static final Set<OpenOption> ANEW = Set.of(WRITE, CREATE, TRUNCATE_EXISTING);
    private static final int MAX_BYTES = 1_000;

    @TempDir
    Path home;

    private final MovingClock clock = new MovingClock();
    private final List<Offer> offers = new ArrayList<>();
    private final FakeSpace space = new FakeSpace();
    private Room room = new Room(MAX_BYTES, space);
    private final Visit visit = new Visit("iee", "203.0.113.7");
    private final Visit others = new Visit("other", "203.0.113.8");
    private Inbox iee = inbox("unset");
    private Inbox other = inbox("unset");

    @BeforeEach
    void open() throws IOException {
        iee = inbox("iee");
        other = inbox("other");
        iee.recover();
        other.recover();
    }

    private Inbox inbox(String uploader) {
        Inbox.Limits limits = new Inbox.Limits(Duration.ofMinutes(10), Duration.ofMillis(1));
        Path folder = home == null ? Path.of("unset") : home.resolve(uploader);
        return new Inbox(uploader, folder, limits, new LocalDisk(), clock, room, offers::add);
    }

    private UploadChannel start(String name, long announced) throws IOException {
        return iee.openForWriting(visit, name, ANEW, announced);
    }

    private void put(String name, int bytes) throws IOException {
        try (UploadChannel channel = start(name, -1)) {
            write(channel, bytes);
        }
    }

    private static void write(UploadChannel channel, int bytes) throws IOException {
        channel.write(ByteBuffer.wrap("x".repeat(bytes).getBytes(UTF_8)));
    }

    private void otherPut(int bytes) throws IOException {
        try (UploadChannel channel = other.openForWriting(others, "other.zip.part", ANEW, bytes)) {
            write(channel, bytes);
        }
        other.remove("other.zip.part");
    }

    private void assertOthersHave(int bytes) throws IOException {
        otherPut(bytes);
        assertThatThrownBy(() -> otherPut(bytes + 1))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("no space left here for other.zip.part")
                .hasMessageContaining(bytes + " are left of the archive's budget");
    }

    @Test
    void whatIsAnnouncedIsKeptForItsUploadUntilItCloses() throws IOException {
        space.budgetLeft = 100;
        UploadChannel first = start("prep.zip", 70);
        assertOthersHave(30);
        write(first, 60);
        assertOthersHave(30);
        write(first, 10);
        first.close();
        assertOthersHave(30); // undecided bytes count as if they were accepted
        iee.remove("prep.zip");
        assertOthersHave(100);
    }

    @Test
    void aReservationEndsWithTheSessionThatBreaksOff() throws IOException {
        space.budgetLeft = 100;
        UploadChannel first = start("prep.zip", 70);
        write(first, 10);
        first.breakOff();
        first.close();
        assertOthersHave(90);
    }

    @Test
    void anUploadThatAnnouncesNothingTakesWhatItWritesAndTheLastRoomGoesToOne() throws IOException {
        space.budgetLeft = 100;
        UploadChannel first = start("prep.zip", -1);
        write(first, 60);
        assertOthersHave(40);
        UploadChannel second = other.openForWriting(others, "second.zip", ANEW, -1);
        write(second, 40);
        assertThatThrownBy(() -> write(first, 1)).isInstanceOf(Refused.class).hasMessageContaining("0 are left");
        second.close();
        first.close();
    }

    @Test
    void aFullArchiveSaysSoAtTheOpeningAndTakesTheSignatureOfWhatIsThere() throws IOException {
        space.budgetLeft = 10;
        put("prep.zip", 10);
        assertThatThrownBy(() -> start("more.zip", -1))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("budget");
        assertThat(iee.names()).containsExactly("prep.zip");
        put(".prep.zip.p7s.part", 5);
        put("prep.zip.sha256", 5);
        iee.rename(".prep.zip.p7s.part", "prep.zip.p7s", false);
        iee.ended(visit);
        assertThat(offers).hasSize(1);
    }

    @Test
    void underASignaturesNameNoArchiveSlipsIn() throws IOException {
        Room large = new Room(4L << 20, space);
        space.budgetLeft = 10;
        Room.Share none = new Room.Share(0, 0);
        Reservations reservations = new Reservations("iee", new Shelf(), large, new LocalDisk(), clock);
        reservations.requireFile(UploadName.parse("prep.zip.p7s"), Bounds.SIDECAR_BYTES);
        large.settle("iee", none);
        assertThatThrownBy(() -> reservations.requireFile(UploadName.parse("prep.zip.p7s"), Bounds.SIDECAR_BYTES + 1))
                .isInstanceOf(Refused.class);
    }

    @Test
    void aSizeThatIsSetOnAnOpenFileIsAnnouncedToo() throws IOException {
        space.budgetLeft = 100;
        UploadChannel first = start("prep.zip", -1);
        iee.setSize(visit, "prep.zip", 70);
        assertOthersHave(30);
        assertThatThrownBy(() -> iee.setSize(visit, "prep.zip", 101)).isInstanceOf(Refused.class);
        first.close();
    }

    @Test
    void onTheDiskOnlyWhatIsNotWrittenYetIsKeptFree() throws IOException {
        space.diskLeft = 100;
        UploadChannel first = start("prep.zip", 70);
        write(first, 60);
        space.diskLeft = 40; // as the file system says once 60 are written
        iee.tick();
        otherPut(30);
        assertThatThrownBy(() -> otherPut(31))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("30 are left on the disk");
        first.close();
    }

    @Test
    void whatIsCutIsKeptFreeUntilItIsWrittenAgain() throws IOException {
        put("prep.zip", 60);
        space.diskLeft = 100; // as the file system says once they are cut
        UploadChannel anew = start("prep.zip", 60);
        iee.tick();
        otherPut(40);
        assertThatThrownBy(() -> otherPut(41))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("40 are left on the disk");
        anew.close();
    }

    @Test
    void whatIsDecidedNoLongerCounts() throws IOException {
        space.budgetLeft = 100;
        put("prep.zip", 70);
        put("prep.zip.p7s", 5);
        iee.ended(visit);
        Offer offer = offers.remove(0);
        var claimed = offer.claim().orElseThrow();
        assertOthersHave(25);
        offer.decided(Receipts.of(claimed, false), home.resolve("nowhere"));
        assertOthersHave(100);
    }

    @Test
    void anArchiveThatIsAnnouncedLargerThanAllRoomLeavesNothingBehind() throws IOException {
        space.budgetLeft = 100;
        put("old.zip.part", 50);
        clock.pass(Bounds.LEFTOVERS_SAFE.plusMillis(1));
        iee.ended(visit);
        assertThatThrownBy(() -> start("prep.zip", 101)).isInstanceOf(Refused.class);
        assertThat(iee.names()).as("what could not make room stays").containsExactly("old.zip.part");
    }

    @Test
    void theOldestLeftoversMakeRoomBeforeAnythingIsRefused() throws IOException {
        for (int i = 0; i < Bounds.MAX_PACKAGES_WAITING; i++) {
            put("prep-" + (char) ('a' + i) + ".zip.part", MAX_BYTES);
            clock.pass(Duration.ofSeconds(1));
        }
        iee.ended(visit);
        clock.pass(Bounds.LEFTOVERS_SAFE.minusSeconds(Bounds.MAX_PACKAGES_WAITING));
        assertThatThrownBy(() -> start("next.zip", 1)).as("not yet").hasMessageContaining("undecided");
        clock.pass(Duration.ofSeconds(2));

        start("next.zip", MAX_BYTES).close();

        assertThat(iee.names()).doesNotContain("prep-a.zip.part").contains("prep-b.zip.part", "next.zip");
        assertThat(home.resolve("iee/prep-a.zip.part")).doesNotExist();
    }

    @Test
    void leftoversMakeRoomInTheBudgetToo() throws IOException {
        space.budgetLeft = 100;
        put("old.zip.part", 50);
        iee.ended(visit);
        clock.pass(Bounds.LEFTOVERS_SAFE.plusMillis(1));
        put("prep.zip", 100);
        assertThat(iee.names()).containsExactly("prep.zip");
    }

    @Test
    void whatASessionHasOpenOrWaitsForItsVerdictNeverMakesRoom() throws IOException {
        space.budgetLeft = 100;
        put("mine.zip.part", 30);
        clock.pass(Bounds.LEFTOVERS_SAFE.plusMillis(1));
        assertThatThrownBy(() -> start("prep.zip", 71))
                .as("its session is open")
                .isInstanceOf(Refused.class);
        iee.ended(visit);
        Visit later = new Visit("iee", "203.0.113.7");
        UploadChannel open = iee.openForWriting(later, "mine.zip.part", Set.of(WRITE), -1);
        clock.pass(Bounds.LEFTOVERS_SAFE.plusMillis(1));
        later.end();
        assertThatThrownBy(() -> start("prep.zip", 71)).as("a handle is open").isInstanceOf(Refused.class);
        open.close();
        iee.remove("mine.zip.part");

        put("whole.zip", 30);
        put("whole.zip.p7s", 1);
        iee.ended(visit);
        offers.remove(0).leave();
        clock.pass(Bounds.LEFTOVERS_SAFE.plusMillis(1));
        assertThatThrownBy(() -> start("prep.zip", 71)).isInstanceOf(Refused.class);
        assertThat(iee.names()).containsExactly("whole.zip", "whole.zip.p7s");
    }

    @Test
    void onlySoManyBytesMayWaitUndecided() throws IOException {
        for (int i = 0; i < Bounds.MAX_PACKAGES_WAITING; i++) {
            put("prep-" + i + ".zip.part", MAX_BYTES);
        }
        assertThatThrownBy(() -> start("one-more.zip", -1))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("undecided");
        iee.remove("prep-0.zip.part");
        put("one-more.zip", 1);
    }

    @Test
    void ofAllUploadersOnlySoManyBytesMayWaitButOnePackageOfEachAlwaysMay() throws IOException {
        long all = (long) Bounds.MAX_PACKAGES_WAITING_IN_ALL * MAX_BYTES;
        room.settle("third", new Room.Share(all, all));
        put("prep-0.zip.part", MAX_BYTES);
        assertThatThrownBy(() -> start("one-more.zip", -1))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("all uploaders");
        room.settle("third", new Room.Share(0, all - MAX_BYTES - 1));
        put("one-more.zip", 1);
    }

    @Test
    void onlySoManyFilesMayWaitUndecidedAndTheOldestLeftoverMakesRoom() throws IOException {
        for (int i = 0; i < Bounds.MAX_FILES; i++) {
            put("prep-" + i + ".zip.part", 0);
            clock.pass(Duration.ofMillis(1));
        }
        assertThatThrownBy(() -> put("one-more.zip", 1))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("1000");
        iee.ended(visit);
        clock.pass(Bounds.LEFTOVERS_SAFE);
        put("one-more.zip", 1);
        assertThat(iee.names()).hasSize(Bounds.MAX_FILES).doesNotContain("prep-0.zip.part");
    }

    @Test
    void anArchiveOrASignatureThatIsAloneMakesRoom() throws IOException {
        space.budgetLeft = 100;
        put("alone.zip", 30);
        iee.ended(visit);
        clock.pass(Bounds.LEFTOVERS_SAFE.plusMillis(1));
        start("prep.zip", 71).close();
        assertThat(iee.names()).containsExactly("prep.zip");
        iee.remove("prep.zip");

        put("gone.zip.p7s", 30);
        iee.ended(visit);
        clock.pass(Bounds.LEFTOVERS_SAFE.plusMillis(1));
        start("prep.zip", 71).close();
        assertThat(iee.names()).containsExactly("prep.zip");
    }

    @Test
    void whatIsReplacedOrLeftByAnEarlierRunCountsAtOnce() throws IOException {
        space.budgetLeft = 100;
        put("a.zip.part", 60);
        put("b.zip.part", 20);
        iee.rename("a.zip.part", "b.zip.part", true);
        assertOthersHave(40);

        room = new Room(MAX_BYTES, space);
        open();
        assertOthersHave(40);
    }

    @Test
    void leftoversAreDeletedAfterADay() throws IOException {
        put("orphan.zip.p7s", 9);
        put("never.zip.part", 4);
        clock.pass(Bounds.LEFTOVERS_KEPT);
        iee.tick();
        assertThat(iee.names()).hasSize(2);

        clock.pass(Duration.ofMillis(1));
        iee.tick();
        assertThat(iee.names()).isEmpty();
        assertThat(home.resolve("iee/never.zip.part")).doesNotExist();
        assertThat(Files.exists(home.resolve("iee"))).isTrue();
    }

    private UploadChannel goOn(String name) throws IOException {
        return iee.openForWriting(visit, name, Set.of(WRITE), -1);
    }

    @Test
    void whatWasPromisedToAnUploadEndsWithItsLastHandle() throws IOException {
        space.diskLeft = 1_000;
        start("a.zip", 900).close();
        start("b.zip", 900).close();
        try (UploadChannel a = goOn("a.zip");
                UploadChannel b = goOn("b.zip")) {
            write(a, 900);
            space.diskLeft = 100; // as the file system says then
            assertThatThrownBy(() -> write(b, 900))
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining("100 are left on the disk");
        }
    }

    @Test
    void whatOneHandleAnnouncedHoldsForAnotherThatIsOpenedMeanwhile() throws IOException {
        space.budgetLeft = 100;
        try (UploadChannel first = start("prep.zip", 70);
                UploadChannel second = goOn("prep.zip")) {
            assertThat(first.upload()).isSameAs(second.upload());
            assertOthersHave(30);
        }
    }

    @Test
    void aSizeThatIsSetWhereNobodyWritesPromisesNothing() throws IOException {
        space.budgetLeft = 100;
        start("prep.zip", -1).close();
        iee.setSize(visit, "prep.zip", 70);
        assertOthersHave(100);
    }

    @Test
    void leftoversMakeRoomOnTheDiskToo() throws IOException {
        put("older.zip.part", 20);
        clock.pass(Duration.ofSeconds(1));
        put("old.zip.part", 30);
        iee.ended(visit);
        clock.pass(Bounds.LEFTOVERS_SAFE.plusMillis(1));
        space.diskLeft = 0;
        assertThatThrownBy(() -> start("prep.zip", 51)).hasMessageContaining("0 are left on the disk");
        assertThat(iee.names()).hasSize(2);

        try (UploadChannel channel = start("prep.zip", -1)) {
            assertThat(iee.names()).containsExactly("old.zip.part", "prep.zip");
            space.diskLeft = 20; // as the file system says once they are gone
            write(channel, 20);
        }
    }

    @Test
    void theMarginThatUploadsAreShortOfAlreadyIsNotMadeUpByLeftovers() throws IOException {
        put("old.zip.part", 30);
        iee.ended(visit);
        clock.pass(Bounds.LEFTOVERS_SAFE.plusMillis(1));
        space.diskLeft = -30;
        assertThatThrownBy(() -> start("prep.zip", -1)).hasMessageContaining("0 are left on the disk");
        assertThat(iee.names()).containsExactly("old.zip.part");
    }

    @Test
    void theSignatureOfAnArchiveThatIsHereMayUseALittleOfTheDisksMargin() throws IOException {
        put("prep.zip", 10);
        space.diskLeft = 0;
        assertThatThrownBy(() -> put("other.zip.p7s", 5)).hasMessageContaining("on the disk");
        assertThatThrownBy(() -> put("more.zip", 5)).hasMessageContaining("on the disk");
        put("prep.zip.p7s", 5);
        put(".in.prep.zip.sha256", 5);
        offers.remove(0).leave();
        space.diskLeft = 4 - Bounds.SIDECARS_MARGIN_BYTES;
        assertThatThrownBy(() -> put("prep.zip.asc", 5)).hasMessageContaining("4 are left on the disk");
        offers.remove(0).leave();
        put("prep.zip.sig", 4);
        iee.ended(visit);
        assertThat(offers).isNotEmpty();
    }
}
