package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.verify.SignatureFinding;
import org.junit.jupiter.api.Test;

/** Offers that end early, and refusals that only history or another package at the same moment can give. */
class DeskEdgesTest extends OneDesk {

    private static Reason reason(Receipt receipt) {
        return Objects.requireNonNull(receipt.refusal()).reason();
    }

    private List<String> alerted() {
        return alerts.active().stream().map(Alert::code).toList();
    }

    @Test
    void anOverdueOfferWaitsForNothing() {
        Candidate none = new Candidate("iee", "p.zip", folder, List.of(), null, began);
        Offer overdue = new OneOffer(none, true) {
            @Override
            public boolean overdue() {
                return true;
            }
        };
        Digest digest = new Digest("a".repeat(64));
        assertThat(OfferCheck.mustWait(new SignatureFinding.Missing(digest, 1, ""), overdue))
                .isFalse();
    }

    @Test
    void aDeskThatStopsGivesBackWhatItIsOffered() throws Exception {
        room().desk().close();
        assertThat(offer(pack(1))).isEqualTo("failed");
    }

    @Test
    void whatChangedBeforeItWasClaimedIsNotDecidedNow() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        room().desk().offer(new OneOffer(pack(1), false) {
            @Override
            public Optional<Candidate> claim() {
                asked.countDown();
                return Optional.empty();
            }
        });
        asked.await();
        room().desk().close();
        assertThat(tally.decisions()).isZero();
        assertThat(alerts.active()).isEmpty();
    }

    @Test
    void aFileThatVanishesBeforeItIsClaimedIsGivenBackToItsDoor() throws Exception {
        Candidate one = pack(1);
        Files.delete(one.archive());
        assertThat(offer(one)).isEqualTo("failed");
        assertThat(alerts.active()).singleElement().satisfies(alert -> {
            assertThat(alert.code()).isEqualTo("storage-failed");
            assertThat(alert.message()).startsWith("no such file or folder: ");
        });
    }

    private static Offer going(boolean mayGrow, boolean quiet) {
        return new OneOffer(new Candidate("iee", "p.zip", Path.of("p.zip"), List.of(), null, Instant.EPOCH), mayGrow) {
            @Override
            public boolean quiet() {
                return quiet;
            }
        };
    }

    /** What does not fit its signature may be half a file; what is refused for good waits for its other files alone. */
    @Test
    void bytesThatAreNotTheSignedOnesWaitWhileTheyMayGrowAndBothUntilItIsQuiet() {
        Digest digest = new Digest("a".repeat(64));
        SignatureFinding mismatch = new SignatureFinding.Mismatch(digest, 1, Reason.SIGNATURE_INVALID, "");
        SignatureFinding refused = new SignatureFinding.Refused(digest, 1, Reason.TOO_LARGE, "");
        assertThat(OfferCheck.mustWait(mismatch, going(true, true))).isTrue();
        assertThat(OfferCheck.mustWait(refused, going(true, true))).isFalse();
        assertThat(OfferCheck.mustWait(mismatch, going(false, true))).isFalse();
        assertThat(OfferCheck.mustWait(mismatch, going(false, false))).isTrue();
        assertThat(OfferCheck.mustWait(refused, going(false, false))).isTrue();
    }

    /** Its line broke in the middle of the signature, or before. */
    @Test
    void aPartOfASignatureIsWaitedForWhileItMayGrow() throws Exception {
        Candidate one = pack(1);
        byte[] signature = Files.readAllBytes(one.signatures().get(0));
        for (int bytes : List.of(0, 1, signature.length / 2, signature.length - 1)) {
            Files.write(one.signatures().get(0), Arrays.copyOf(signature, bytes));
            OneOffer offer = new OneOffer(one, true) {
                @Override
                public boolean quiet() {
                    return true;
                }
            };
            room().desk().offer(offer);
            assertThat(offer.end()).as("%d bytes", bytes).isEqualTo("left");
        }
    }

    private static OneOffer cutShort(Candidate candidate, Reason reason) {
        return new OneOffer(candidate, false) {
            @Override
            public Optional<CutShort> cutShort() {
                return Optional.of(new CutShort(reason, 2_000_000));
            }
        };
    }

    @Test
    void whatItsDoorRefusedForItsSizeIsAnsweredSoAndNotForTheSignatureOfAPart() throws Exception {
        Candidate one = pack(1);
        Path part = Files.write(folder.resolve("part.zip"), new byte[10]);
        for (List<Path> signatures : List.of(one.signatures(), List.<Path>of())) {
            for (Reason reason : List.of(Reason.TOO_LARGE, Reason.BUDGET_EXCEEDED)) {
                OneOffer offer = cutShort(new Candidate("iee", one.name(), part, signatures, null, began), reason);
                room().desk().offer(offer);
                Receipt receipt = (Receipt) offer.end();
                assertThat(reason(receipt)).isEqualTo(reason);
                assertThat(receipt.size())
                        .as("of the bytes whose digest it has")
                        .isEqualTo(10);
                assertThat(Objects.requireNonNull(receipt.refusal()).message())
                        .startsWith("the package has at least 2000000 bytes, more than ")
                        .contains("the upload was refused after 10 of them")
                        .contains(reason == Reason.TOO_LARGE ? "1000000 that sftp.maxPackage" : "archive.budget");
            }
        }
    }

    @Test
    void whatIsSignedIsWholeThoughItsDoorRefusedMoreOfIt() throws Exception {
        OneOffer offer = cutShort(pack(1), Reason.TOO_LARGE);
        room().desk().offer(offer);
        assertThat(((Receipt) offer.end()).outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
    }

    /** The throwaway certificate ends seven days after the test began. */
    @Test
    void aCertificateThatEndedWhileThePackageWaitedCountsForADay() throws Exception {
        Instant end = began.plus(Duration.ofDays(7));
        Candidate late = received(pack(1), end.plusSeconds(60));
        Candidate forgotten = received(pack(2), end.minusSeconds(7200));
        Candidate waited = received(pack(3), end.minusSeconds(7200));

        clock.set(end.plusSeconds(3600));
        assertThat(decide(waited).outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);

        clock.set(end.plus(Duration.ofHours(24)));
        assertThat(reason(decide(late))).isEqualTo(Reason.SIGNATURE_EXPIRED);
        assertThat(reason(decide(forgotten))).isEqualTo(Reason.SIGNATURE_EXPIRED);
    }

    private static Candidate received(Candidate one, Instant receivedAt) {
        return new Candidate(one.uploader(), one.name(), one.archive(), one.signatures(), null, receivedAt);
    }

    @Test
    void aSignatureOfOtherBytesIsRefusedAsThat() throws Exception {
        Candidate one = pack(1);
        Candidate other = pack(2);
        assertThat(reason(decide(new Candidate("iee", one.name(), one.archive(), other.signatures(), null, began))))
                .isEqualTo(Reason.SIGNATURE_INVALID);
    }

    /** No signature is waited for: it could not make room. */
    @Test
    void whatTheBudgetHasNoRoomForIsRefusedAtOnceAndWhatIsKeptAlreadyIsAnswered() throws Exception {
        Candidate first = pack(1);
        budget = Files.size(first.archive());
        moveTo(began.minusSeconds(3600));
        Candidate kept = pack(1);
        byte[] bytes = Files.readAllBytes(kept.archive());
        budget = bytes.length;
        assertThat(decide(kept).outcome()).isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(decide(kept).outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        bytes[bytes.length / 2] ^= 1;
        Path as = Files.write(folder.resolve("as-large.zip"), bytes);
        assertThat(reason(decide(new Candidate("iee", "as-large.zip", as, List.of(), null, began))))
                .isEqualTo(Reason.BUDGET_EXCEEDED);
    }

    @Test
    void whatIsKeptElsewhereSinceItsEventWasRetiredIsAnsweredThoughTheBudgetIsSpent() throws Exception {
        budget = Files.size(pack(1).archive());
        moveTo(began.minusSeconds(3600));
        Candidate kept = pack(1);
        Receipt accepted = decide(kept);
        retire(accepted);
        assertThat(decide(kept).outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
    }

    @Test
    void aRefusalThatIsStoredEndsTheAlertOfAStoreThatFailed() throws Exception {
        Candidate one = pack(1);
        faults = Faults.FULL;
        assertThat(offer(one)).isEqualTo("failed");
        faults = Faults.NONE;
        assertThat(alerted()).containsExactly("storage-failed");
        assertThat(reason(decide(pack("simulacro", 1, Files.createTempDirectory(folder, "cut")))))
                .isEqualTo(Reason.EVENT_UNKNOWN);
        assertThat(alerted()).containsExactly("event-unknown");
    }

    @Test
    void anAnswerThatItCouldNotBeStoredDoesNotEndThatAlert() throws Exception {
        Candidate one = pack(1);
        faults = Faults.FULL;
        for (int i = 1; i < Desk.TRIES; i++) {
            assertThat(offer(one)).isEqualTo("failed");
        }
        assertThat(reason(decide(one))).isEqualTo(Reason.STORAGE_FAILED);
        assertThat(alerted()).containsExactly("storage-failed");
    }

    @Test
    void nothingOfADecisionStaysInWork() throws Exception {
        decide(pack(1));
        decide(pack("simulacro", 1, Files.createTempDirectory(folder, "cut")));
        room().desk().close();
        assertThat(room().home().work()).isEmptyDirectory();
    }

    @Test
    void everyDecisionIsCounted() throws Exception {
        Candidate one = pack(1);
        decide(one);
        assertThat(tally.decisions()).isEqualTo(1);
        assertThat(Objects.requireNonNull(tally.last()).name()).isEqualTo("p1.zip");
        decide(one);
        assertThat(tally.decisions()).isEqualTo(2);
    }

    @Test
    void anEventThatIsNotConfiguredIsAnAlertAndIsNamedWithThoseThatAre() throws Exception {
        Receipt receipt = decide(pack("simulacro", 1, Files.createTempDirectory(folder, "cut")));
        assertThat(reason(receipt)).isEqualTo(Reason.EVENT_UNKNOWN);
        String message = Objects.requireNonNull(receipt.refusal()).message();
        assertThat(message).isEqualTo("the event simulacro is not configured here; known are pel");
        assertThat(alerts.active()).singleElement().satisfies(alert -> {
            assertThat(alert.code()).isEqualTo("event-unknown");
            assertThat(alert.message()).isEqualTo(message);
        });
    }

    /** Even one that no event can have, and that is none of a folder. */
    @Test
    void anEventOfAnotherSpellingIsUnknownAndNamesNoFile() throws Exception {
        for (String id : List.of("PEL_2024", "../../escaped", "Pel")) {
            assertThat(reason(decide(pack(id, 1, Files.createTempDirectory(folder, "cut")))))
                    .as(id)
                    .isEqualTo(Reason.EVENT_UNKNOWN);
        }
        assertThat(room().home().archive()).isEmptyDirectory();
        assertThat(folder.resolve("escaped")).doesNotExist();
    }

    @Test
    void aTestAmongTheResultsOfAnElectionIsRefusedAndCallsSomebody() throws Exception {
        Path files = Files.createTempDirectory(folder, "cut");
        Files.writeString(files.resolve("a.json"), "{\"simulacro\": true}");
        assertThat(reason(decide(pack(1, files)))).isEqualTo(Reason.CUT_INVALID);
        assertThat(alerted()).containsExactly("test-mixed-up");
        assertThat(page()).contains("todavía no se publican");
    }

    @Test
    void anotherPackageUnderATakenSequenceCallsSomebody() throws Exception {
        decide(pack(2));
        assertThat(reason(decide(pack(2, otherFiles())))).isEqualTo(Reason.SEQUENCE_CONFLICT);
        assertThat(alerted()).containsExactly("sequence-conflict");
    }

    /** Both found room when they were looked at. */
    @Test
    void ofTwoThatFitAloneTheSecondIsRefused() throws Exception {
        budget = Files.size(pack(1).archive()) * 3 / 2;
        moveTo(began.minusSeconds(3600));
        OneOffer first = new OneOffer(pack(1), false);
        OneOffer second = new OneOffer(pack(2), false);
        CountDownLatch free = new CountDownLatch(1);
        ExecutorService busy = Executors.newSingleThreadExecutor();
        try {
            Future<?> held = busy.submit(() -> deciding.call(() -> free.await(60, TimeUnit.SECONDS)));
            awaitWaitingForTheDecidingThread(1);
            assertThat(room().desk().busy()).isFalse();
            room().desk().offer(first);
            room().desk().offer(second);
            awaitWaitingForTheDecidingThread(3);
            assertThat(room().desk().busy()).isTrue();
            free.countDown();
            assertThat(held.get()).isEqualTo(true);
        } finally {
            busy.shutdown();
        }
        List<Receipt> both = List.of((Receipt) first.end(), (Receipt) second.end());
        assertThat(both).extracting(Receipt::outcome).contains(Receipt.Outcome.ACCEPTED);
        assertThat(both)
                .filteredOn(one -> one.refusal() != null)
                .singleElement()
                .satisfies(one -> assertThat(reason(one)).isEqualTo(Reason.BUDGET_EXCEEDED));
    }

    @Test
    void whatNobodySignedIsAnsweredOnceItIsOverdue() throws Exception {
        Candidate signed = pack(1);
        Candidate unsigned = new Candidate("iee", signed.name(), signed.archive(), List.of(), null, began);
        assertThat(offer(unsigned)).isEqualTo("left");
        OneOffer overdue = new OneOffer(unsigned, true) {
            @Override
            public boolean overdue() {
                return true;
            }
        };
        room().desk().offer(overdue);
        Receipt receipt = (Receipt) overdue.end();
        assertThat(reason(receipt)).isEqualTo(Reason.SIGNATURE_MISSING);
        assertThat(Objects.requireNonNull(receipt.refusal()).message())
                .endsWith(signed.name() + ".asc; upload archive and signature again, together" + GONE);
    }

    private static final String GONE = ": the archive has left /entrada, where it is still shown for half a minute";

    @Test
    void whatAnotherFileBesideTheArchiveWouldMendIsToComeAgainWithTheArchive() {
        Digest digest = new Digest("a".repeat(64));
        assertThat(OfferCheck.rejected(new SignatureFinding.Mismatch(digest, 1, Reason.SIGNATURE_INVALID, "x"))
                        .message())
                .isEqualTo("x; upload archive and signature again, together" + GONE);
        for (Reason reason : Reason.values()) {
            String said = OfferCheck.rejected(new SignatureFinding.Refused(digest, 1, reason, "x"))
                    .message();
            String again = switch (reason) {
                case CHECKSUM_MISMATCH -> "; upload archive, signature and checksum again, together" + GONE;
                case SIGNATURE_MISSING, SIGNATURE_INVALID, SIGNATURE_UNTRUSTED, SIGNATURE_EXPIRED ->
                    "; upload archive and signature again, together" + GONE;
                default -> "";
            };
            assertThat(said).isEqualTo("x" + again);
        }
    }

    /** Who reads the receipt takes the fingerprint from its end. */
    @Test
    void whatTheDifusorMayTypeIsTheEndOfTheMessage() {
        String command = SignatureFinding.MEANWHILE + "difusor trust allow-expired " + "b".repeat(64);
        assertThat(OfferCheck.rejected(new SignatureFinding.Refused(
                                new Digest("a".repeat(64)), 1, Reason.SIGNATURE_EXPIRED, "x" + command))
                        .message())
                .isEqualTo("x; upload archive and signature again, together" + GONE + command);
    }

    @Test
    void bytesThatAreNotThoseOfTheirChecksumAreRefused() throws Exception {
        Candidate one = pack(1);
        Path checksum = Files.writeString(folder.resolve("p1.zip.sha256"), "a".repeat(64) + "  p1.zip\n");
        assertThat(reason(decide(new Candidate("iee", one.name(), one.archive(), one.signatures(), checksum, began))))
                .isEqualTo(Reason.CHECKSUM_MISMATCH);
    }

    @Test
    void aCutThatDoesNotFitCallsNobody() throws Exception {
        assertThat(reason(decide(pack(20_000_000)))).isEqualTo(Reason.CUT_INVALID);
        assertThat(alerted()).isEmpty();
    }

    @Test
    void aDefectBeforeAPackageIsClaimedGivesItBackToItsDoor() throws Exception {
        OneOffer offer = new OneOffer(pack(1), false) {
            @Override
            public Optional<Candidate> claim() {
                throw new IllegalStateException("a defect");
            }
        };
        room().desk().offer(offer);
        assertThat(offer.end()).isEqualTo("failed");
        assertThat(alerted()).containsExactly("internal-error");
    }

    @Test
    void whatCannotBeAnsweredEitherIsOfferedAgain() throws Exception {
        Candidate gone = new Candidate("iee", "p1.zip", folder.resolve("gone.zip"), List.of(), null, began);
        for (int i = 1; i <= Desk.TRIES; i++) {
            OneOffer offer = new OneOffer(pack(1), false) {
                @Override
                public Optional<Candidate> claim() {
                    return Optional.of(gone);
                }
            };
            room().desk().offer(offer);
            assertThat(offer.end()).as("try %d", i).isEqualTo("failed");
        }
        assertThat(tally.decisions()).isZero();
    }

    @Test
    void aStopThatIsInterruptedStaysInterrupted() throws Exception {
        CountDownLatch claimed = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        room().desk().offer(new OneOffer(pack(1), false) {
            @Override
            public Optional<Candidate> claim() {
                claimed.countDown();
                try {
                    free.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                return Optional.empty();
            }
        });
        claimed.await();
        Thread.currentThread().interrupt();
        room().desk().close();
        assertThat(Thread.interrupted()).isTrue();
        free.countDown();
    }
}
