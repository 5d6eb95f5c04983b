package mx.difusor.agent.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Fault;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.Loss;
import mx.difusor.agent.disk.UnreliableDisk;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Packages;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An event's packages leave the archive wholly, whatever crashes, and are never forgotten. */
class RetirementsTest {

    private static final Instant AT = Instant.parse("2024-09-03T03:00:00.123Z");
    private static final String EVENT = "pel-2024";

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private UnreliableDisk disk;

    @SuppressWarnings("NullAway.Init")
    private Home home;

    @SuppressWarnings("NullAway.Init")
    private Index index;

    @BeforeEach
    void keepTwo() throws Exception {
        Path root = folder.toRealPath();
        disk = new UnreliableDisk(root, 1);
        home = new Home(root);
        home.prepare(disk);
        index = Index.open(home.index());
        for (int sequence = 1; sequence <= 2; sequence++) {
            makeFolder(sequence);
            Manifest manifest = Packages.data(sequence).manifest();
            index.add("archive/pel-2024/" + sequence, 1, receipt(manifest), manifest);
        }
    }

    @AfterEach
    void close() throws Exception {
        index.close();
    }

    private void makeFolder(int sequence) throws IOException {
        disk.createDirectories(kept(sequence), Disk.Access.PRIVATE);
        Path file = kept(sequence).resolve("receipt.json");
        disk.write(file, new ByteArrayInputStream(new byte[] {1}), Disk.Access.PRIVATE);
        disk.sync(file);
        disk.syncDirectory(kept(sequence));
    }

    private static Receipt receipt(Manifest manifest) {
        return new Receipt(
                "iee",
                "prep.zip",
                digest(manifest.sequence()),
                1,
                Receipt.Outcome.ACCEPTED,
                null,
                Receipt.Contents.of(manifest),
                List.of(),
                Receipt.Publication.LIVE,
                AT,
                AT,
                AT,
                List.of());
    }

    private static Digest digest(long sequence) {
        return Digest.ofContent(new byte[] {(byte) sequence});
    }

    private Path kept(int sequence) {
        return home.archive().resolve(EVENT).resolve("" + sequence);
    }

    private Path record() {
        return home.archive().resolve(EVENT).resolve("retired.json");
    }

    private static Retirement retirement() {
        return new Retirement(
                EVENT,
                AT,
                "maria",
                "over",
                Digest.ofContent(new byte[] {0}),
                true,
                List.of(
                        new Retirement.Gone(1, "prep-1.zip", digest(1), 10),
                        new Retirement.Gone(2, "prep-2.zip", digest(2), 20)));
    }

    private Retirements read() throws MachineException {
        return Retirements.read(home, disk);
    }

    private void retire() throws Exception {
        read().retire(retirement(), index);
    }

    @Test
    void thePackagesAreGoneAndWhatTheyWereIsRemembered() throws Exception {
        Retirements retirements = read();
        assertThat(retirements.of(EVENT)).isEmpty();
        retirements.retire(retirement(), index);
        assertThat(kept(1)).doesNotExist();
        assertThat(kept(2)).doesNotExist();
        assertThat(index.all()).isEmpty();
        assertThat(retirements.of(EVENT)).contains(retirement().removed());
        assertThat(read().of(EVENT)).contains(retirement().removed());
        assertThat(read().of("another")).isEmpty();
        assertThat(retirement().gone(2)).map(Retirement.Gone::name).contains("prep-2.zip");
        assertThat(retirement().gone(3)).isEmpty();
    }

    @Test
    void aHomeWithoutAnArchiveHasNoRetirements() throws Exception {
        disk.deleteTree(home.archive());
        assertThat(read().of(EVENT)).isEmpty();
    }

    @Test
    void whatWasRemovedDoesNotComeBackWithAPowerCut() throws Exception {
        retire();
        disk.cutPower(Loss.ALL);
        assertThat(kept(1)).doesNotExist();
        assertThat(kept(2)).doesNotExist();
        assertThat(read().of(EVENT)).contains(retirement().removed());
    }

    @Test
    void whatACrashKeptFromBeingRemovedIsRemovedAtTheNextStart() throws Exception {
        disk.failWhere("delete archive/pel-2024/2", Fault.KILL);
        assertThatThrownBy(this::retire).isInstanceOf(IOException.class);
        disk.mend();
        Retirements again = read();
        assertThat(again.of(EVENT)).contains(retirement());
        again.finish(index);
        assertThat(kept(2)).doesNotExist();
        assertThat(index.all()).isEmpty();
        assertThat(read().of(EVENT)).contains(retirement().removed());
    }

