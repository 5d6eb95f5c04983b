package mx.difusor.agent.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.Test;

/** Which evidence is kept. */
class QuarantineTest extends OneArchive {

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
            refuseRubbish(sequence);
        }
        try (Index index = Index.open(home.index())) {
            new Quarantine(home, disk, index, Quarantine.LIMIT_BYTES, 4).makeRoom();
            assertThat(namesIn(index)).containsExactly("bad-1.zip", "bad-2.zip", "rubbish-8.zip", "rubbish-9.zip");
            new Quarantine(home, disk, index, 4, 4).makeRoom();
            assertThat(namesIn(index)).as("the newest stays").containsExactly("rubbish-9.zip");
        }
    }

    private void refuseRubbish(int sequence) throws Exception {
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

    private static List<String> namesIn(Index index) throws MachineException {
        return index.rejected().stream().map(entry -> entry.receipt().name()).toList();
    }

    /** A file of so many bytes that takes no room. */
    private void refuseSparse(int sequence, long bytes) throws Exception {
        Candidate candidate = candidate("bad-" + sequence + ".zip", "");
        try (RandomAccessFile file = new RandomAccessFile(candidate.archive().toFile(), "rw")) {
            file.setLength(bytes);
        }
        archive.refuse(
                candidate,
                new Receipt(
                        "iee",
                        candidate.name(),
                        null,
                        bytes,
                        Receipt.Outcome.REJECTED,
                        null,
                        null,
                        List.of("CN=IEE"),
                        Receipt.Publication.NONE,
                        AT,
                        AT.plusSeconds(sequence),
                        null,
                        List.of()));
    }

    @Test
    void eachNewPieceOfEvidenceMakesItsRoom() throws Exception {
        for (int sequence = 1; sequence <= 3; sequence++) {
            refuseSparse(sequence, Quarantine.PACKAGE_LIMIT_BYTES);
        }
        try (Index index = Index.open(home.index())) {
            assertThat(namesIn(index)).as("two whole ones are too much").containsExactly("bad-3.zip");
        }
        try (var kept = Files.list(home.quarantine())) {
            assertThat(kept).singleElement().asString().contains("-unknown-");
        }
    }

    @Test
    void ofATooLargePackageOnlyTheReceiptIsEvidence() throws Exception {
        refuseSparse(1, Quarantine.PACKAGE_LIMIT_BYTES + 1);
        refuseSparse(2, 1);
        try (Index index = Index.open(home.index())) {
            assertThat(index.rejected())
                    .extracting(entry -> names(home.root().resolve(entry.folder())))
                    .containsExactly(List.of("receipt.json"), List.of("bad-2.zip", "bad-2.zip.p7s", "receipt.json"));
        }
    }

    private static List<String> names(Path folder) {
        return Stream.of(Objects.requireNonNull(folder.toFile().list()))
                .sorted()
                .toList();
    }

    /** Bytes count as packages do. */
    @Test
    void rubbishKeepsToHalfOfTheBytesToo() throws Exception {
        refuse(1);
        refuse(2);
        try (Index index = Index.open(home.index())) {
            long bytes = index.totals(Receipt.Outcome.REJECTED).bytes();
            new Quarantine(home, disk, index, bytes, 9).makeRoom();
            assertThat(namesIn(index)).containsExactly("bad-1.zip", "bad-2.zip");
            execute("UPDATE decision SET receipt = replace(receipt, '\"CN=IEE\"', '')");
            new Quarantine(home, disk, index, bytes, 9).makeRoom();
            assertThat(namesIn(index)).containsExactly("bad-2.zip");
        }
    }

    @Test
    void evidenceThatWasRemovedByHandLeavesTheIndexInItsTurn() throws Exception {
        for (int sequence = 1; sequence <= 4; sequence++) {
            refuse(sequence);
        }
        try (Index index = Index.open(home.index())) {
            disk.deleteTree(home.root().resolve(index.rejected().get(0).folder()));
            new Quarantine(home, disk, index, Quarantine.LIMIT_BYTES, 2).makeRoom();
            assertThat(namesIn(index)).containsExactly("bad-3.zip", "bad-4.zip");
        }
    }

    @Test
    void evidenceThatCannotLeaveDoesNotKeepTheRestFromLeaving() throws Exception {
        for (int sequence = 1; sequence <= 4; sequence++) {
            refuse(sequence);
        }
        try (Index index = Index.open(home.index())) {
            String stuck = index.rejected().get(0).folder();
            Disk holding = (Disk) Proxy.newProxyInstance(
                    Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (self, method, arguments) -> {
                        if (method.getName().equals("moveAtomically")
                                && arguments[0].toString().endsWith(stuck)) {
                            throw new IOException("it is in use");
                        }
                        return method.invoke(disk, arguments);
                    });
            Quarantine quarantine = new Quarantine(home, holding, index, Quarantine.LIMIT_BYTES, 2);
            assertThatThrownBy(quarantine::makeRoom).hasMessage("it is in use");
            assertThat(namesIn(index)).containsExactly("bad-1.zip", "bad-4.zip");
        }
    }

    @Test
    void roomThatCannotBeMadeNowFailsNoVerdictAndIsMadeAtTheNextRefusal() throws Exception {
        int most = Quarantine.LIMIT_PACKAGES / 2;
        for (int sequence = 1; sequence <= most; sequence++) {
            refuseRubbish(sequence);
        }
        execute("CREATE TRIGGER full BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
        refuseRubbish(most + 1);
        refuseRubbish(most + 2);
        assertThat(archive.rows(null, 2 * most, null)).hasSize(most + 2);
        execute("DROP TRIGGER full");
        refuseRubbish(most + 3);
        assertThat(archive.rows(null, 2 * most, null)).hasSize(most);
        try (var kept = Files.list(home.quarantine())) {
            assertThat(kept).as("and nothing that is on its way out").hasSize(most);
        }
    }

    @Test
    void evidenceIsNamedAfterItsTimeAndItsReason() throws Exception {
        refuse(1);
        assertThat(archive.rows(null, 1, null).get(0).folder())
                .matches("quarantine/20240603T030001.123Z-file-corrupt-[0-9a-f]{8}");
    }
}
