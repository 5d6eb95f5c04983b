package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.Test;

/** A refusal, or the same again, is decided once, however long its receipt cannot be written. */
class AnswersTest extends BreakableDesk {

    private static final int TIMES = 2 * Desk.TRIES;

    /** Nothing can be written there until it is deleted. */
    private Path inTheWay() throws Exception {
        Path box = Objects.requireNonNull(acuse("p1.zip").getParent());
        new LocalDisk().deleteTree(box);
        return Files.writeString(box, "in the way");
    }

    private String acused(String name) throws Exception {
        return Files.readString(acuse(name));
    }

    private long logged(String what) throws Exception {
        return Files.readAllLines(room().home().history()).stream()
                .filter(line -> line.contains("\"what\":\"" + what + "\""))
                .count();
    }

    private long quarantined() throws Exception {
        try (var all = Files.list(room().home().quarantine())) {
            return all.count();
        }
    }

    private Candidate conflict() throws Exception {
        return named("x.zip", pack(1, otherFiles()), began);
    }

    private void assertFailing(Candidate one) throws Exception {
        for (int i = 0; i < TIMES; i++) {
            assertThat(offer(one)).isEqualTo("failed");
        }
        assertThat(alerted()).contains("storage-failed");
    }

    @Test
    void aRefusalIsKeptAndLoggedOnceAndToldOnceItCanBeWritten() throws Exception {
        decide(pack(1));
        Path box = inTheWay();
        Candidate conflict = conflict();
        assertFailing(conflict);
        assertThat(quarantined()).isEqualTo(1);
        assertThat(logged("rejected")).isEqualTo(1);
        Files.delete(box);
        Receipt told = decide(conflict);
        assertThat(Objects.requireNonNull(told.refusal()).reason()).isEqualTo(Reason.SEQUENCE_CONFLICT);
        assertThat(acused("x.zip")).contains("sequence-conflict");
        assertThat(quarantined()).isEqualTo(1);
        assertThat(logged("rejected")).isEqualTo(1);
        assertThat(alerted()).containsExactly("sequence-conflict");
    }

    @Test
    void noDefectThatComesMeanwhileMakesAnotherVerdictOfIt() throws Exception {
        decide(pack(1));
        Path box = inTheWay();
        Candidate conflict = conflict();
        assertThat(offer(conflict)).isEqualTo("failed");
        faults = Faults.DEFECT;
        assertThat(offer(conflict)).isEqualTo("failed");
        Files.delete(box);
        assertThat(Objects.requireNonNull(decide(conflict).refusal()).reason()).isEqualTo(Reason.SEQUENCE_CONFLICT);
        assertThat(quarantined()).isEqualTo(1);
    }

    @Test
    void aReceiptThatMeetsADefectIsNoOtherVerdictEither() throws Exception {
        decide(pack(1));
        Candidate one = conflict();
        Candidate nowhere = new Candidate("i\0e", one.name(), one.archive(), one.signatures(), null, began);
        assertFailing(nowhere);
        assertThat(quarantined()).isEqualTo(1);
    }

    @Test
    void theSameAgainIsLoggedOnceAndToldWhatIsSoByThen() throws Exception {
        Candidate one = pack(1);
        decide(one);
        Path box = inTheWay();
        assertFailing(one);
        assertThat(logged("duplicate")).isEqualTo(1);
        decide(pack(2));
        Files.delete(box);
        assertThat(decide(one).publication()).isEqualTo(Receipt.Publication.SUPERSEDED);
        assertThat(acused("p1.zip")).contains("\"duplicate\"", "\"superseded\"");
        assertThat(logged("duplicate")).isEqualTo(1);
    }

    @Test
    void whatCouldNotBeToldAtFirstDoesNotDisplaceWhatIsNewer() throws Exception {
        decide(pack(1));
        Path box = inTheWay();
        Candidate conflict = conflict();
        assertFailing(conflict);
        Files.delete(box);
        clock.set(began.plusSeconds(60));
        decide(named("x.zip", pack(2), clock.instant()));
        assertThat(alerted()).as("one receipt is missing still").contains("storage-failed");
        assertThat(decide(conflict).outcome()).isEqualTo(Receipt.Outcome.REJECTED);
        assertThat(acused("x.zip")).contains("\"accepted\"");
        assertThat(alerted()).doesNotContain("storage-failed");
    }

    /** Beyond, it is better to judge again than to remember without an end. */
    @Test
    void soManyAreRememberedAndNoMore() throws Exception {
        Receipts receipts = new Receipts(room().archive(), publication(), alerts, clock);
        Answers answers = new Answers(room().archive(), receipts, alerts);
        inTheWay();
        Receipt refused = refused();
        for (int i = 0; i <= Answers.LIMIT; i++) {
            Path archive = folder.resolve("claim" + i);
            Candidate claimed = new Candidate("iee", "x.zip", archive, List.of(), null, began);
            assertThat(answers.give(claimed, new Answers.Answer(refused, archive, true), room().archive()::deliver))
                    .isEmpty();
            assertThat(answers.owes(claimed)).isTrue();
        }
        Candidate first = new Candidate("iee", "x.zip", folder.resolve("claim0"), List.of(), null, began);
        assertThat(answers.owes(first)).isFalse();
    }

    private Receipt refused() {
        return new Receipt(
                "iee",
                "x.zip",
                null,
                1,
                Receipt.Outcome.REJECTED,
                new Receipt.Refusal(Reason.SIGNATURE_MISSING, "", null),
                null,
                List.of(),
                Receipt.Publication.NONE,
                began,
                began,
                null,
                List.of());
    }
}
