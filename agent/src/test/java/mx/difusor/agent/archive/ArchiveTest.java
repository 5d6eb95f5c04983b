package mx.difusor.agent.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.Test;

class ArchiveTest extends OneArchive {

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
        ArchiveInspection.reindex(home, disk, OneArchive::read, false);
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
    void nothingOfAPackageThatCouldNotBeKeptIsInTheWay() throws Exception {
        Files.createDirectories(home.archive());
        Files.writeString(home.archive().resolve("pel-2024"), "a file where a folder should be");
        assertThatThrownBy(() -> keep(1)).isInstanceOfSatisfying(MachineException.class, e -> {
            assertThat(e.code()).isEqualTo("storage-failed");
            assertThat(e.getCause()).hasNoSuppressedExceptions();
        });
        Files.delete(home.archive().resolve("pel-2024"));
        disk.deleteTree(folder.resolve("claimed-prep-1.zip"));
        keep(1);
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

    @Test
    void aStartThatFailsLeavesTheIndexClosed() throws Exception {
        archive.close();
        Files.createDirectory(home.history());
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        MachineException.class, e -> assertThat(e.code()).isEqualTo("storage-failed"));
        assertThat(home.root()).isDirectoryNotContaining("glob:**index.db-wal");
        Files.delete(home.history());
        archive = open();
    }

    @Test
    void aClosedArchiveHasNothingOpen() throws Exception {
        archive.probes().note(AT, true, 1);
        archive.probes().note(AT, true, 1);
        assertThat(home.root()).isDirectoryContaining("glob:**index.db-wal");
        archive.close();
        assertThat(home.root()).isDirectoryNotContaining("glob:**index.db-wal");
        archive = open();
    }

    @Test
    void theIndexIsAskedForManifestsButForTheNewest() throws Exception {
        keep(1);
        keep(2);
        History history = archive.history("pel-2024");
        assertThat(history.manifest(history.get(1).orElseThrow())).isEqualTo(manifest(1));
        execute("DELETE FROM decision");
        assertThat(history.manifest(history.get(2).orElseThrow())).isEqualTo(manifest(2));
        assertThatThrownBy(() -> history.manifest(history.get(1).orElseThrow()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "the index has lost sequence 1 of pel-2024; start the agent again, which makes it whole from"
                                + " the files");
    }

    @Test
    void aPackageThatTheIndexCannotTakeCountsAndIsInItAtTheNextStart() throws Exception {
        execute("CREATE TRIGGER full BEFORE INSERT ON decision BEGIN SELECT RAISE(ABORT, 'as a full disk'); END");
        keep(1);
        execute("DROP TRIGGER full");
        assertThat(archive.problems()).singleElement().asString().contains("as a full disk");
        keep(2);
        History history = archive.history("pel-2024");
        assertThat(history.manifest(history.get(1).orElseThrow())).isEqualTo(manifest(1));
        restart();
        assertThat(archive.problems()).isEmpty();
        History again = archive.history("pel-2024");
        assertThat(again.packages()).hasSize(2);
        assertThat(again.manifest(again.get(1).orElseThrow())).isEqualTo(manifest(1));
        assertThat(archive.log().head().entries()).as("each of them once").isEqualTo(2);
    }

    @Test
    void theReceiptOfARejectedPackageGoesToItsUploaderAlone() throws Exception {
        refuse(2);
        Receipt refused = archive.rows(null, 1, null).get(0).receipt();
        Receipt told = archive.deliver(refused);
        assertThat(home.receipts().resolve("iee/bad-2.zip.json")).hasBinaryContent(Json.receipt(told));
        assertThat(home.archive()).isEmptyDirectory();
        assertThat(archive.bytes()).isZero();
    }

    @Test
    void aChecksumThatCameWithAPackageIsKeptBesideIt() throws Exception {
        Candidate one = candidate("prep-1.zip", "1");
        Path checksum = Files.writeString(one.archive().resolveSibling("prep-1.zip.sha256"), "a checksum");
        archive.keep(
                new Candidate("iee", one.name(), one.archive(), one.signatures(), checksum, AT),
                manifest(1),
                receipt(one, manifest(1), Receipt.Outcome.ACCEPTED));
        assertThat(home.archive().resolve("pel-2024/1/prep-1.zip.sha256")).hasContent("a checksum");
        assertThat(archive.bytes()).isEqualTo(bytesOfFiles());
    }

    private static Retirement retirement(boolean removing) {
        return new Retirement(
                "pel-2024",
                AT,
                "maria",
                "over",
                Digest.ofContent(new byte[0]),
                removing,
                List.of(
                        new Retirement.Gone(1, "prep-1.zip", Digest.ofContent(new byte[] {'1'}), 1),
                        new Retirement.Gone(2, "prep-2.zip", Digest.ofContent(new byte[] {'2'}), 1)));
    }

    @Test
    void aRetiredEventIsEmptyUntilItsPackagesAreBroughtIn() throws Exception {
        keep(1);
        keep(2);
        archive.retire(retirement(true));
        assertThat(archive.history("pel-2024").isEmpty()).isTrue();
        assertThat(home.archive().resolve("pel-2024/1")).doesNotExist();
        Candidate back = candidate("back.zip", "1");
        Receipt receipt = receipt(back, manifest(1), Receipt.Outcome.ACCEPTED);
        archive.bringIn(new ExportedPackage(receipt, Receipt.Contents.of(manifest(1)), back), manifest(1), AT, "maria");
        archive.restored("pel-2024");
        assertThat(archive.retirements().of("pel-2024").orElseThrow().packages())
                .extracting(Retirement.Gone::sequence)
                .containsExactly(2L);
        assertThat(Files.readAllLines(home.history()))
                .element(3)
                .asString()
                .contains("\"what\":\"imported\",\"package\":\"back.zip\"", "\"witnessed\":null,\"by\":\"maria\"");
        assertThat(Decisions.imported(receipt.witnessing(archive.log().head()), "maria"))
                .containsEntry("witnessed", archive.log().head().fields());
    }

    @Test
    void whatACrashKeptOfARetiredEventIsRemovedAtTheStart() throws Exception {
        keep(1);
        archive.retire(retirement(true));
        Files.createDirectories(home.archive().resolve("pel-2024/1"));
        Path record = home.archive().resolve("pel-2024/retired.json");
        Files.writeString(record, Files.readString(record).replace("\"removing\":false", "\"removing\":true"));
        restart();
        assertThat(home.archive().resolve("pel-2024/1")).doesNotExist();
        assertThat(archive.problems()).isEmpty();
    }
}