    @Test
    void aFolderThatCannotBeRemovedSaysSo() throws Exception {
        disk.failWhere("delete archive/pel-2024/2", Fault.KILL);
        assertThatThrownBy(this::retire).isInstanceOf(IOException.class);
        disk.mend();
        Retirements again = read();
        disk.failWhere("delete archive/pel-2024/2", Fault.FAILS);
        assertThatThrownBy(() -> again.finish(index)).isInstanceOfSatisfying(MachineException.class, e -> {
            assertThat(e.code()).isEqualTo("archive-unreadable");
            assertThat(e).hasMessageContaining("archive/pel-2024: input/output error: ");
        });
    }

    /** A crash may come after an import has put a package back and before it is noted that it is there. */
    @Test
    void whatCameBackIsNotRemovedOnceMore() throws Exception {
        retire();
        makeFolder(1);
        read().finish(index);
        assertThat(kept(1)).exists();
    }

    @Test
    void packagesThatAreBackAreNotMissedAndTheOthersStayGone() throws Exception {
        retire();
        Retirements retirements = read();
        retirements.back(EVENT, Set.of(2L));
        assertThat(retirements.of(EVENT).orElseThrow().packages())
                .extracting(Retirement.Gone::sequence)
                .containsExactly(1L);
        assertThat(read().of(EVENT)).isEqualTo(retirements.of(EVENT));
    }

    @Test
    void anEventThatIsBackWholeIsNotRetiredEvenAfterAPowerCut() throws Exception {
        retire();
        Retirements retirements = read();
        retirements.back(EVENT, Set.of(1L, 2L));
        assertThat(retirements.of(EVENT)).isEmpty();
        assertThat(record()).doesNotExist();
        disk.cutPower(Loss.ALL);
        assertThat(record()).doesNotExist();
        retirements.back("another", Set.of(1L));
        assertThat(home.archive().resolve("another")).doesNotExist();
    }

    @Test
    void aRecordThatCannotBeReadStopsTheStart() throws Exception {
        retire();
        for (String text : List.of("no json", "{\"event\":\"pel-2024\"}")) {
            Files.writeString(record(), text);
            expectUnreadable("retired.json is not what this agent wrote");
        }
        try (RandomAccessFile file = new RandomAccessFile(record().toFile(), "rw")) {
            file.setLength(Retirements.MAX_BYTES + 1L);
        }
        expectUnreadable("retired.json is larger than 67108864 bytes");
    }

    private void expectUnreadable(String message) {
        assertThatThrownBy(this::read).isInstanceOfSatisfying(MachineException.class, e -> {
            assertThat(e.code()).isEqualTo("archive-unreadable");
            assertThat(e).hasMessageContaining(message);
        });
    }

    /** Otherwise a power cut could bring a package back that is said to be removed. */
    @Test
    void thePackagesAreGoneForGoodBeforeThatIsSaid() throws Exception {
        List<String> calls = new ArrayList<>();
        Disk recording = (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, values) -> {
                    calls.add(method.getName() + " " + home.root().relativize((Path) values[0]));
                    return method.invoke(disk, values);
                });
        Retirements.read(home, recording).retire(retirement(), index);
        assertThat(calls)
                .containsExactly(
                        "replace archive/pel-2024/retired.json",
                        "deleteTree archive/pel-2024/1",
                        "deleteTree archive/pel-2024/2",
                        "syncDirectory archive/pel-2024",
                        "replace archive/pel-2024/retired.json");
    }

    @Test
    void aSecondRetirementKnowsWhatTheFirstOneTook() throws Exception {
        retire();
        Retirements retirements = read();
        retirements.back(EVENT, Set.of(2L));
        makeFolder(2);
        Retirement second = new Retirement(
                EVENT,
                AT.plusSeconds(60),
                "juan",
                "over again",
                digest(7),
                true,
                List.of(new Retirement.Gone(2, "prep-2.zip", digest(2), 20)));

        retirements.retire(second, index);

        assertThat(retirements.of(EVENT).orElseThrow().packages())
                .containsExactlyElementsOf(retirement().packages());
        assertThat(read().of(EVENT).orElseThrow().gone(1)).isPresent();
        assertThat(read().of(EVENT).orElseThrow().by()).isEqualTo("juan");
        assertThat(kept(2)).doesNotExist();
        retirements.back(EVENT, Set.of(2L));
        assertThat(read().of(EVENT)).as("the first is still missing").isPresent();
    }

    @Test
    void aRecordThatCannotBeReachedIsNotTakenForNone() throws Exception {
        retire();
        Files.delete(record());
        Files.createSymbolicLink(record(), record());
        expectUnreadable("cannot read what was retired");
        Files.delete(record());
        Files.writeString(home.archive().resolve("a file"), "of somebody's");
        assertThat(read().of(EVENT)).isEmpty();
    }
}
