package mx.difusor.agent.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Packages;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an uploader reads under {@code /acuses}. */
class ReceiptBoxTest {

    private static final Instant AT = Instant.parse("2024-06-03T03:00:00.123Z");

    @TempDir
    Path folder;

    private final LocalDisk disk = new LocalDisk();
    private Home home = new Home(Path.of("unset"));
    private ReceiptBox box = new ReceiptBox(home, disk);

    @BeforeEach
    void prepare() throws Exception {
        home = new Home(folder);
        home.prepare(disk);
        box = new ReceiptBox(home, disk);
    }

    private static Receipt receipt(String name, int content, Instant decidedAt) {
        return receipt(name, content, Receipt.Outcome.ACCEPTED, AT, decidedAt);
    }

    private static Receipt receipt(
            String name, int content, Receipt.Outcome outcome, Instant receivedAt, Instant decidedAt) {
        return new Receipt(
                "iee",
                name,
                Digest.ofContent(new byte[] {(byte) content}),
                1,
                outcome,
                null,
                Receipt.Contents.of(Packages.data(1).manifest()),
                List.of(),
                Receipt.Publication.HELD,
                receivedAt,
                decidedAt,
                null,
                List.of());
    }

    private Path file(String name) {
        return home.receipts().resolve("iee").resolve(name + ".json");
    }

    private Receipt told(String name) throws IOException {
        return Json.receipt(Files.readAllBytes(file(name)));
    }

    private Object inode(String name) throws IOException {
        return Files.readAttributes(file(name), BasicFileAttributes.class).fileKey();
    }

    @Test
    void anOlderWordAboutTheSameDecisionIsCorrected() throws Exception {
        Receipt held = receipt("p.zip", 1, AT);
        box.put(held, true);
        Receipt live = held.published(Receipt.Publication.LIVE, AT.plusSeconds(9));
        box.correct(live);
        assertThat(told("p.zip")).isEqualTo(live);
    }

    @Test
    void aWordAboutAnotherDecisionStays() throws Exception {
        Receipt newer = receipt("p.zip", 1, AT);
        box.put(newer, true);
        box.correct(receipt("p.zip", 1, AT.minusSeconds(60)));
        assertThat(told("p.zip")).as("the same bytes, decided before").isEqualTo(newer);
        box.correct(receipt("p.zip", 2, AT));
        assertThat(told("p.zip")).as("other bytes, decided then").isEqualTo(newer);
    }

    private static Receipt came(int content, int receivedSeconds, int decidedSeconds) {
        return receipt(
                "p.zip",
                content,
                Receipt.Outcome.ACCEPTED,
                AT.plusSeconds(receivedSeconds),
                AT.plusSeconds(decidedSeconds));
    }

    @Test
    void theNewestIsTheOneThatWasReceivedLastAndOfOneInstantTheOneThatWasDecidedLast() throws Exception {
        box.put(came(2, 60, 61), true);
        box.put(came(1, 0, 90), true);
        assertThat(told("p.zip")).as("received before").isEqualTo(came(2, 60, 61));
        box.put(came(3, 60, 91), true);
        assertThat(told("p.zip")).as("received then, decided later").isEqualTo(came(3, 60, 91));
        box.put(came(2, 60, 61).published(Receipt.Publication.LIVE, AT), false);
        assertThat(told("p.zip")).as("a later word about the older one").isEqualTo(came(3, 60, 91));
        box.put(came(4, 60, 92), false);
        assertThat(told("p.zip")).as("one that came late").isEqualTo(came(4, 60, 92));
    }

    @Test
    void whatWasDecidedLaterThanNowIsOfAClockThatWasPutBack() throws Exception {
        box.put(came(1, 60, 61), true);
        box.put(came(2, 0, 60), true);
        assertThat(told("p.zip")).isEqualTo(came(2, 0, 60));
        box.put(came(3, -1, 60), true);
        assertThat(told("p.zip")).as("by the same clock").isEqualTo(came(2, 0, 60));
    }

    @Test
    void aRepetitionIsNoNewerPackageButARefusalIs() throws Exception {
        Receipt live = came(1, 0, 1).published(Receipt.Publication.LIVE, AT);
        box.put(receipt("p.zip", 1, Receipt.Outcome.DUPLICATE, AT.plusSeconds(60), AT.plusSeconds(61)), true);
        Receipt refused = receipt("p.zip", 1, Receipt.Outcome.REJECTED, AT.minusSeconds(9), AT.minusSeconds(9));
        box.correct(refused);
        assertThat(told("p.zip").outcome()).as("an earlier refusal").isEqualTo(Receipt.Outcome.DUPLICATE);
        box.put(live, false);
        assertThat(told("p.zip")).isEqualTo(live);
        Receipt later = receipt("p.zip", 1, Receipt.Outcome.REJECTED, AT.plusSeconds(60), AT.plusSeconds(61));
        box.put(later, true);
        box.put(live, false);
        assertThat(told("p.zip")).isEqualTo(later);
    }

    @Test
    void whatIsNoReceiptIsReplaced() throws Exception {
        box.put(came(1, 0, 1), true);
        Files.writeString(file("p.zip"), "half");
        box.correct(came(1, 0, 1));
        assertThat(file("p.zip")).hasContent("half");
        box.put(came(1, 0, 1), false);
        assertThat(told("p.zip")).isEqualTo(came(1, 0, 1));
    }

    @Test
    void whatIsRightAlreadyIsNotWrittenAgainAndWhatIsGoneStaysGone() throws Exception {
        Receipt told = receipt("p.zip", 1, AT);
        box.put(told, true);
        Object before = inode("p.zip");
        box.correct(told);
        assertThat(inode("p.zip")).isEqualTo(before);
        box.correct(receipt("gone.zip", 1, AT));
        assertThat(file("gone.zip")).doesNotExist();
    }

    /** Looked at once in a hundred receipts. */
    @Test
    void onlySoManyReceiptsAreKeptTheOldestGoFirst() throws Exception {
        Path uploader = Files.createDirectories(home.receipts().resolve("iee"));
        for (int i = 0; i < ReceiptBox.LIMIT - 100 + 3; i++) {
            Files.createFile(uploader.resolve("before-" + i + ".json"));
        }
        for (int old : List.of(17, 4_000, 9_000)) {
            Files.setLastModifiedTime(uploader.resolve("before-" + old + ".json"), FileTime.from(AT));
        }
        for (int i = 1; i < 100; i++) {
            box.put(receipt("p" + i + ".zip", 1, AT), true);
        }
        assertThat(count(uploader)).isEqualTo(ReceiptBox.LIMIT + 2);
        box.put(receipt("p100.zip", 1, AT), true);
        assertThat(count(uploader)).isEqualTo(ReceiptBox.LIMIT);
        assertThat(uploader)
                .isDirectoryNotContaining("glob:**before-17.json")
                .isDirectoryNotContaining("glob:**before-4000.json")
                .isDirectoryNotContaining("glob:**before-9000.json");
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }
}
