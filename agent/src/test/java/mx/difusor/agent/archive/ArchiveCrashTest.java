package mx.difusor.agent.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Fault;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.Loss;
import mx.difusor.agent.disk.UnreliableDisk;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.History;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One order of syncs each, on a disk that fails right there. */
class ArchiveCrashTest {

    private static final Instant AT = Instant.parse("2024-06-03T03:00:00.123Z");

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private UnreliableDisk disk;

    @SuppressWarnings("NullAway.Init")
    private Home home;

    @SuppressWarnings("NullAway.Init")
    private Archive archive;

    @BeforeEach
    void prepare() throws Exception {
        Path root = folder.toRealPath();
        disk = new UnreliableDisk(root, 1);
        home = new Home(root);
        home.prepare(disk);
        archive = open();
    }

    @AfterEach
    void close() throws Exception {
        archive.close();
    }

    private Archive open() throws Exception {
        home.recover(disk);
        return Archive.open(home, disk, 1_000_000, file -> manifest(Integer.parseInt(Files.readString(file))));
    }

    private void restart() throws Exception {
        archive.close();
        disk.mend();
        archive = open();
    }

    private void cutPowerAndRestart() throws Exception {
        archive.close();
        disk.cutPower(Loss.ALL);
        disk.mend();
        archive = open();
    }

    /** In these tests the archive file's text is the sequence of its package. */
    private static Manifest manifest(int sequence) {
        return Packages.data(sequence).file("a.json", "content " + sequence).manifest();
    }

    private Candidate candidate(int sequence) throws IOException {
        Path claimed = home.incoming().resolve("iee/" + sequence);
        disk.createDirectories(claimed, Disk.Access.PRIVATE);
        Path file = claimed.resolve("p" + sequence + ".zip");
        if (!Files.exists(file)) {
            byte[] text = ("" + sequence).getBytes(StandardCharsets.UTF_8);
            disk.write(file, new ByteArrayInputStream(text), Disk.Access.PRIVATE);
        }
        return new Candidate("iee", "p" + sequence + ".zip", file, List.of(), null, AT);
    }

    private Receipt receipt(Candidate candidate, int sequence, Receipt.Outcome outcome) throws IOException {
        byte[] bytes = Files.readAllBytes(candidate.archive());
        return new Receipt(
                "iee",
                candidate.name(),
                Digest.ofContent(bytes),
                bytes.length,
                outcome,
                outcome == Receipt.Outcome.REJECTED ? new Receipt.Refusal(Reason.FILE_CORRUPT, "no", null) : null,
                Receipt.Contents.of(manifest(sequence)),
                List.of("CN=IEE"),
                Receipt.Publication.NONE,
                AT,
                AT.plusSeconds(sequence),
                null,
                List.of(),
                null);
    }

    private void keep(int sequence) throws Exception {
        Candidate candidate = candidate(sequence);
        archive.keep(candidate, manifest(sequence), receipt(candidate, sequence, Receipt.Outcome.ACCEPTED));
    }

    private void refuse(int sequence) throws Exception {
        Candidate candidate = candidate(sequence);
        archive.refuse(candidate, receipt(candidate, sequence, Receipt.Outcome.REJECTED));
    }

    private String publicationInAcuses(int sequence) throws IOException {
        return Json.receipt(Files.readAllBytes(home.receipts().resolve("iee/p" + sequence + ".zip.json")))
                .publication()
                .code();
    }

