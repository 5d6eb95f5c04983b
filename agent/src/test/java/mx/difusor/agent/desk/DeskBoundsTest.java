package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What keeps the desk from working on one package for ever, and from remembering for ever. */
class DeskBoundsTest extends OneDesk {

    /** While the package at hand waits for its decision again, a nearer one is accepted; and the next time, too. */
    private Callable<Object> disturbance(ExecutorService others, List<Candidate> nearer) {
        return () -> {
            awaitWaitingForTheDecidingThread(2);
            if (nearer.size() > 1) {
                disturb(others, nearer.subList(1, nearer.size()));
                awaitWaitingForTheDecidingThread(3);
            }
            keep(nearer.get(0), began);
            return "";
        };
    }

    private void disturb(ExecutorService others, List<Candidate> nearer) {
        others.execute(() -> {
            try {
                deciding.call(disturbance(others, nearer));
            } catch (MachineException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    @Timeout(120)
    void whereNearerPackagesKeepComingTheLastComparisonCounts() throws Exception {
        List<Candidate> nearer = new ArrayList<>();
        for (int sequence = 1; sequence <= Desk.COMPARISONS; sequence++) {
            nearer.add(cut(sequence, 800 + sequence));
        }
        OneOffer offer = new OneOffer(cut(50, 790), false);
        ExecutorService others = Executors.newCachedThreadPool();
        try {
            disturb(others, nearer);
            awaitWaitingForTheDecidingThread(1);
            room().desk().offer(offer);
            Receipt receipt = (Receipt) offer.end();
            assertThat(receipt.outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
            int last = Desk.COMPARISONS - 1;
            assertThat(receipt.warnings())
                    .containsExactly("count-shrinks: GOB.csv ACTAS_CAPTURADAS %d → 790 since sequence %d"
                            .formatted(800 + last, last));
            assertThat(room().archive().history("pel").packages()).hasSize(Desk.COMPARISONS + 1);
        } finally {
            others.shutdown();
        }
    }

    /** What it claims is gone. */
    private OneOffer failing(String name, Path small) {
        return new OneOffer(new Candidate("iee", name, small, List.of(), null, began), false) {
            @Override
            public boolean overdue() {
                return true;
            }

            @Override
            public Optional<Candidate> claim() {
                return Optional.of(new Candidate("iee", name, folder.resolve("gone-" + name), List.of(), null, began));
            }
        };
    }

    /** Some Institutes always send {@code prep.zip}. */
    @Test
    void packagesOfOneNameAreTriedAsOftenAsOthers() throws Exception {
        faults = Faults.FULL;
        Candidate one = named("prep.zip", pack(1), began);
        Candidate other = named("prep.zip", pack(2), began.plusSeconds(1));
        for (int i = 1; i < Desk.TRIES; i++) {
            assertThat(offer(one)).isEqualTo("failed");
            assertThat(offer(other)).isEqualTo("failed");
        }
        faults = Faults.NONE;
        assertThat(decide(one).outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(decide(other).outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
    }

    /** With its tries still counted the last one would be answered. */
    @Test
    void ofVeryManyPackagesThatFailTheTriesAreForgotten() throws Exception {
        faults = Faults.FULL;
        Candidate first = pack(1);
        for (int i = 1; i < Desk.TRIES; i++) {
            assertThat(offer(first)).isEqualTo("failed");
        }
        Path small = Files.write(folder.resolve("small.zip"), new byte[1]);
        for (int i = 0; i < Desk.TRIES_REMEMBERED_LIMIT; i++) {
            OneOffer other = failing(i + ".zip", small);
            room().desk().offer(other);
            assertThat(other.end()).isEqualTo("failed");
        }
        assertThat(offer(first)).isEqualTo("failed");
    }
}
