package mx.difusor.agent.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an inbox does where its disk fails, and where the desk answers twice: no upload is lost or judged in part. */
class InboxFailuresTest extends OneInbox {

    @AfterEach
    void noFileIsLeftOpen() {
        assertThat(disk.made()).as("no file is left open").noneMatch(FileChannel::isOpen);
    }

    private void putPackage() throws IOException {
        put("prep.zip", "archive");
        put("prep.zip.sha256", "checksum");
        put("prep.zip.p7s", "signature");
    }

    private void decide(Offer offer, Candidate candidate) throws IOException {
        offer.decided(Receipts.of(candidate, true), home.resolve("kept"));
    }

    private void offeredAgainOnlyLater() {
        inbox.tick();
        assertThat(offers).as("not at once").isEmpty();
        clock.pass(Retry.FIRST);
        inbox.tick();
        assertThat(offers).hasSize(1);
    }

    @Test
    void aClaimIsOnTheDiskBeforeTheDeskHasIt() throws IOException {
        putPackage();
        disk.calls().clear();
        Offer offer = onlyOffer();
        Candidate candidate = offer.claim().orElseThrow();
        String claim = claims().get(0).getFileName().toString();
        assertThat(disk.calls())
                .containsExactly(
                        "sync prep.zip",
                        "sync prep.zip.p7s",
                        "sync prep.zip.sha256",
                        "createDirectories " + claim,
                        "moveAtomically prep.zip.p7s",
                        "moveAtomically prep.zip.sha256",
                        "moveAtomically prep.zip",
                        "syncDirectory " + claim,
                        "syncDirectory .claimed",
                        "syncDirectory iee");
        assertThat(candidate.checksum())
                .hasContent("checksum")
                .hasParent(candidate.archive().getParent());
    }

    @Test
    void anOfferEndsOnce() throws IOException {
        putPackage();
        Offer offer = onlyOffer();
        Candidate candidate = offer.claim().orElseThrow();
        assertThatThrownBy(offer::claim)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this offer of prep.zip has ended or was claimed already");
        offer.leave();
        putPackage();
        Offer second = onlyOffer();
        Receipt receipt = Receipts.of(candidate, true);
        offer.decided(receipt, home.resolve("kept"));
        offer.decided(receipt, home.resolve("kept"));
        offer.failed();
        clock.pass(Retry.LAST);
        inbox.tick();
        assertThat(offers).as("what is decided is not judged again").isEmpty();

        second.leave();
        second.failed();
        assertThatThrownBy(second::claim).isInstanceOf(IllegalStateException.class);
        put("prep.zip.asc", "another");
        onlyOffer().leave();
    }

    @Test
    void aLateAnswerToAnOldOfferDoesNotFreeWhatIsAtTheDeskNow() throws IOException {
        putPackage();
        Offer old = onlyOffer();
        old.leave();
        put("prep.zip.asc", "another");
        Offer now = onlyOffer();

        old.leave();

        assertThatThrownBy(() -> put("prep.zip", "x")).hasMessageContaining("being checked");
        now.leave();
        put("prep.zip", "x");
    }

    @Test
    void whereTheFilesCannotBeSyncedTheyStayAndAreOfferedAgain() throws IOException {
        putPackage();
        Offer offer = onlyOffer();
        disk.failWhere((call, file) -> call.equals("sync") && file.endsWith("prep.zip.p7s"));
        assertThatThrownBy(offer::claim).isInstanceOf(IOException.class).hasMessage(FailingDisk.MESSAGE);
        disk.mend();

        assertThat(folder.resolve("prep.zip")).hasContent("archive");
        assertThat(claims()).isEmpty();
        offeredAgainOnlyLater();
        assertThat(onlyOffer().claim()).isPresent();
    }

    @Test
    void whereOneFileCannotBeMovedTheOthersComeBack() throws IOException {
        putPackage();
        Offer offer = onlyOffer();
        disk.failWhere((call, file) -> call.equals("moveAtomically") && file.endsWith("prep.zip"));
        assertThatThrownBy(offer::claim)
                .isInstanceOf(IOException.class)
                .hasMessage(FailingDisk.MESSAGE)
                .hasNoSuppressedExceptions();
        disk.mend();

        assertThat(claims()).as("no empty folder is left").isEmpty();
        assertThat(folder.resolve("prep.zip.p7s")).hasContent("signature");
        assertThat(folder.resolve("prep.zip.sha256")).hasContent("checksum");
        offeredAgainOnlyLater();
        assertThat(onlyOffer().claim()).isPresent();
    }

