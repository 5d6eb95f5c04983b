package mx.difusor.agent.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.HistoryHead;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Packages;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log, the receipts and the packages tell the same story, or it is told where they do not. */
class HistoryCheckTest {

    private static final Instant AT = Instant.parse("2024-06-03T03:00:00.123Z");

    @TempDir
    Path folder;

    private final LocalDisk disk = new LocalDisk();
    private final List<ArchiveInspection.Kept> packages = new ArrayList<>();
    private Home home = new Home(Path.of("unset"));

    @BeforeEach
    void threePackages() throws Exception {
        home = new Home(folder);
        home.prepare(disk);
        HistoryLog log = HistoryLog.open(home.history(), disk);
        log.append(AT, "published", Map.of("sequence", "none"));
        for (int i = 1; i <= 3; i++) {
            Manifest manifest = Packages.data(i).file("a.json", "content " + i).manifest();
            Receipt receipt = new Receipt(
                    "iee",
                    "prep-" + i + ".zip",
                    Digest.ofContent(new byte[] {(byte) i}),
                    1,
                    Receipt.Outcome.ACCEPTED,
                    null,
                    Receipt.Contents.of(manifest),
                    List.of("CN=IEE"),
                    Receipt.Publication.LIVE,
                    AT,
                    AT,
                    AT,
                    List.of());
            log.append(AT, "accepted", Decisions.fields(receipt));
            Path kept = Files.createDirectories(
                    home.archive().resolve(manifest.event()).resolve("" + i));
            Files.writeString(kept.resolve("receipt.json"), "{}");
            packages.add(new ArchiveInspection.Kept(receipt.witnessing(log.head()), manifest, kept));
        }
    }

    private List<String> problems() throws Exception {
        return HistoryCheck.of(home, packages).problems();
    }

    private List<String> lines() throws IOException {
        return new ArrayList<>(Files.readAllLines(home.history()));
    }

    private void rewrite(List<String> lines) throws IOException {
        Files.writeString(home.history(), String.join("\n", lines) + "\n");
    }

