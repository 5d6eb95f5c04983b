package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.LiveState;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.verify.SignatureFinding;
import org.junit.jupiter.api.Test;

/** From an offer to its end, and what becomes of the public meanwhile. */
class DeskTest extends OneDesk {

    @Test
    void aGoodPackageIsKeptPublishedAndAnswered() throws Exception {
        Receipt receipt = decide(pack(1));
        assertThat(receipt.outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(receipt.publication()).isEqualTo(Receipt.Publication.LIVE);
        assertThat(page()).isEqualTo("cut 1");
        room().desk().close();
        assertThat(room().home().work()).isEmptyDirectory();
    }

    @Test
    void aFailingDiskIsTriedAgainThenAnsweredAndTheOldPageStays() throws Exception {
        decide(pack(1));
        faults = Faults.FULL;
        Candidate second = pack(2);
        for (int attempt = 1; attempt < Desk.TRIES; attempt++) {
            assertThat(offer(second)).isEqualTo("failed");
        }
        Receipt answered = decide(second);
        assertThat(java.util.Objects.requireNonNull(answered.refusal()).reason())
                .isEqualTo(Reason.STORAGE_FAILED);
        assertThat(alerts.active()).extracting(Alert::code).contains("storage-failed");
        assertThat(page()).isEqualTo("cut 1");

        faults = Faults.NONE;
        assertThat(decide(second).outcome()).as("the disk is mended").isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(page()).isEqualTo("cut 2");
        assertThat(alerts.active()).extracting(Alert::code).doesNotContain("storage-failed");
    }

    @Test
    void aPackageOfARetiredEventIsADuplicateAConflictOrUnknownAndNobodyMissesIt() throws Exception {
        Candidate first = pack(1);
        Receipt accepted = decide(first);
        retire(accepted);
        assertThat(decide(first).outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        Candidate another = pack(1, otherFiles());
        assertThat(java.util.Objects.requireNonNull(decide(another).refusal()).reason())
                .isEqualTo(Reason.SEQUENCE_CONFLICT);
        assertThat(java.util.Objects.requireNonNull(decide(pack(2)).refusal()).reason())
                .isEqualTo(Reason.EVENT_UNKNOWN);
        assertThat(alerts.active()).extracting(Alert::code).contains("sequence-conflict", "event-unknown");
        assertThat(room().archive().history("pel").isEmpty()).isTrue();
    }

    @Test
    void nothingWasDecidedBeforeItCameThoughTheClockWasPutBack() throws Exception {
        Candidate one = pack(1);
        Instant received = began.plusSeconds(3_600);
        Receipt receipt = decide(
                new Candidate(one.uploader(), one.name(), one.archive(), one.signatures(), one.checksum(), received));
        assertThat(receipt.decidedAt()).isEqualTo(received);
    }

    @Test
    void aDefectEndsOnePackageNeverTheAgent() throws Exception {
        decide(pack(1));
        faults = Faults.DEFECT;
        Receipt answered = decide(pack(2));
        assertThat(answered.outcome()).isEqualTo(Receipt.Outcome.REJECTED);
        assertThat(alerts.active()).extracting(Alert::code).contains("internal-error");
        assertThat(page()).isEqualTo("cut 1");
        faults = Faults.NONE;
        assertThat(decide(pack(3)).outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
    }

    @Test
    void theSameAgainChangesNothingThoughADefectKeepsItFromBeingChecked() throws Exception {
        Candidate one = pack(1);
        decide(one);
        faults = Faults.DEFECT;
        Receipt again = decide(named(one.name(), one, began.plusSeconds(5)));
        assertThat(again.outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        assertThat(again.publication()).isEqualTo(Receipt.Publication.LIVE);
        assertThat(acuse(1)).content().contains("\"duplicate\"", "\"live\"").doesNotContain("storage-failed");
        assertThat(room().home().quarantine()).isEmptyDirectory();
        assertThat(alerts.active()).extracting(Alert::code).containsExactly("internal-error");
    }

    @Test
    void norThoughTheDiskDoesAndThatIsNoSignThatTheDiskIsMended() throws Exception {
        Candidate one = pack(1);
        decide(one);
        faults = Faults.FULL;
        Candidate again = named(one.name(), one, began.plusSeconds(5));
        for (int attempt = 1; attempt < Desk.TRIES; attempt++) {
            assertThat(offer(again)).isEqualTo("failed");
        }
        assertThat(decide(again).outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        assertThat(alerts.active()).extracting(Alert::code).containsExactly("storage-failed");
    }

    @Test
    void aPackageBeyondTheLimitIsRefusedBeforeItsSignatureIsAsked() throws Exception {
        Path large = Files.write(folder.resolve("large.zip"), new byte[1_000_001]);
        Receipt receipt = decide(new Candidate("iee", "large.zip", large, List.of(), null, began));
        assertThat(java.util.Objects.requireNonNull(receipt.refusal()).reason()).isEqualTo(Reason.TOO_LARGE);
    }

    private Path acuse(int sequence) {
        return room().home().receipts().resolve("iee/p" + sequence + ".zip.json");
    }

    @Test
    void anInstituteThatSendsEverythingAgainIsAnsweredAndNothingIsThereTwice() throws Exception {
        List<Candidate> all = List.of(pack(1), pack(2), pack(3));
        for (Candidate one : all) {
            assertThat(decide(one).outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        }
        long bytes = room().archive().bytes();
        Path live = room().home().root().resolve("live").toRealPath();
        Files.delete(acuse(2)); // lost on the way

        for (Candidate one : all) {
            Receipt again = decide(one);
            assertThat(again.outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
            assertThat(again.refusal()).isNull();
            boolean newest = java.util.Objects.requireNonNull(again.contents()).sequence() == 3;
            assertThat(again.publication())
                    .isEqualTo(newest ? Receipt.Publication.LIVE : Receipt.Publication.SUPERSEDED);
        }

        assertThat(acuse(2)).exists();
        assertThat(room().archive().packages()).isEqualTo(3);
        assertThat(room().archive().bytes()).isEqualTo(bytes);
        assertThat(room().archive().history("pel").gaps()).isEmpty();
        assertThat(room().home().root().resolve("live").toRealPath()).isEqualTo(live);
        assertThat(room().home().quarantine()).isEmptyDirectory();
        assertThat(alerts.active()).isEmpty();
    }

    @Test
    void theSamePackageTwiceAtOnceIsAcceptedOnce() throws Exception {
        Candidate one = pack(1);
        OneOffer first = new OneOffer(one, false);
        OneOffer second = new OneOffer(one, false);
        room().desk().offer(first);
        room().desk().offer(second);
        assertThat(List.of(((Receipt) first.end()).outcome(), ((Receipt) second.end()).outcome()))
                .containsExactlyInAnyOrder(Receipt.Outcome.ACCEPTED, Receipt.Outcome.DUPLICATE);
        assertThat(room().archive().packages()).isEqualTo(1);
    }

    @Test
    void whatADecisionWritesBesideItsPackageFitsManyTimesIntoTheMarginOfTheDisk() throws Exception {
        Candidate one = pack(1);
        long before = bytes(room().home().root());
        decide(one);
        room().desk().close();
        assertThat(bytes(room().home().root()) - before - Files.size(one.archive()))
                .isPositive()
                .isLessThan(Space.DISK_MARGIN_BYTES / 100);
    }

    private static long bytes(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    @Test
    void aSpentBudgetRefusesWhatIsNewAndEvictsNothingButAnswersWhatIsKept() throws Exception {
        Candidate probe = pack(1);
        budget = Files.size(probe.archive()) + 10;
        moveTo(began.minusSeconds(3600));
        Candidate first = pack(1);
        assertThat(decide(first).outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);

        Receipt refused = decide(pack(2));
        assertThat(java.util.Objects.requireNonNull(refused.refusal()).reason()).isEqualTo(Reason.BUDGET_EXCEEDED);
        assertThat(refused.refusal().message()).contains("of the archive's budget are left");
        assertThat(decide(first).outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        assertThat(room().archive().history("pel").packages()).hasSize(1);
        assertThat(page()).isEqualTo("cut 1");
    }

    @Test
    void atTheOpeningToTheSecondTheNewestCutGoesLive() throws Exception {
        moveTo(began.plusSeconds(100));
        assertThat(decide(pack(1)).publication()).isEqualTo(Receipt.Publication.HELD);
        assertThat(decide(pack(2)).publication()).isEqualTo(Receipt.Publication.HELD);
        clock.set(began.plusSeconds(99));
        room().desk().tick();
        assertThat(state()).isEqualTo(LiveState.WAITING);
        assertThat(page()).contains("todavía no se publican");
        clock.set(began.plusSeconds(100));
        room().desk().tick();
        assertThat(page()).isEqualTo("cut 2");
        assertThat(state()).isEqualTo(LiveState.CURRENT);
        assertThat(room().archive().receipt("pel", 2).orElseThrow().liveAt()).isEqualTo(clock.instant());
        assertThat(room().archive().receipt("pel", 1).orElseThrow().publication())
                .isEqualTo(Receipt.Publication.SUPERSEDED);
        clock.set(began.plusSeconds(100 + 900 + 180));
        assertThat(state()).isEqualTo(LiveState.LATE);
    }

    @Test
    void whatShrinksBetweenCutsStandsInTheReceipt() throws Exception {
        assertThat(decide(cut(1, 812)).warnings()).isEmpty();
        assertThat(decide(cut(2, 812)).warnings()).isEmpty();
        // The cut before is remembered: nothing is read again.
        Files.delete(
                room().archive().file(room().archive().history("pel").get(2).orElseThrow()));
        Receipt receipt = decide(cut(4, 790));
        assertThat(receipt.outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(receipt.publication()).isEqualTo(Receipt.Publication.LIVE);
        List<String> shrinks = List.of("count-shrinks: GOB.csv ACTAS_CAPTURADAS 812 → 790 since sequence 2");
        assertThat(receipt.warnings()).isEqualTo(shrinks);
        assertThat(room().archive().receipt("pel", 4).orElseThrow().warnings()).isEqualTo(shrinks);
        assertThat(decide(cut(3, 700)).warnings())
                .as("a late one is held against its own predecessor")
                .containsExactly("count-shrinks: GOB.csv ACTAS_CAPTURADAS 812 → 700 since sequence 2");
    }

    @Test
    void aNearerPackageThatIsAcceptedMeanwhileIsTheOneToCompareWith() throws Exception {
        decide(cut(1, 812));
        OneOffer second = new OneOffer(cut(2, 900), false);
        OneOffer third = new OneOffer(cut(3, 850), false);
        CountDownLatch free = new CountDownLatch(1);
        ExecutorService busy = Executors.newSingleThreadExecutor();
        try {
            Future<?> held = busy.submit(() -> deciding.call(() -> free.await(60, TimeUnit.SECONDS)));
            awaitWaitingForTheDecidingThread(1);
            room().desk().offer(second);
            awaitWaitingForTheDecidingThread(2);
            room().desk().offer(third);
            awaitWaitingForTheDecidingThread(3);
            free.countDown();
            assertThat(held.get()).isEqualTo(true);
        } finally {
            busy.shutdown();
        }
        assertThat(((Receipt) second.end()).warnings()).isEmpty();
        assertThat(((Receipt) third.end()).warnings())
                .containsExactly("count-shrinks: GOB.csv ACTAS_CAPTURADAS 900 → 850 since sequence 2");
    }

    @Test
    void whatMayStillBecomeGoodWaitsAndNothingElseDoes() {
        Digest digest = new Digest("a".repeat(64));
        Candidate none = new Candidate("iee", "p.zip", folder, List.of(), null, began);
        Offer growing = new OneOffer(none, true);
        Offer standing = new OneOffer(none, false);
        SignatureFinding enough = new SignatureFinding.Enough(digest, 1, List.of(), List.of());
        SignatureFinding missing = new SignatureFinding.Missing(digest, 1, "");
        SignatureFinding mismatch = new SignatureFinding.Mismatch(digest, 1, Reason.SIGNATURE_INVALID, "");
        SignatureFinding refused = new SignatureFinding.Refused(digest, 1, Reason.SIGNATURE_UNTRUSTED, "");

        assertThat(OfferCheck.mustWait(enough, growing)).isFalse();
        assertThat(OfferCheck.mustWait(missing, standing))
                .as("a signature may come")
                .isTrue();
        assertThat(OfferCheck.mustWait(mismatch, growing)).isTrue();
        assertThat(OfferCheck.mustWait(mismatch, standing)).isFalse();
        assertThat(OfferCheck.mustWait(refused, growing))
                .as("another signature may be on its way")
                .isTrue();
        assertThat(OfferCheck.mustWait(refused, standing)).isFalse();
    }

    @Test
    void aLatePackageDoesNotMoveARootThatIsHeld() throws Exception {
        decide(pack(1));
        decide(pack(3));
        room().operator().hold("ana", "revisión");
        assertThat(state()).isEqualTo(LiveState.HELD);
        clock.set(began.plusSeconds(60));
        Path held = room().home().root().resolve("live").toRealPath();
        decide(pack(2));
        assertThat(decide(pack(4)).publication()).isEqualTo(Receipt.Publication.HELD);
        assertThat(room().home().root().resolve("live").toRealPath()).isEqualTo(held);
        room().operator().resume("ana", "bien");
        assertThat(page()).isEqualTo("cut 4");
        assertThat(room().archive().receipt("pel", 4).orElseThrow().publication())
                .isEqualTo(Receipt.Publication.LIVE);
    }
}
