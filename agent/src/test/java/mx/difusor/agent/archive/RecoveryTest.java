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
import java.util.UUID;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.Test;

/** A start makes the index agree with the files, and a reindex makes it anew from them. */
class RecoveryTest extends OneArchive {

    @Test
    void aLostIndexIsRebuiltFromTheFilesAndEqual() throws Exception {
        keep(1);
        refuse(2);
        keep(3);
        Digest before = indexContent();
        loseTheIndex();
        archive = open();
        assertThat(indexContent()).isEqualTo(before);
        assertThat(archive.history("pel-2024").packages()).hasSize(2);
        assertThat(archive.problems()).isEmpty();
        assertThat(newestFirst()).containsExactly("prep-3.zip", "bad-2.zip", "prep-1.zip");
        ArchiveInspection.reindex(home, disk, OneArchive::read, false);
        assertThat(newestFirst()).containsExactly("prep-3.zip", "bad-2.zip", "prep-1.zip");
    }

    private void damageIndex() throws Exception {
        for (String part : List.of("-wal", "-shm")) {
            Files.deleteIfExists(home.root().resolve("index.db" + part));
        }
        Files.writeString(home.index(), "this is not a database, it only stands where one was ".repeat(200));
    }

    private List<String> newestFirst() throws Exception {
        return archive.rows(null, 9, null).stream()
                .map(row -> row.receipt().name())
                .toList();
    }

    @Test
    void aScribbledIndexIsPutAsideAndRebuilt() throws Exception {
        keep(1);
        Digest before = indexContent();
        archive.close();
        damageIndex();
        archive = open();
        assertThat(indexContent()).isEqualTo(before);
        assertThat(home.root().resolve("index.damaged")).exists();
    }

    @Test
    void noDamagedIndexTakesTheNameOfAnotherAndTheOldestOfManyGoes() throws Exception {
        Path first = Files.writeString(home.root().resolve("index.damaged"), "of an earlier day");
        Files.writeString(home.root().resolve("index.damaged-wal"), "its last words");
        for (int number = 2; number <= DamagedIndexes.LIMIT; number++) {
            archive.close();
            damageIndex();
            archive = open();
            assertThat(first).hasContent("of an earlier day");
            assertThat(home.root().resolve("index.damaged-" + number)).exists();
        }
        archive.close();
        damageIndex();
        archive = open();
        assertThat(first).doesNotExist();
        assertThat(home.root().resolve("index.damaged-wal")).doesNotExist();
        assertThat(home.root().resolve("index.damaged-2")).exists();
        assertThat(home.root().resolve("index.damaged-11")).exists();
    }

    @Test
    void anIndexThatNamesAReceiptWhichIsNoneIsPutAside() throws Exception {
        keep(1);
        Digest before = indexContent();
        execute("UPDATE decision SET receipt = '{}'");
        restart();
        assertThat(indexContent()).isEqualTo(before);
        assertThat(home.root().resolve("index.damaged")).exists();
    }

    /** Nothing of a write-ahead log can be written, as on a full disk. */
    @Test
    void aSoundIndexThatCannotBeOpenedNowIsLeftAsItIs() throws Exception {
        keep(1);
        archive.probes().note(AT, true, 5);
        archive.close();
        byte[] before = Files.readAllBytes(home.index());
        Path log = Files.createDirectory(home.root().resolve("index.db-wal"));
        for (int start = 0; start < 2; start++) {
            assertThatThrownBy(this::open).isInstanceOfSatisfying(MachineException.class, e -> {
                assertThat(e.code()).isEqualTo("index-unusable");
                assertThat(e.cure()).startsWith("free space on the disk of " + home.root());
            });
            assertThat(home.index()).hasBinaryContent(before);
        }
        Files.delete(log);
        archive = open();
        assertThat(home.root()).isDirectoryNotContaining("glob:**index.damaged*");
        assertThat(archive.probes().hours(AT)).hasSize(1);
    }