    @Test
    void whatCannotBeMovedBackEitherIsSaidAndPutBackAtTheNextStart() throws IOException {
        putPackage();
        Offer offer = onlyOffer();
        disk.failWhere((call, file) -> call.equals("moveAtomically")
                && (file.endsWith("prep.zip") || file.startsWith(folder.resolve(UploadName.CLAIMED))));
        assertThatThrownBy(offer::claim)
                .isInstanceOf(IOException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(2));
        disk.mend();
        disk.calls().clear();

        restart();

        assertThat(claims()).isEmpty();
        assertThat(disk.calls()).contains("syncDirectory iee");
        assertThat(onlyOffer().candidate().signatures())
                .singleElement()
                .satisfies(file -> assertThat(file).hasContent("signature"));
    }

    @Test
    void whatIsPutBackDoesNotReplaceWhatCameSince() throws IOException {
        Path half = Files.createDirectories(folder.resolve(UploadName.CLAIMED).resolve("0001717358400000-000001"));
        Files.writeString(half.resolve("prep.zip.p7s"), "of the claim");
        Files.writeString(folder.resolve("prep.zip.p7s"), "newer");
        restart();
        assertThat(folder.resolve("prep.zip.p7s")).hasContent("newer");
        assertThat(half).doesNotExist();
    }

    @Test
    void whereAClaimCannotBeSyncedItStaysClaimedAndIsOfferedAgain() throws IOException {
        putPackage();
        Offer offer = onlyOffer();
        disk.failWhere((call, file) -> call.equals("syncDirectory"));
        assertThatThrownBy(offer::claim).isInstanceOf(IOException.class).hasMessage(FailingDisk.MESSAGE);
        disk.mend();

        assertThat(claims()).hasSize(1);
        assertThat(folder.resolve("prep.zip")).doesNotExist();
        offeredAgainOnlyLater();
        clock.pass(Retry.LAST);
        inbox.tick();
        onlyOffer().leave();
        clock.pass(Retry.LAST);
        inbox.tick();
        Offer again = onlyOffer();
        decide(again, again.claim().orElseThrow());
        assertThat(claims()).isEmpty();
    }

    private Candidate decideWhileFailing(String call) throws IOException {
        putPackage();
        Offer offer = onlyOffer();
        Candidate candidate = offer.claim().orElseThrow();
        disk.failWhere((made, file) -> made.equals(call));
        decide(offer, candidate);
        disk.mend();
        clock.pass(Retry.LAST);
        inbox.tick();
        assertThat(offers).isEmpty();
        assertThat(room.of("iee").written()).isZero();
        return candidate;
    }

    @Test
    void aClaimThatCannotBeMarkedAsDecidedIsJudgedAgainAfterARestart() throws IOException {
        Candidate candidate = decideWhileFailing("moveAtomically");
        restart();
        assertThat(onlyOffer().candidate()).isEqualTo(candidate);
    }

    @Test
    void aClaimThatCannotBeDeletedWhenDecidedIsDeletedAtARestart() throws IOException {
        decideWhileFailing("deleteTree");
        assertThat(claims()).hasSize(1);
        restart();
        assertThat(offers).isEmpty();
        assertThat(claims()).isEmpty();
    }

    @Test
    void aClaimWhoseFolderHasAnotherNameCameWhenTheFolderWasChanged() throws IOException {
        Path claim = Files.createDirectories(folder.resolve(UploadName.CLAIMED).resolve("unnamed"));
        for (String name : List.of("prep.zip", "prep.zip.p7s", "prep.zip.sha256", "prep.zip.part")) {
            Files.writeString(claim.resolve(name), name);
        }
        Instant changed = Files.getLastModifiedTime(claim).toInstant();
        restart();
        Candidate candidate = onlyOffer().candidate();
        assertThat(candidate.name()).isEqualTo("prep.zip");
        assertThat(candidate.receivedAt()).isEqualTo(changed);
        assertThat(candidate.signatures()).containsExactly(claim.resolve("prep.zip.p7s"));
        assertThat(candidate.checksum()).isEqualTo(claim.resolve("prep.zip.sha256"));
        inbox.tick();
        assertThat(room.of("iee").written())
                .as("undecided bytes of the earlier run count too")
                .isPositive();
    }