    private List<String> names(Path parent) throws IOException {
        try (Stream<Path> all = Files.list(parent)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aPackageWhoseRenameCouldNotBeSyncedDoesNotCountAndCanComeAgain() throws Exception {
        keep(1);
        disk.failAfter("rename to archive/pel-2024/2", Fault.FAILS);
        assertThatThrownBy(() -> keep(2)).isInstanceOf(MachineException.class);
        assertThat(disk.struckAt()).isEqualTo("sync folder archive/pel-2024");
        restart();
        assertThat(archive.history("pel-2024").packages()).hasSize(1);
        keep(2);
        cutPowerAndRestart();
        assertThat(archive.history("pel-2024").packages()).hasSize(2);
    }

    @Test
    void aPackageThatAKilledAgentHadRenamedStaysWhereARestartFoundIt() throws Exception {
        disk.failAfter("rename to archive/pel-2024/1", Fault.KILL);
        assertThatThrownBy(() -> keep(1)).isInstanceOf(MachineException.class);
        restart();
        assertThat(archive.history("pel-2024").packages()).hasSize(1);
        cutPowerAndRestart();
        assertThat(archive.history("pel-2024").packages()).hasSize(1);
    }

    @Test
    void whatStandsInAPackagesPlaceAndDoesNotCountIsPutAside() throws Exception {
        Path event = home.archive().resolve("pel-2024");
        Path place = event.resolve("1");
        disk.createDirectories(place, Disk.Access.PRIVATE);
        disk.write(place.resolve("p1.zip"), new ByteArrayInputStream(new byte[] {1}), Disk.Access.PRIVATE);
        restart();
        keep(1);
        assertThat(place.resolve("p1.zip")).hasContent("1");
        Path aside = event.resolve(names(event).get(0));
        assertThat(aside.getFileName().toString()).startsWith(".displaced-1-");
        assertThat(aside.resolve("p1.zip")).hasBinaryContent(new byte[] {1});
        restart();
        assertThat(aside).exists();
        assertThat(archive.problems()).isEmpty();
        assertThat(archive.history("pel-2024").packages()).hasSize(1);
    }

    /** All that is left of it is what cannot be read: its receipt, or only the name of its folder. */
    private void loseTheFirstAndTheIndex() throws Exception {
        disk.delete(kept("p1.zip"));
        disk.syncDirectory(first());
        archive.close();
        Files.delete(home.index());
        disk.mend();
        archive = open();
    }

    private boolean isKnown(long sequence) {
        History history = archive.history("pel-2024");
        return history.newestDamaged().or(history::newest).stream().anyMatch(one -> one.sequence() == sequence);
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILS", "KILL", "POWER_CUT"})
    void aDamagedPackageThatComesAgainStaysKnownWhateverFails(Fault fault) throws Exception {
        keep(1);
        boolean struck = true;
        int displaced = 0;
        for (int operation = 1; struck; operation++) {
            loseTheFirstAndTheIndex();
            assertThat(isKnown(1)).isTrue();
            int last = disk.operations() + operation;
            disk.failAt(last, fault);
            try {
                keep(1);
            } catch (MachineException e) {
                displaced += Files.exists(first()) ? 0 : 1;
            }
            struck = disk.operations() >= last;
            if (fault == Fault.POWER_CUT && struck) {
                cutPowerAndRestart();
            } else {
                restart();
            }
            assertThat(isKnown(1)).as(disk.struckAt()).isTrue();
            if (Files.notExists(kept("p1.zip"))) {
                keep(1);
            }
        }
        assertThat(displaced > 0).as("the start had to put it back").isEqualTo(fault != Fault.FAILS);
    }

    @Test
    void aReceiptThatACrashKeptFromTheUploaderIsDeliveredAtTheNextStart() throws Exception {
        keep(1);
        Receipt held = archive.receipt("pel-2024", 1).orElseThrow().published(Receipt.Publication.HELD, null);
        archive.deliver(held);
        disk.failWhere("create receipts/iee", Fault.POWER_CUT);
        assertThatThrownBy(() -> archive.deliver(held.published(Receipt.Publication.LIVE, AT.plusSeconds(90))))
                .isInstanceOf(MachineException.class);
        assertThat(publicationInAcuses(1)).isEqualTo("held");
        cutPowerAndRestart();
        assertThat(publicationInAcuses(1)).isEqualTo("live");
        assertThat(archive.receipt("pel-2024", 1).orElseThrow().liveAt()).isEqualTo(AT.plusSeconds(90));
    }

    @Test
    void anIndexPutBackFromAnEarlierDayIsCorrectedFromTheReceipts() throws Exception {
        keep(1);
        byte[] earlier = checkpointed();
        archive.deliver(
                archive.receipt("pel-2024", 1).orElseThrow().published(Receipt.Publication.LIVE, AT.plusSeconds(90)));
        archive.close();
        Files.write(home.index(), earlier);
        archive = open();
        assertThat(archive.unsettled("pel-2024")).isEmpty();
        assertThat(archive.receipt("pel-2024", 1).orElseThrow().liveAt()).isEqualTo(AT.plusSeconds(90));
    }

    private byte[] checkpointed() throws Exception {
        archive.close();
        byte[] index = Files.readAllBytes(home.index());
        archive = open();
        return index;
    }

    @Test
    void evidenceThatWasHalfDeletedLooksLikeNothingAfterACrash() throws Exception {
        for (int sequence = 1; sequence <= 3; sequence++) {
            refuse(sequence);
        }
        disk.failWhere("delete quarantine", Fault.KILL);
        try (Index index = Index.open(home.index())) {
            Quarantine quarantine = new Quarantine(home, disk, index, Quarantine.LIMIT_BYTES, 2);
            assertThatThrownBy(quarantine::makeRoom).isInstanceOf(IOException.class);
        }
        restart();
        assertThat(archive.problems()).isEmpty();
        assertThat(names(home.quarantine())).hasSize(2);
        assertThat(archive.rows(null, 10, null)).hasSize(2);
    }

    @Test
    void aHeadThatWasGivenOutOutlivesAPowerCut() throws Exception {
        disk.failWhere("sync history.log", Fault.KILL);
        HistoryLog log = archive.log();
        assertThatThrownBy(() -> log.append(AT, "hold", Map.of("by", "ana"))).isInstanceOf(MachineException.class);
        restart();
        HistoryHead told = archive.log().head();
        assertThat(told.entries()).isEqualTo(1);
        cutPowerAndRestart();
        assertThat(archive.log().head()).isEqualTo(told);
        assertThat(archive.problems()).isEmpty();
    }

    private Path first() {
        return home.archive().resolve("pel-2024/1");
    }

    private Path kept(String name) {
        return first().resolve(name);
    }

    @Test
    void whatWasKeptIsWholeAfterAPowerCut() throws Exception {
        keep(1);
        refuse(2);
        cutPowerAndRestart();
        assertThat(kept("p1.zip")).hasContent("1");
        assertThat(Json.receipt(Files.readAllBytes(kept("receipt.json"))))
                .isEqualTo(archive.receipt("pel-2024", 1).orElseThrow());
        Path evidence = home.root().resolve(archive.rows(null, 1, null).get(0).folder());
        assertThat(evidence.resolve("p2.zip")).hasContent("2");
        assertThat(evidence.resolve("receipt.json")).isNotEmptyFile();
        assertThat(archive.problems()).isEmpty();
    }

    /** Whatever else a failing disk does: what this process did not put there it does not take away. */
    @Test
    void whatAppearsInThePlaceMeanwhileIsNotTakenBackForOurs() throws Exception {
        Path place = first();
        Disk appearing = (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, values) -> {
                    if (method.getName().equals("moveAtomically")
                            && values[0].toString().contains(Keeping.UNFINISHED)) {
                        Files.createDirectories(place);
                        throw new IOException("directory not empty");
                    }
                    return method.invoke(disk, values);
                });
        Candidate one = candidate(1);
        assertThatThrownBy(
                        () -> new Keeping(appearing).keep(one, receipt(one, 1, Receipt.Outcome.ACCEPTED), place, false))
                .hasMessage("directory not empty");
        assertThat(names(home.archive().resolve("pel-2024"))).containsExactly("1");
        assertThat(place).isEmptyDirectory();
    }

    private void damageTheFirst() throws IOException {
        disk.delete(kept("p1.zip"));
        disk.write(kept("p1.zip"), new ByteArrayInputStream(new byte[] {9}), Disk.Access.PRIVATE);
        disk.sync(kept("p1.zip"));
        disk.syncDirectory(first());
    }

    private void mendTheFirst() throws Exception {
        Path again = home.incoming().resolve("iee/" + UUID.randomUUID());
        disk.createDirectories(again, Disk.Access.PRIVATE);
        Path sent = again.resolve("p1.zip");
        disk.write(sent, new ByteArrayInputStream(new byte[] {'1'}), Disk.Access.PRIVATE);
        new Mending(archive, disk)
                .mend(
                        first(),
                        archive.receipt("pel-2024", 1).orElseThrow(),
                        new Candidate("iee", "p1.zip", sent, List.of(), null, AT),
                        AT,
                        "ana");
    }

    @Test
    void whatADiskDidNotTakeInAMendingLeavesNothingBeside() throws Exception {
        keep(1);
        damageTheFirst();
        disk.failWhere("rename to archive/pel-2024/1/p1.zip", Fault.FAILS);
        assertThatThrownBy(this::mendTheFirst).isInstanceOfSatisfying(MachineException.class, e -> {
            assertThat(e.code()).isEqualTo("storage-failed");
            assertThat(e).hasMessageContaining("archive/pel-2024/1: input/output error");
        });
        assertThat(names(first())).containsExactly("p1.zip", "receipt.json");
        assertThat(kept("p1.zip")).hasBinaryContent(new byte[] {9});
        assertThat(Files.readString(home.history())).doesNotContain("mended");
    }

    @Test
    void whatWasMendedOutlivesAPowerCut() throws Exception {
        keep(1);
        damageTheFirst();
        disk.failAfter("link archive/pel-2024/1/.p1.zip.", Fault.FAILS);
        assertThatThrownBy(this::mendTheFirst).isInstanceOf(MachineException.class);
        assertThat(disk.struckAt()).startsWith("sync archive/pel-2024/1/.p1.zip.");
        disk.mend();
        disk.failAfter("rename to archive/pel-2024/1/p1.zip", Fault.FAILS);
        assertThatThrownBy(this::mendTheFirst).isInstanceOf(MachineException.class);
        assertThat(disk.struckAt()).isEqualTo("sync folder archive/pel-2024/1");
        disk.mend();
        damageTheFirst();
        mendTheFirst();
        cutPowerAndRestart();
        assertThat(kept("p1.zip")).hasContent("1");
        assertThat(names(first())).containsExactly("p1.zip", "receipt.json");
    }

    @Test
    void whatAStartReadsInAReceiptIsNotTakenBackByAPowerCut() throws Exception {
        keep(1);
        Receipt held = archive.receipt("pel-2024", 1).orElseThrow().published(Receipt.Publication.HELD, null);
        disk.failWhere("sync folder archive/pel-2024/1", Fault.KILL);
        assertThatThrownBy(() -> archive.deliver(held)).isInstanceOf(MachineException.class);
        restart();
        assertThat(archive.receipt("pel-2024", 1).orElseThrow().publication()).isEqualTo(Receipt.Publication.HELD);
        cutPowerAndRestart();
        assertThat(archive.receipt("pel-2024", 1).orElseThrow().publication()).isEqualTo(Receipt.Publication.HELD);
    }
}