    /** As a forger would: every line after the change made to follow from it. */
    private void rewriteWithNewChain(List<String> lines) throws IOException {
        String previous = "0".repeat(64);
        List<String> chained = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i)
                    .replaceFirst("\"entry\":\\d+", "\"entry\":" + (i + 1))
                    .replaceFirst("\"previous\":\"[0-9a-f]+\"", "\"previous\":\"" + previous + "\"");
            chained.add(line);
            previous = Digest.ofContent(line.getBytes(StandardCharsets.UTF_8)).hex();
        }
        rewrite(chained);
    }

    @Test
    void aWholeHistoryHasNoProblemsAndSaysHowFarItReaches() throws Exception {
        HistoryCheck check = HistoryCheck.of(home, packages);
        assertThat(check.problems()).isEmpty();
        assertThat(check.head()).isEqualTo(packages.get(2).receipt().history());
        assertThat(check.head().entries()).isEqualTo(4);
    }

    @Test
    void aChangedLineIsTold() throws Exception {
        List<String> lines = lines();
        lines.set(1, lines.get(1).replace("CN=IEE", "CN=Otro"));
        rewrite(lines);
        assertThat(problems()).first().asString().contains("line 3 of history.log does not follow");
    }

    @Test
    void aLogThatWasWrittenAnewDoesNotFitTheReceipts() throws Exception {
        List<String> lines = lines();
        lines.set(2, lines.get(2).replace("CN=IEE", "CN=Otro"));
        rewriteWithNewChain(lines);
        assertThat(problems())
                .containsExactly(
                        "entry 3 of history.log is not the one that the receipt of prep-2.zip speaks of",
                        "entry 4 of history.log is not the one that the receipt of prep-3.zip speaks of");
    }

    @Test
    void aLogThatWasCutDoesNotReachWhatTheReceiptsSpeakOf() throws Exception {
        rewrite(lines().subList(0, 3));
        assertThat(problems())
                .containsExactly(
                        "the receipt of prep-3.zip speaks of entry 4 of history.log, which ends at 3",
                        "prep-3.zip is in the archive, but not in history.log");
    }

    @Test
    void aPackageThatIsGoneFromTheArchiveIsMissedByTheLog() throws Exception {
        ArchiveInspection.Kept gone = packages.remove(1);
        disk.deleteTree(gone.folder());
        assertThat(problems())
                .containsExactly(
                        "entry 3 of history.log accepted pel-2024 2 (prep-2.zip), which is not in the archive");
    }

    @Test
    void aPackageThatARunningAgentTakesMeanwhileIsNotMissed() throws Exception {
        packages.remove(2);
        assertThat(problems()).isEmpty();
    }

    @Test
    void aPackageWhoseBytesAreNotTheOnesThatWereAcceptedIsTold() throws Exception {
        ArchiveInspection.Kept one = packages.get(0);
        Receipt other = one.receipt();
        packages.set(
                0,
                new ArchiveInspection.Kept(
                        new Receipt(
                                other.uploader(),
                                other.name(),
                                Digest.ofContent(new byte[] {9}),
                                other.size(),
                                other.outcome(),
                                null,
                                other.contents(),
                                other.signers(),
                                other.publication(),
                                AT,
                                AT,
                                AT,
                                List.of(),
                                other.history()),
                        one.manifest(),
                        one.folder()));
        assertThat(problems()).containsExactly("prep-1.zip is in the archive, but not in history.log");
    }

    @Test
    void receiptsOfAgentsWithoutALogAreNoProblem() throws Exception {
        packages.replaceAll(one ->
                new ArchiveInspection.Kept(one.receipt().witnessing(HistoryHead.NONE), one.manifest(), one.folder()));
        assertThat(problems()).isEmpty();
    }

    @Test
    void whatARunningAgentWritesMeanwhileIsReadOnceMore() throws Exception {
        List<String> lines = lines();
        rewrite(lines.subList(0, 3));
        AtomicInteger readings = new AtomicInteger();
        List<ArchiveInspection.Kept> growing = new ArrayList<>(packages) {
            @Override
            public void forEach(Consumer<? super ArchiveInspection.Kept> action) {
                try {
                    rewrite(readings.incrementAndGet() == 1 ? lines.subList(0, 3) : lines);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                super.forEach(action);
            }
        };
        assertThat(HistoryCheck.of(home, growing).problems()).isEmpty();
        assertThat(readings).hasValue(2);
        readings.set(5);
        assertThat(HistoryCheck.of(home, growing).problems()).isEmpty();
        assertThat(readings).as("once, where all is well").hasValue(6);
    }

    @Test
    void aReceiptOfAnAgentBeforeTheLogIsHeldAgainstTheLogLikeAnyOther() throws Exception {
        ArchiveInspection.Kept one = packages.get(0);
        packages.set(0, new ArchiveInspection.Kept(withoutHistory(one.receipt()), one.manifest(), one.folder()));
        assertThat(problems()).isEmpty();
        rewrite(List.of());
        assertThat(problems()).contains("prep-1.zip is in the archive, but not in history.log");
    }

    @Test
    void aHomeOfAnAgentThatKeptNoLogHasNoProblems() throws Exception {
        packages.replaceAll(
                one -> new ArchiveInspection.Kept(withoutHistory(one.receipt()), one.manifest(), one.folder()));
        HistoryCheck withLog = HistoryCheck.of(home, packages);
        assertThat(withLog.head().entries()).as("as long as there is none").isEqualTo(4);
        Files.delete(home.history());
        assertThat(HistoryCheck.of(home, packages)).isEqualTo(new HistoryCheck(HistoryHead.NONE, List.of()));
    }

    @Test
    void aLogThatIsGoneIsMissedByTheReceipts() throws Exception {
        Files.delete(home.history());
        assertThat(problems()).hasSize(6).contains("prep-1.zip is in the archive, but not in history.log");
    }

    private static Receipt withoutHistory(Receipt one) {
        return new Receipt(
                one.uploader(),
                one.name(),
                one.sha256(),
                one.size(),
                one.outcome(),
                null,
                one.contents(),
                one.signers(),
                one.publication(),
                AT,
                AT,
                AT,
                List.of());
    }

    @Test
    void onlySoManyProblemsAreTold() throws Exception {
        HistoryLog log = HistoryLog.open(home.history(), disk);
        for (int sequence = 1_000; sequence <= 1_000 + HistoryCheck.MAX_PROBLEMS; sequence++) {
            log.append(AT, "accepted", Map.of("event", "pel-2024", "sequence", sequence, "sha256", "none"));
        }
        assertThat(problems()).hasSize(HistoryCheck.MAX_PROBLEMS);
    }

    @Test
    void aRetiredEventsPackagesAreNotMissedButThoseAcceptedAfterwardsAre() throws Exception {
        HistoryLog log = HistoryLog.open(home.history(), disk);
        for (int sequence : new int[] {1, 2}) {
            log.append(
                    AT, "imported", Map.of("event", "pel-2021", "sequence", sequence, "package", "p", "sha256", "x"));
            if (sequence == 1) {
                log.append(AT, "retired", Map.of("event", "pel-2021"));
            }
        }
        log.append(AT, "command", Map.of("event", "pel-2021"));
        assertThat(problems())
                .containsExactly("entry 7 of history.log accepted pel-2021 2 (p), which is not in the archive");
    }

    /** Whether its folder is whole is another check's to say. */
    @Test
    void aPackageThatTheIndexKnowsIsNotMissedByTheLog() throws Exception {
        Files.delete(packages.get(0).folder().resolve("receipt.json"));
        assertThat(problems()).isEmpty();
    }
}