    @Test
    void onlySoManyPackagesAreAtTheDeskAndTheNextOneWaitsForAVerdict() throws IOException {
        List<Candidate> candidates = new ArrayList<>();
        List<Offer> claimed = new ArrayList<>();
        for (int i = 0; i < Bounds.MAX_CLAIMED; i++) {
            put("prep-" + i + ".zip.p7s", "s");
            put("prep-" + i + ".zip", "a");
            Offer offer = onlyOffer();
            candidates.add(offer.claim().orElseThrow());
            claimed.add(offer);
        }
        put("one-more.zip.p7s", "s");
        put("one-more.zip", "a");
        inbox.tick();
        assertThat(offers).isEmpty();

        decide(claimed.get(7), candidates.get(7));
        inbox.tick();
        assertThat(onlyOffer().candidate().name()).isEqualTo("one-more.zip");
    }

    private void isOfferedAgainAfter(Duration wait) {
        clock.pass(wait.minusMillis(1));
        inbox.tick();
        assertThat(offers).as("not before %s", wait).isEmpty();
        clock.pass(Duration.ofMillis(1));
        inbox.tick();
        assertThat(offers).as("after %s", wait).hasSize(1);
    }

    @Test
    void whatTheDeskFailedAtBeforeItsClaimIsOfferedAgainForEverAndLaterEachTime() throws IOException {
        putPackage();
        inbox.ended(visit);
        onlyOffer().failed();
        for (long seconds : List.of(1, 2, 4, 8, 16, 32, 60, 60)) {
            isOfferedAgainAfter(Duration.ofSeconds(seconds));
            onlyOffer().failed();
        }
        clock.pass(SIGNATURE_TIMEOUT);
        inbox.tick();
        assertThat(offers.get(0).overdue()).isTrue();
        onlyOffer().failed();
        isOfferedAgainAfter(Retry.LAST);
        onlyOffer().leave();

        put(nextVisit(), "prep.zip.asc", "another");
        onlyOffer().failed();
        isOfferedAgainAfter(Retry.FIRST);
    }

    @Test
    void whatHasAnArchiveIsNeverDeletedUnanswered() throws IOException {
        putPackage();
        put("unsigned.zip", "archive");
        onlyOffer().failed();
        clock.pass(Bounds.LEFTOVERS_KEPT.plusMillis(1));
        inbox.tick();
        assertThat(offers)
                .extracting(offer -> offer.candidate().name())
                .containsExactlyInAnyOrder("prep.zip", "unsigned.zip");
        offers.forEach(Offer::failed);
        offers.clear();
        inbox.tick();
        assertThat(inbox.names()).containsExactly("prep.zip", "prep.zip.p7s", "prep.zip.sha256", "unsigned.zip");
    }

    @Test
    void whatSomebodyRemovedIsNotOfferedAgain() throws IOException {
        putPackage();
        Files.delete(folder.resolve("prep.zip"));
        onlyOffer().failed();
        assertThat(inbox.names()).containsExactly("prep.zip.p7s", "prep.zip.sha256");
        clock.pass(Retry.LAST);
        inbox.tick();
        assertThat(offers).isEmpty();
    }

    /** Until it is closed, nobody can look into the folder. */
    private Closeable hidden(Path hiddenFolder) throws IOException {
        Path aside = hiddenFolder.resolveSibling("aside");
        Files.move(hiddenFolder, aside);
        Files.createSymbolicLink(hiddenFolder, hiddenFolder.getFileName());
        return () -> {
            Files.delete(hiddenFolder);
            Files.move(aside, hiddenFolder);
        };
    }

