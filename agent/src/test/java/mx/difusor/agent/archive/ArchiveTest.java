package mx.difusor.agent.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.HistoryHead;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Packages;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveTest {

    private static final Instant AT = Instant.parse("2024-06-03T03:00:00.123Z");

    @TempDir
    Path folder;

    private final Disk disk = new LocalDisk();
    private Home home = new Home(Path.of("unset"));
    private Archive archive = unset();

    @SuppressWarnings("NullAway") // set before each test
    private static Archive unset() {
        return null;
    }

    @BeforeEach
    void prepare() throws Exception {
        home = new Home(folder.resolve("home"));
        home.prepare(disk);
        archive = open();
    }

    @AfterEach
    void close() throws Exception {
        archive.close();
    }

    /** In these tests the archive file's text is the sequence of its package. */
    private Archive open() throws MachineException {
        return Archive.open(home, disk, 1_000_000, file -> manifest(Integer.parseInt(Files.readString(file))));
    }

    private static Manifest manifest(int sequence) {
        return Packages.data(sequence)
                .file("a.json", "content " + sequence)
                .remove("b.json")
                .manifest();
    }

    private Candidate candidate(String name, String text) throws IOException {
        Path claimed = Files.createDirectories(folder.resolve("claimed-" + name));
        Path file = Files.writeString(claimed.resolve(name), text);
        Path signature = Files.writeString(claimed.resolve(name + ".p7s"), "signature");
        return new Candidate("iee", name, file, List.of(signature), null, AT);
    }

    private static Receipt receipt(Candidate candidate, Manifest manifest, Receipt.Outcome outcome) throws IOException {
        byte[] bytes = Files.readAllBytes(candidate.archive());
        Receipt.Refusal refusal = outcome == Receipt.Outcome.REJECTED
                ? new Receipt.Refusal(Reason.FILE_CORRUPT, "not the listed bytes", "a.json")
                : null;
        return new Receipt(
                "iee",
                candidate.name(),
                Digest.ofContent(bytes),
                bytes.length,
                outcome,
                refusal,
                Receipt.Contents.of(manifest),
                List.of("CN=IEE"),
                Receipt.Publication.NONE,
                AT,
                AT.plusSeconds(manifest.sequence()),
                null,
                List.of("a warning"));
    }

    private void keep(int sequence) throws Exception {
        Candidate candidate = candidate("prep-" + sequence + ".zip", "" + sequence);
        archive.keep(candidate, manifest(sequence), receipt(candidate, manifest(sequence), Receipt.Outcome.ACCEPTED));
    }

    private void refuse(int sequence) throws Exception {
        Candidate candidate = candidate("bad-" + sequence + ".zip", "" + sequence);
        archive.refuse(candidate, receipt(candidate, manifest(sequence), Receipt.Outcome.REJECTED));
    }

    private void restart() throws Exception {
        archive.close();
        archive = open();
    }

    private Digest indexContent() throws Exception {
        try (Index index = Index.open(home.index())) {
            return index.content();
        }
    }

    @Test
    void anAcceptedPackageIsKeptByteForByteWithItsSignatureAndReceipt() throws Exception {
        keep(17);
        Path kept = home.archive().resolve("pel-2024/17");
        try (var files = Files.list(kept)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("prep-17.zip", "prep-17.zip.p7s", "receipt.json");
        }
        assertThat(kept.resolve("prep-17.zip")).hasContent("17");
        assertThat(archive.history("pel-2024").get(17))
                .hasValueSatisfying(one ->
                        assertThat(archive.history("pel-2024").manifest(one)).isEqualTo(manifest(17)));
        assertThat(archive.history("another").isEmpty()).isTrue();
    }

    @Test
    void aRestartKnowsWhatWasKept() throws Exception {
        keep(1);
        keep(2);
        long bytes = archive.bytes();
        var before = List.copyOf(archive.history("pel-2024").packages());
        restart();
        assertThat(archive.history("pel-2024").packages()).containsExactlyElementsOf(before);
        assertThat(archive.bytes()).isEqualTo(bytes).isGreaterThan(0);
        assertThat(archive.packages()).isEqualTo(2);
    }

    @Test
    void aReceiptIsDeliveredAndKeptTheSame() throws Exception {
        keep(17);
        Receipt live =
                archive.receipt("pel-2024", 17).orElseThrow().published(Receipt.Publication.LIVE, AT.plusSeconds(60));
        Receipt told = archive.deliver(live);
        Path delivered = home.receipts().resolve("iee/prep-17.zip.json");
        assertThat(delivered).hasSameBinaryContentAs(home.archive().resolve("pel-2024/17/receipt.json"));
        assertThat(archive.receipt("pel-2024", 17)).contains(told);
        assertThat(told).isEqualTo(live.witnessing(archive.log().head()));
        assertThat(delivered).content().contains("\"liveAt\" : \"2024-06-03T03:01:00.123Z\"");
    }

    private long bytesOfFiles() throws IOException {
        try (var files = Files.walk(home.archive())) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    @Test
    void theBudgetCountsSignaturesAndTheReceiptAsItGrew() throws Exception {
        keep(1);
        keep(2);
        assertThat(archive.bytes()).isEqualTo(bytesOfFiles());
        Receipt first = archive.receipt("pel-2024", 1).orElseThrow();
        archive.deliver(first.published(Receipt.Publication.LIVE, AT.plusSeconds(60)));
        assertThat(archive.bytes()).isEqualTo(bytesOfFiles());
        assertThat(archive.bytesLeft()).isEqualTo(1_000_000 - bytesOfFiles());
        restart();
        assertThat(archive.bytes()).as("after a restart").isEqualTo(bytesOfFiles());
        ArchiveInspection.reindex(home, disk, file -> manifest(Integer.parseInt(Files.readString(file))), false);
        restart();
        assertThat(archive.bytes()).as("after a reindex").isEqualTo(bytesOfFiles());
    }

    @Test
    void aCrashBetweenTheSecondReceiptAndTheIndexIsMendedAtTheStart() throws Exception {
        keep(1);
        Receipt live =
                archive.receipt("pel-2024", 1).orElseThrow().published(Receipt.Publication.LIVE, AT.plusSeconds(60));
        disk.replace(home.archive().resolve("pel-2024/1/receipt.json"), Json.receipt(live), Disk.Access.PRIVATE);
        restart();
        assertThat(archive.receipt("pel-2024", 1)).contains(live);
        assertThat(archive.bytes()).isEqualTo(bytesOfFiles());
    }

    @Test
    void rowsComeNewestFirstAndPageByPage() throws Exception {
        keep(1);
        refuse(2);
        keep(3);
        List<Archive.Row> first = archive.rows(null, 2, null);
        assertThat(first).extracting(row -> row.receipt().name()).containsExactly("prep-3.zip", "bad-2.zip");
        assertThat(archive.rows("pel-2024", 2, first.get(1).id()))
                .extracting(row -> row.receipt().name())
                .containsExactly("prep-1.zip");
        assertThat(archive.rows("another", 2, null)).isEmpty();
    }

    @Test
    void aLostIndexIsRebuiltFromTheFilesAndEqual() throws Exception {
        keep(1);
        refuse(2);
        keep(3);
        Digest before = indexContent();
        archive.close();
        for (String suffix : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(home.root().resolve("index.db" + suffix));
        }
        archive = open();
        assertThat(indexContent()).isEqualTo(before);
        assertThat(archive.history("pel-2024").packages()).hasSize(2);
        assertThat(archive.problems()).isEmpty();
    }

    @Test
    void aScribbledIndexIsPutAsideAndRebuilt() throws Exception {
        keep(1);
        Digest before = indexContent();
        archive.close();
        for (String suffix : List.of("-wal", "-shm")) {
            Files.deleteIfExists(home.root().resolve("index.db" + suffix));
        }
        Files.writeString(home.index(), "this is not a database, it only stands where one was ".repeat(200));
        archive = open();
        assertThat(indexContent()).isEqualTo(before);
        assertThat(home.root().resolve("index.damaged")).exists();
    }

    @Test
    void whatACrashLeftUnfinishedDoesNotCountAndGoes() throws Exception {
        keep(1);
        Path unfinished = Files.createDirectories(home.archive().resolve("pel-2024/.new-abc"));
        Files.writeString(unfinished.resolve("receipt.json"), "half");
        restart();
        assertThat(unfinished).doesNotExist();
        assertThat(archive.history("pel-2024").packages()).hasSize(1);
    }

    @Test
    void aFolderThatTheIndexMissedCounts() throws Exception {
        keep(1);
        archive.close();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + home.index());
                var statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM decision");
        }
        archive = open();
        assertThat(archive.history("pel-2024").packages()).hasSize(1);
    }

    @Test
    void aPackageWhoseFilesAreGoneIsReportedAndDoesNotCount() throws Exception {
        keep(1);
        disk.deleteTree(home.archive().resolve("pel-2024/1"));
        restart();
        assertThat(archive.history("pel-2024").isEmpty()).isTrue();
        assertThat(archive.problems()).singleElement().asString().contains("pel-2024/1");
    }

    @Test
    void aNewerAgentsIndexIsLeftUntouched() throws Exception {
        archive.close();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + home.index());
                var statement = connection.createStatement()) {
            statement.executeUpdate("PRAGMA user_version = 99");
        }
        byte[] before = Files.readAllBytes(home.index());
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        MachineException.class, e -> assertThat(e.code()).isEqualTo("index-newer"));
        assertThat(home.index()).hasBinaryContent(before);
        assertThat(home.root()).isDirectoryNotContaining("glob:**index.db-*");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + home.index());
                var statement = connection.createStatement()) {
            statement.executeUpdate("PRAGMA user_version = " + IndexSchema.VERSION);
        }
        archive = open();
    }

    @Test
    void theOldestRejectedPackagesGoFirst() throws Exception {
        for (int sequence = 1; sequence <= 5; sequence++) {
            refuse(sequence);
        }
        try (Index index = Index.open(home.index())) {
            new Quarantine(home, disk, index, Quarantine.LIMIT_BYTES, 3).makeRoom();
            assertThat(namesIn(index)).containsExactly("bad-3.zip", "bad-4.zip", "bad-5.zip");
            long bytes = index.totals(Receipt.Outcome.REJECTED).bytes();
            new Quarantine(home, disk, index, bytes - 1, 3).makeRoom();
            assertThat(namesIn(index)).containsExactly("bad-4.zip", "bad-5.zip");
        }
        try (var kept = Files.list(home.quarantine())) {
            assertThat(kept).hasSize(2);
        }
    }

    @Test
    void rubbishThatNobodySignedDoesNotPushOutWhatTheInstituteSigned() throws Exception {
        refuse(1);
        refuse(2);
        for (int sequence = 3; sequence <= 9; sequence++) {
            Candidate candidate = candidate("rubbish-" + sequence + ".zip", "" + sequence);
            Receipt signed = receipt(candidate, manifest(sequence), Receipt.Outcome.REJECTED);
            archive.refuse(
                    candidate,
                    new Receipt(
                            signed.uploader(),
                            signed.name(),
                            signed.sha256(),
                            signed.size(),
                            signed.outcome(),
                            signed.refusal(),
                            null,
                            List.of(),
                            signed.publication(),
                            signed.receivedAt(),
                            signed.decidedAt(),
                            null,
                            List.of()));
        }
        try (Index index = Index.open(home.index())) {
            new Quarantine(home, disk, index, Quarantine.LIMIT_BYTES, 4).makeRoom();
            assertThat(namesIn(index)).containsExactly("bad-1.zip", "bad-2.zip", "rubbish-8.zip", "rubbish-9.zip");
            new Quarantine(home, disk, index, 4, 4).makeRoom();
            assertThat(namesIn(index)).as("the newest stays").containsExactly("rubbish-9.zip");
        }
    }

    private static List<String> namesIn(Index index) throws MachineException {
        return index.rejected().stream().map(entry -> entry.receipt().name()).toList();
    }

    @Test
    void nothingOfAPackageThatCouldNotBeKeptIsInTheWay() throws Exception {
        Files.createDirectories(home.archive());
        Files.writeString(home.archive().resolve("pel-2024"), "a file where a folder should be");
        assertThatThrownBy(() -> keep(1))
                .isInstanceOfSatisfying(
                        MachineException.class, e -> assertThat(e.code()).isEqualTo("storage-failed"));
        Files.delete(home.archive().resolve("pel-2024"));
        disk.deleteTree(folder.resolve("claimed-prep-1.zip"));
        keep(1);
        assertThat(archive.history("pel-2024").packages()).hasSize(1);
    }

    @Test
    void receiptsReadBackAsTheyWereWritten() throws Exception {
        Candidate candidate = candidate("x.zip", "1");
        for (Receipt.Outcome outcome : Receipt.Outcome.values()) {
            Receipt receipt = receipt(candidate, manifest(1), outcome);
            assertThat(Json.receipt(Json.receipt(receipt))).isEqualTo(receipt);
        }
        assertThatThrownBy(() -> Json.receipt("{}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class);
        assertThat(Objects.requireNonNull(Json.manifest(Json.manifest(manifest(1)))))
                .isEqualTo(manifest(1));
    }

    private List<String> logged() throws IOException {
        return Files.readAllLines(home.history()).stream()
                .map(line -> line.replaceAll(".*\"what\":\"([a-z]+)\",\"package\":\"([^\"]+)\".*", "$1 $2"))
                .toList();
    }

    @Test
    void everyDecisionIsInTheLogAndEachReceiptSaysHowFarItReached() throws Exception {
        keep(1);
        refuse(2);
        Candidate again = candidate("prep-again.zip", "1");
        Receipt duplicate = archive.repeat(receipt(again, manifest(1), Receipt.Outcome.DUPLICATE));
        assertThat(logged()).containsExactly("accepted prep-1.zip", "rejected bad-2.zip", "duplicate prep-again.zip");
        assertThat(archive.receipt("pel-2024", 1).orElseThrow().history()).isEqualTo(HistoryHead.NONE);
        assertThat(duplicate.history()).isEqualTo(archive.log().head());
        assertThat(Objects.requireNonNull(duplicate.history()).entries()).isEqualTo(3);
    }

    @Test
    void aPackageThatACrashKeptOutOfTheLogIsAddedAtTheNextStart() throws Exception {
        keep(1);
        keep(2);
        List<String> lines = Files.readAllLines(home.history());
        Files.writeString(home.history(), lines.get(0) + "\n");
        restart();
        assertThat(logged()).containsExactly("accepted prep-1.zip", "accepted prep-2.zip");
        assertThat(archive.problems()).isEmpty();
        restart();
        assertThat(logged()).hasSize(2);
    }

    @Test
    void aLogThatEndsBeforeWhatAReceiptSpeaksOfIsTold() throws Exception {
        keep(1);
        archive.deliver(archive.receipt("pel-2024", 1).orElseThrow());
        assertThat(archive.problems()).isEmpty();
        Files.delete(home.history());
        restart();
        assertThat(archive.problems())
                .singleElement()
                .asString()
                .contains("archive/pel-2024/1 speaks of entry 1 of history.log, which ends at 0");
        assertThat(logged()).as("made anew").containsExactly("accepted prep-1.zip");
    }

    @Test
    void whatAStartHasReadOfTheLogTheNextReadsBehindEverythingElse() throws Exception {
        keep(1);
        keep(2);
        restart();
        archive.close();
        String whole = Files.readString(home.history());
        Files.writeString(home.history(), whole.replaceFirst("prep-1", "prep-9"));
        archive = open();
        assertThat(archive.problems()).isEmpty();
        keep(3);
        assertThat(archive.log().head().entries()).isEqualTo(3);
        archive.log().readWhole(bytes -> {});
        assertThat(archive.problems())
                .containsExactly(
                        "line 2 of history.log does not follow from the line before it: one of the two was altered");
    }

    @Test
    void aLogWhoseLastReadLineIsAnotherIsReadWholeAtOnce() throws Exception {
        keep(1);
        keep(2);
        archive.close();
        String whole = Files.readString(home.history());
        Files.writeString(home.history(), whole.replaceFirst("prep-1", "prep-9").replaceFirst("prep-2", "prep-8"));
        archive = open();
        assertThat(archive.problems()).hasSize(1);
    }

    @Test
    void aRowThatLeftTheIndexAndCameBackIsNotLoggedTwice() throws Exception {
        keep(1);
        keep(2);
        archive.close();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + home.index());
                var statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM decision WHERE sequence = 1");
        }
        archive = open();
        assertThat(archive.history("pel-2024").packages()).hasSize(2);
        assertThat(archive.log().head().entries()).isEqualTo(2);
    }

    @Test
    void anEventThatStoodStillSinceItWasListedIsNotListedAgain() throws Exception {
        Path event = home.archive().resolve("pel-2024");
        FileTime before = FileTime.from(Instant.parse("2024-06-03T10:00:00Z"));
        keep(1);
        keep(2);
        settle(1, Receipt.Publication.SUPERSEDED);
        settle(2, Receipt.Publication.LIVE);
        Files.setLastModifiedTime(event, before);
        restart();
        disk.deleteTree(event.resolve("1"));
        Files.setLastModifiedTime(event, before);
        restart();
        assertThat(archive.problems()).isEmpty();
        Files.setLastModifiedTime(event, FileTime.from(Instant.parse("2024-06-03T10:00:01Z")));
        restart();
        assertThat(archive.problems()).hasSize(1);
        assertThat(archive.history("pel-2024").packages()).hasSize(1);
    }

    @Test
    void whetherAPackageIsKeptIsKnownByItsSizeAndItsBytes() throws Exception {
        keep(1);
        refuse(222);
        assertThat(archive.holds(1, null)).isTrue();
        assertThat(archive.holds(3, null)).isFalse();
        assertThat(archive.holds(1, Digest.ofContent(new byte[] {'1'}))).isTrue();
        assertThat(archive.holds(1, Digest.ofContent(new byte[] {'2'}))).isFalse();
    }

    private void settle(int sequence, Receipt.Publication how) throws Exception {
        Receipt before = archive.receipt("pel-2024", sequence).orElseThrow();
        archive.deliver(before.published(how, how == Receipt.Publication.LIVE ? AT.plusSeconds(99) : null));
    }

    /** Everything that can stand in an index: duplicates have no files, and so no rows. */
    @Test
    void reindexingGivesTheIndexThatItReplaces() throws Exception {
        for (int sequence : new int[] {4, 1, 3, 2}) {
            keep(sequence);
        }
        settle(1, Receipt.Publication.SUPERSEDED);
        settle(2, Receipt.Publication.LIVE);
        settle(3, Receipt.Publication.HELD);
        for (int sequence = 5; sequence <= 9; sequence++) {
            refuse(sequence);
        }
        Candidate again = candidate("prep-again.zip", "1");
        archive.repeat(receipt(again, manifest(1), Receipt.Outcome.DUPLICATE), again);
        try (Index index = Index.open(home.index())) {
            new Quarantine(home, disk, index, Quarantine.LIMIT_BYTES, 3).makeRoom();
        }
        Digest before = indexContent();
        for (boolean running : new boolean[] {true, false}) {
            assertThat(ArchiveInspection.reindex(home, disk, this::read, running))
                    .isEqualTo(7);
            assertThat(indexContent()).isEqualTo(before);
        }
        restart();
        assertThat(indexContent()).isEqualTo(before);
        assertThat(archive.problems()).isEmpty();
    }

    private Manifest read(Path file) throws IOException {
        return manifest(Integer.parseInt(Files.readString(file)));
    }

    @Test
    void reindexingBesideARunningAgentLosesNothingThatItDecidesMeanwhile() throws Exception {
        keep(1);
        Path onItsWay = Files.createDirectories(home.archive().resolve("pel-2024/.new-5"));
        Files.writeString(onItsWay.resolve("receipt.json"), "half");
        boolean[] done = {false};
        ArchiveInspection.reindex(
                home,
                disk,
                file -> {
                    if (!done[0]) {
                        done[0] = true;
                        try {
                            settle(1, Receipt.Publication.LIVE);
                            keep(2);
                            refuse(3);
                        } catch (Exception e) {
                            throw new IOException(e);
                        }
                    }
                    return read(file);
                },
                true);
        assertThat(onItsWay).as("the agent still writes there").exists();
        disk.deleteTree(onItsWay);
        assertThat(archive.rows(null, 9, null)).hasSize(3);
        assertThat(archive.receipt("pel-2024", 1).orElseThrow().publication()).isEqualTo(Receipt.Publication.LIVE);
        Digest content = indexContent();
        ArchiveInspection.reindex(home, disk, this::read, false);
        assertThat(indexContent()).isEqualTo(content);
    }
}
