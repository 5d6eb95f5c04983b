package mx.difusor.agent.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.List;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
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
}