    @Test
    void whatCannotBeLookedAtForAMomentIsOfferedAgain() throws IOException {
        putPackage();
        Offer offer = onlyOffer();
        try (Closeable meanwhile = hidden(folder)) {
            assertThat(meanwhile).isNotNull();
            offer.failed();
            assertThatThrownBy(() -> handle("prep.zip", ON)).isInstanceOf(IOException.class);
        }

        assertThat(inbox.names()).containsExactly("prep.zip", "prep.zip.p7s", "prep.zip.sha256");
        offeredAgainOnlyLater();
        assertThat(onlyOffer().claim()).isPresent();
    }

    @Test
    void claimsThatCannotBeLookedForAreNotTakenForNone() throws IOException {
        Path loop = Files.createSymbolicLink(home.resolve("loop"), Path.of("loop"));
        Claims claims = new Claims("iee", loop, disk.disk());
        assertThatThrownBy(claims::recover).isInstanceOf(IOException.class);
        assertThat(new Claims("iee", home, disk.disk()).recover()).isEmpty();
    }

    @Test
    void aFileThatNobodyUploadedDoesNotBlockItsName() throws IOException {
        Files.writeString(folder.resolve("prep.zip"), "arch");
        Files.writeString(folder.resolve("other.zip"), "x");
        Files.createDirectory(folder.resolve("folder.zip"));
        assertThatThrownBy(() -> handle("prep.zip", Set.of(WRITE, CREATE_NEW)))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(inbox.names()).as("it is known from then on").containsExactly("prep.zip");
        inbox.tick();
        assertThat(room.of("iee").written()).as("and counts").isEqualTo(4);
        try (UploadChannel channel = handle("prep.zip", ON)) {
            channel.position(4);
            write(channel, "ive");
        }
        put("prep.zip.p7s", "signature");
        Offer offer = onlyOffer();
        assertThat(offer.candidate().archive()).hasContent("archive");
        assertThat(offer.candidate().known()).as("not all of it came here").isNull();
        assertThat(accept(offer).name()).isEqualTo("prep.zip");

        put("other.zip", "anew");
        assertThat(folder.resolve("other.zip")).hasContent("anew");
        assertThatThrownBy(() -> put("folder.zip", "x")).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void whatLiesThereUnknownMayBeOfAnEarlierArchiveAndIsNoTwin() throws IOException {
        putPackage();
        accept(onlyOffer());
        Files.writeString(folder.resolve("prep.zip"), "next");
        put("prep.zip.p7s", "signature");
        handle("prep.zip", ON).close();
        assertThat(read("prep.zip")).as("not the one that was taken in").isEqualTo("next");
        Offer offer = onlyOffer();
        assertThat(offer.doubtful()).containsExactly(folder.resolve("prep.zip.p7s"));
        offer.leave();
        inbox.remove("prep.zip");
        assertThat(inbox.names()).doesNotContain("prep.zip");

        put("late.zip.p7s", "signature");
        clock.pass(Bounds.BEFOREHAND.plusMillis(1));
        Files.writeString(folder.resolve("late.zip"), "next");
        handle("late.zip", ON).close();
        Offer late = onlyOffer();
        assertThat(late.doubtful()).containsExactly(folder.resolve("late.zip.p7s"));
        late.leave();
        put("prep.zip", "next");
        onlyOffer().leave();

        Files.writeString(folder.resolve("PREP.zip"), "twin");
        assertThatThrownBy(() -> put("PREP.zip", "x")).hasMessageContaining("differs only in case");
        assertThat(folder.resolve("PREP.zip")).hasContent("twin");
    }

    @Test
    void anErrorInAClaimLeavesNothingBeingChecked() throws IOException {
        for (String failing : List.of("sync prep.zip", "moveAtomically prep.zip.p7s", "moveAtomically prep.zip")) {
            putPackage();
            Offer offer = onlyOffer();
            disk.failWhere(
                    (call, file) -> failing.equals(call + " " + file.getFileName()),
                    () -> new OutOfMemoryError(FailingDisk.MESSAGE));
            assertThatThrownBy(offer::claim).isInstanceOf(OutOfMemoryError.class);
            offer.failed();
            disk.mend();
            offeredAgainOnlyLater();
            Candidate candidate = accept(onlyOffer());
            assertThat(candidate.signatures()).as(failing).hasSize(1);
            Files.delete(
                    kept.resolve(Digest.ofContent("archive".getBytes(UTF_8)).hex()));
        }
    }

    @Test
    void anErrorOnceAClaimStandsLeavesItClaimedAndWhatCameSinceAtTheDesk() throws IOException {
        putPackage();
        Offer offer = onlyOffer();
        offer.spare(List.of(folder.resolve("prep.zip.sha256")));
        disk.failWhere((call, file) -> call.equals("syncDirectory"), () -> {
            disk.mend();
            assertThatCode(() -> put(nextVisit(), "prep.zip", "next")).doesNotThrowAnyException();
            assertThatCode(() -> put("prep.zip.p7s", "its signature")).doesNotThrowAnyException();
            return new OutOfMemoryError(FailingDisk.MESSAGE);
        });
        assertThatThrownBy(offer::claim).isInstanceOf(OutOfMemoryError.class);

        Offer next = onlyOffer();
        assertThatThrownBy(() -> put("prep.zip", "x")).hasMessageContaining("being checked");
        offeredAgainOnlyLater();
        assertThat(accept(onlyOffer()).archive().getParent()).doesNotExist();
        assertThat(next.claim().orElseThrow().archive()).hasContent("next");
    }

    @Test
    void aLeftoverThatCannotBeDeletedIsTriedAgain() throws IOException {
        put("orphan.zip.p7s", "signature");
        clock.pass(Bounds.LEFTOVERS_KEPT.plusMillis(1));
        disk.failWhere((call, file) -> call.equals("delete"));
        inbox.tick();
        assertThat(inbox.names()).containsExactly("orphan.zip.p7s");
        disk.mend();
        inbox.tick();
        assertThat(inbox.names()).isEmpty();
    }

    @Test
    void aLateChecksumIsDroppedOnceItIsWholeAndOnlyWhereNoArchiveCameSince() throws IOException {
        putPackage();
        Offer offer = onlyOffer();
        decide(offer, offer.claim().orElseThrow());
        String sum = Digest.ofContent("archive".getBytes(UTF_8)).hex();
        Path file = folder.resolve("prep.zip.sha256");
        UploadChannel channel = inbox.openForWriting(visit, "prep.zip.sha256", Set.of(WRITE, CREATE), -1);
        channel.write(ByteBuffer.wrap(sum.getBytes(UTF_8)));
        inbox.tick();
        assertThat(file).as("it is being written").exists();
        channel.close();
        disk.failWhere((call, path) -> call.equals("delete"));
        inbox.tick();
        assertThat(file).exists();
        disk.mend();
        inbox.tick();
        assertThat(file).doesNotExist();

        put("prep.zip.sha256", sum);
        put("prep.zip", "the next archive");
        inbox.tick();
        assertThat(file).as("it may be the next archive's").exists();
    }

    @Test
    void anUploadThatCannotBeDeletedIsStillThere() throws IOException {
        put("prep.zip", "archive");
        disk.failWhere((call, file) -> call.equals("delete"));
        assertThatThrownBy(() -> inbox.remove("prep.zip")).hasMessage(FailingDisk.MESSAGE);
        assertThat(inbox.names()).containsExactly("prep.zip");
        disk.mend();
        disk.failWhere((call, file) -> call.equals("moveAtomically"));
        assertThatThrownBy(() -> inbox.rename("prep.zip", "x.zip", false)).hasMessage(FailingDisk.MESSAGE);
        assertThat(inbox.names()).containsExactly("prep.zip");
        assertThat(inbox.see("prep.zip").size()).isEqualTo(7);
    }

    @Test
    void whatWasCutShortIsStillSoWhenTheDeskFailedOnce() throws IOException {
        try (UploadChannel channel = handle("prep.zip", ON)) {
            assertThatThrownBy(() -> write(channel, "x".repeat(MAX_BYTES + 1))).isInstanceOf(Refused.class);
        }
        clock.pass(SIGNATURE_TIMEOUT);
        inbox.tick();
        Offer first = onlyOffer();
        assertThat(first.claim()).isPresent();
        first.failed();
        offers.clear();
        clock.pass(SIGNATURE_TIMEOUT);
        inbox.tick();
        assertThat(onlyOffer().cutShort()).isEqualTo(first.cutShort()).isPresent();
    }
}