    @Test
    void aNewerAgentsIndexIsLeftUntouched() throws Exception {
        archive.close();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + home.index());
                var statement = connection.createStatement()) {
            statement.executeUpdate("PRAGMA user_version = 99");
        }
        byte[] before = Files.readAllBytes(home.index());
        Files.setLastModifiedTime(home.root(), FileTime.from(AT));
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        MachineException.class, e -> assertThat(e.code()).isEqualTo("index-newer"));
        assertThat(home.index()).hasBinaryContent(before);
        assertThat(home.root()).isDirectoryNotContaining("glob:**index.db-*");
        assertThat(Files.getLastModifiedTime(home.root()).toInstant())
                .as("nothing was written beside it")
                .isEqualTo(AT);
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + home.index());
                var statement = connection.createStatement()) {
            statement.executeUpdate("PRAGMA user_version = " + IndexSchema.VERSION);
        }
        archive = open();
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

    private void loseTheIndex() throws Exception {
        archive.close();
        for (String suffix : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(home.root().resolve("index.db" + suffix));
        }
    }

    private History.Admission offer(int sequence, String text) {
        return archive.history("pel-2024")
                .admit(
                        manifest(sequence),
                        Digest.ofContent(text.getBytes(StandardCharsets.UTF_8)),
                        AT.plusSeconds(3_600));
    }

    @Test
    void aPackageWhoseFilesAreGoneIsToldAtEveryStartAndCounts() throws Exception {
        keep(1);
        keep(2);
        settle(1, Receipt.Publication.SUPERSEDED); // the other one is looked at in any case
        disk.deleteTree(home.archive().resolve("pel-2024/1"));
        disk.deleteTree(home.archive().resolve("pel-2024/2"));
        for (int start = 0; start < 2; start++) {
            restart();
            assertThat(archive.problems())
                    .singleElement()
                    .asString()
                    .startsWith(
                            "archive/pel-2024/1 and 1 more in archive/pel-2024 were accepted and their files are gone");
            assertThat(archive.history("pel-2024").packages()).hasSize(2);
            assertThat(offer(2, "2")).isInstanceOf(History.Admission.SameAgain.class);
            assertThat(offer(2, "other")).isInstanceOf(History.Admission.Refused.class);
        }
    }

    @Test
    void aBackupThatGivesAnEventItsOldTimeBackHidesNothing() throws Exception {
        Path event = home.archive().resolve("pel-2024");
        keep(1);
        settle(1, Receipt.Publication.LIVE);
        FileTime before = FileTime.from(Instant.parse("2024-06-03T10:00:00Z"));
        Files.setLastModifiedTime(event, before);
        restart();
        keep(2);
        settle(2, Receipt.Publication.LIVE);
        disk.deleteTree(event.resolve("2"));
        Files.setLastModifiedTime(event, before);
        restart();
        assertThat(archive.problems()).singleElement().asString().startsWith("archive/pel-2024/2 was accepted");
    }

    /** As after a backup of an earlier day. */
    @Test
    void whatTheLogAloneKnowsIsToldAtEveryStartAndItsSequenceStaysTaken() throws Exception {
        keep(1);
        keep(2);
        loseTheIndex();
        disk.deleteTree(home.archive().resolve("pel-2024/2"));
        archive = open();
        for (int start = 0; start < 2; start++) {
            assertThat(archive.problems()).singleElement().asString().startsWith("archive/pel-2024/2 was accepted");
            assertThat(archive.history("pel-2024").newestDamaged().orElseThrow().sequence())
                    .isEqualTo(2);
            assertThat(offer(2, "2")).isInstanceOf(History.Admission.Fits.class);
            assertThat(offer(2, "other")).isInstanceOf(History.Admission.Refused.class);
            restart();
        }
        keep(2);
        assertThat(archive.problems()).isEmpty();
        restart();
        assertThat(archive.problems()).isEmpty();
        assertThat(archive.history("pel-2024").packages()).hasSize(2);
    }

    @Test
    void nobodyMissesWhatWasRetired() throws Exception {
        keep(1);
        Candidate one = candidate("prep-1.zip", "1");
        Digest digest = Digest.ofContent(Files.readAllBytes(one.archive()));
        byte[] before = Files.readAllBytes(home.index());
        archive.retire(new Retirement(
                "pel-2024", AT, "ana", "over", digest, true, List.of(new Retirement.Gone(1, one.name(), digest, 1))));
        restart();
        assertThat(archive.problems()).isEmpty();
        loseTheIndex();
        archive = open();
        assertThat(archive.problems()).as("its line in the log").isEmpty();
        archive.close();
        Files.write(home.index(), before); // of a backup
        archive = open();
        assertThat(archive.problems()).isEmpty();
        assertThat(archive.history("pel-2024").isEmpty()).isTrue();
    }

    @Test
    void reindexingKeepsWhatIsGoneAndNamesIt() throws Exception {
        keep(1);
        keep(2);
        Digest before = indexContent();
        disk.deleteTree(home.archive().resolve("pel-2024/2"));
        for (boolean running : new boolean[] {true, false}) {
            assertThatThrownBy(() -> ArchiveInspection.reindex(home, disk, OneArchive::read, running))
                    .isInstanceOfSatisfying(MachineException.class, e -> {
                        assertThat(e.code()).isEqualTo("archive-damaged");
                        assertThat(e).hasMessageContaining("archive/pel-2024/2 was accepted and its files are gone");
                    });
            assertThat(indexContent()).isEqualTo(before);
        }
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
        assertThat(archive.history("pel-2024").packages()).hasSize(2);
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
            assertThat(ArchiveInspection.reindex(home, disk, OneArchive::read, running))
                    .isEqualTo(7);
            assertThat(indexContent()).isEqualTo(before);
        }
        restart();
        assertThat(indexContent()).isEqualTo(before);
        assertThat(archive.problems()).isEmpty();
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
        ArchiveInspection.reindex(home, disk, OneArchive::read, false);
        assertThat(indexContent()).isEqualTo(content);
    }

    @Test
    void aWholeEventThatIsGoneIsReported() throws Exception {
        keep(1);
        disk.deleteTree(home.archive().resolve("pel-2024"));
        restart();
        assertThat(archive.problems())
                .singleElement()
                .asString()
                .contains("pel-2024/1 was accepted and its files are gone");
    }

    @Test
    void evidenceThatSomebodyRemovedIsMissedByNobody() throws Exception {
        refuse(1);
        disk.deleteTree(home.root().resolve(archive.rows(null, 1, null).get(0).folder()));
        restart();
        assertThat(archive.problems()).isEmpty();
        assertThat(archive.rows(null, 1, null)).isEmpty();
        disk.deleteTree(home.quarantine());
        restart();
        assertThat(archive.problems()).isEmpty();
    }

    @Test
    void aFolderThatJustChangedIsListedAgainWhateverItsTime() throws Exception {
        Path event = home.archive().resolve("pel-2024");
        keep(1);
        settle(1, Receipt.Publication.LIVE); // an unsettled one is looked at in any case
        // So that it has not settled however long this takes.
        FileTime before = FileTime.from(Instant.now().plusSeconds(60));
        Files.setLastModifiedTime(event, before);
        restart();
        disk.deleteTree(event.resolve("1"));
        Files.setLastModifiedTime(event, before);
        restart();
        assertThat(archive.problems())
                .singleElement()
                .asString()
                .contains("pel-2024/1 was accepted and its files are gone");
    }

    @Test
    void whatIsNoPackageIsToldAtEveryStartAndAStrayFileAtNone() throws Exception {
        Path event = Files.createDirectories(home.archive().resolve("pel-2024"));
        Files.createDirectory(event.resolve("9"));
        Files.writeString(event.resolve("notes.txt"), "of an operator");
        for (int i = 0; i < 2; i++) {
            Files.setLastModifiedTime(event, FileTime.from(AT));
            restart();
            assertThat(archive.problems())
                    .singleElement()
                    .asString()
                    .endsWith("9 has no receipt and does not count as a package");
        }
    }

    @Test
    void aReceiptThatIsNewerThanTheUploadersIsDeliveredThoughTheIndexWasLost() throws Exception {
        keep(1);
        settle(1, Receipt.Publication.HELD);
        Receipt live =
                archive.receipt("pel-2024", 1).orElseThrow().published(Receipt.Publication.LIVE, AT.plusSeconds(60));
        disk.replace(home.archive().resolve("pel-2024/1/receipt.json"), Json.receipt(live), Disk.Access.PRIVATE);
        execute("DELETE FROM decision");
        restart();
        assertThat(home.receipts().resolve("iee/prep-1.zip.json")).hasBinaryContent(Json.receipt(live));
    }

    /** Nothing can be written there until it is deleted. */
    private Path inTheWay() throws Exception {
        return Files.writeString(home.receipts().resolve("iee"), "in the way");
    }

    @Test
    void aReceiptThatCouldNotBeDeliveredIsDeliveredAtTheNextStart() throws Exception {
        keep(1);
        Path box = inTheWay();
        assertThatThrownBy(() -> settle(1, Receipt.Publication.LIVE)).isInstanceOf(MachineException.class);
        restart();
        assertThat(archive.problems()).singleElement().asString().contains("receipts");
        Files.delete(box);
        restart();
        assertThat(archive.problems()).isEmpty();
        assertThat(box.resolve("prep-1.zip.json"))
                .hasBinaryContent(Files.readAllBytes(home.archive().resolve("pel-2024/1/receipt.json")));
        assertThat(archive.unsettled("pel-2024")).isEmpty();
    }

    @Test
    void aPackageOfWhichNothingWasToldHasItsReceiptAfterTheNextStart() throws Exception {
        keep(1);
        restart();
        assertThat(home.receipts().resolve("iee/prep-1.zip.json")).exists();
    }

    @Test
    void halfAReceiptThatACrashLeftGoes() throws Exception {
        keep(1);
        for (boolean listed : new boolean[] {true, false}) {
            Path left = home.archive().resolve("pel-2024/1/.receipt.json." + UUID.randomUUID() + ".tmp");
            Files.writeString(left, "half");
            if (!listed) {
                execute("DELETE FROM decision");
            }
            restart();
            assertThat(left).doesNotExist();
        }
    }

    @Test
    void whatCannotBeReadIsToldAndKeepsNothingElseOut() throws Exception {
        keep(1);
        keep(2);
        Files.writeString(home.archive().resolve("pel-2024/1/receipt.json"), "no json");
        Path unknown = Files.createDirectory(home.archive().resolve("pel-2024/7"));
        Files.writeString(unknown.resolve("receipt.json"), "no json");
        restart();
        assertThat(archive.problems())
                .hasSize(2)
                .allSatisfy(problem ->
                        assertThat(problem).startsWith("cannot read ").contains("check the disk"));
        assertThat(archive.history("pel-2024").packages()).hasSize(2);
    }

    @Test
    void packagesInAFolderThatCannotBeReachedAreNotGone() throws Exception {
        keep(1);
        archive.close();
        Path event = home.archive().resolve("pel-2024");
        Path elsewhere = Files.move(event, folder.resolve("elsewhere"));
        Files.createSymbolicLink(event, event);
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        MachineException.class, e -> assertThat(e.code()).isEqualTo("archive-unreadable"));
        Files.delete(event);
        Files.move(elsewhere, event);
        archive = open();
        assertThat(archive.history("pel-2024").packages()).hasSize(1);
    }

    @Test
    void aRejectedPackageIsAskedForNoManifest() throws Exception {
        Candidate garbage = candidate("bad.zip", "no package at all");
        archive.refuse(garbage, receipt(garbage, manifest(1), Receipt.Outcome.REJECTED));
        execute("DELETE FROM decision");
        restart();
        assertThat(archive.problems()).isEmpty();
        assertThat(archive.rows(null, 9, null)).hasSize(1);
    }
}
