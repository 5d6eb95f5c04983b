package mx.difusor.agent.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.Objects;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.HistoryHead;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.Test;

/** What the archive and {@code history.log} owe one another. */
class ArchiveLogTest extends OneArchive {

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
    void whyAPackageWasRefusedStandsInTheLog() throws Exception {
        keep(1);
        refuse(2);
        assertThat(Files.readAllLines(home.history()))
                .satisfiesExactly(
                        accepted -> assertThat(accepted).doesNotContain("\"reason\""),
                        refused -> assertThat(refused).contains("\"reason\":\"file-corrupt\""));
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
        archive.log().readWhole((entry, head) -> {}, bytes -> {});
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
    void whatTheLogLostIsAddedInTheOrderOfTheDecisions() throws Exception {
        keep(2);
        keep(1);
        Files.delete(home.history());
        restart();
        assertThat(logged()).containsExactly("accepted prep-2.zip", "accepted prep-1.zip");
    }

    @Test
    void anAlteredLogIsToldAtEveryStart() throws Exception {
        keep(1);
        keep(2);
        archive.close();
        Files.writeString(home.history(), Files.readString(home.history()).replace("prep-", "prop-"));
        archive = open();
        assertThat(archive.problems()).hasSize(1);
        restart();
        assertThat(archive.problems()).hasSize(1);
    }

    @Test
    void whatARunHasWrittenTheNextReadsBehindEverythingElseToo() throws Exception {
        keep(1);
        keep(2);
        archive.close();
        Files.writeString(home.history(), Files.readString(home.history()).replaceFirst("prep-1", "prep-9"));
        archive = open();
        assertThat(archive.problems()).isEmpty();
    }

    @Test
    void anArchiveThatCannotWriteItsLogClosesAndTheNextStartWritesIt() throws Exception {
        keep(1);
        Path aside = Files.move(home.history(), folder.resolve("aside"));
        Files.createDirectory(home.history());
        keep(2);
        archive.close();
        Files.delete(home.history());
        Files.move(aside, home.history());
        archive = open();
        assertThat(logged()).containsExactly("accepted prep-1.zip", "accepted prep-2.zip");
    }

    /** As after a kill: nothing was remembered at its end. */
    private Archive leaveRunning() throws Exception {
        Archive killed = archive;
        archive = open();
        return killed;
    }

    @Test
    void aStartRemembersAtOnceHowFarItHasRead() throws Exception {
        keep(1);
        keep(2);
        archive.close();
        execute("DELETE FROM logged");
        archive = open();
        Files.writeString(home.history(), Files.readString(home.history()).replaceFirst("prep-1", "prep-9"));
        Archive killed = leaveRunning();
        assertThat(archive.problems()).isEmpty();
        killed.close();
    }

    @Test
    void aPackageBehindWhatWasReadIsAddedWhereTheLogLostIt() throws Exception {
        keep(1);
        restart();
        String read = Files.readString(home.history());
        keep(2);
        Files.writeString(home.history(), read);
        Archive killed = leaveRunning();
        assertThat(logged()).containsExactly("accepted prep-1.zip", "accepted prep-2.zip");
        killed.close();
    }

    @Test
    void anotherWordAboutAPackageDoesNotStandForItsAcceptance() throws Exception {
        keep(1);
        archive.repeat(receipt(candidate("again.zip", "1"), manifest(1), Receipt.Outcome.DUPLICATE));
        archive.close();
        Files.writeString(home.history(), Files.readAllLines(home.history()).get(1) + "\n");
        archive = open();
        assertThat(logged()).containsExactly("duplicate again.zip", "accepted prep-1.zip");
    }

    @Test
    void aSignersNameIsCutToALengthThatFitsIntoTheLog() throws Exception {
        Candidate one = candidate("prep-1.zip", "1");
        Receipt receipt = receipt(one, manifest(1), Receipt.Outcome.ACCEPTED);
        Receipt longest = new Receipt(
                "iee",
                one.name(),
                receipt.sha256(),
                1,
                Receipt.Outcome.ACCEPTED,
                null,
                receipt.contents(),
                List.of("x".repeat(1_000), "y".repeat(1_001)),
                Receipt.Publication.NONE,
                AT,
                AT,
                null,
                List.of());
        assertThat(Decisions.fields(longest))
                .containsEntry("signers", List.of("x".repeat(1_000), "y".repeat(1_000) + "…"));
    }
}
