package mx.difusor.agent.intake;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Candidate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** How files of an inbox are resumed, cut, replaced and renamed, and what the desk is told of them then. */
class InboxChangesTest extends OneInbox {

    @Override
    Room newRoom() {
        return new Room(32L << 20, space);
    }

    @Test
    void anUploadThatWasCutOffAndResumedIsWhole() throws IOException {
        put("prep.zip.p7s", "signature");
        UploadChannel part = inbox.openForWriting(visit, "prep.zip", ANEW, -1);
        part.write(bytes("arch"));
        part.breakOff();
        part.close();
        onlyOffer().leave();
        try (UploadChannel rest = inbox.openForWriting(visit, "prep.zip", ON, -1)) {
            rest.position(4);
            rest.write(bytes("ive"));
        }
        Offer offer = offerAfterTheSession();
        assertThat(offer.candidate().archive()).hasContent("archive");
        assertThat(offer.mayGrow()).isFalse();
    }

    @Test
    void theLateCloseOfAHandleThatWasGivenUpBreaksNoUploadThatWasResumedSince() throws IOException {
        put("prep.zip.p7s", "signature");
        UploadChannel idle = inbox.openForWriting(visit, "prep.zip", ANEW, -1);
        idle.write(bytes("arch"));
        clock.pass(SIGNATURE_TIMEOUT.plusMillis(1));
        inbox.tick();
        assertThat(idle.isOpen()).isFalse();
        onlyOffer().leave();
        try (UploadChannel rest = inbox.openForWriting(visit, "prep.zip", ON, -1)) {
            rest.position(4);
            rest.write(bytes("ive"));
        }
        idle.close();
        assertThat(offerAfterTheSession().mayGrow()).isFalse();
    }

    @Test
    void whatWasGivenUpMayBeAPartWhenItsSignatureComes() throws IOException {
        UploadChannel idle = inbox.openForWriting(visit, "prep.zip", ANEW, -1);
        idle.write(bytes("arch"));
        clock.pass(SIGNATURE_TIMEOUT.plusMillis(1));
        inbox.tick();
        onlyOffer().leave();
        put("prep.zip.p7s", "signature");
        assertThat(offerAfterTheSession().mayGrow()).isTrue();
    }

    @Test
    void aHandleThatIsClosedOrLostCutsAndWritesNothing() throws IOException {
        UploadChannel channel = inbox.openForWriting(visit, "prep.zip", ANEW, -1);
        channel.write(bytes("archive"));
        channel.breakOff();
        assertThatThrownBy(() -> channel.truncate(1))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("an earlier write to prep.zip failed");
        channel.close();
        assertThatThrownBy(() -> channel.truncate(1)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.write(bytes("x"))).isInstanceOf(ClosedChannelException.class);
        assertThat(folder.resolve("prep.zip")).hasContent("archive");
        assertThatThrownBy(() -> channel.position(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("negative position");
    }

    @Test
    void aFileIsCutOnlyToASmallerSizeAndCountsWithThat() throws IOException {
        put("prep.zip", "archive");
        try (UploadChannel channel = inbox.openForWriting(visit, "prep.zip", ON, -1)) {
            channel.truncate(100);
            assertThat(channel.size()).isEqualTo(7);
            channel.truncate(4);
        }
        inbox.setSize(visit, "prep.zip", 5);
        assertThat(folder.resolve("prep.zip")).hasContent("arch");
        inbox.tick();
        assertThat(room.of("iee").written()).isEqualTo(4);
        inbox.setSize(visit, "prep.zip", 2);
        assertThat(folder.resolve("prep.zip")).hasContent("ar");
    }

    @Test
    void anUploadIsReadThroughItsHandleOnlyWhereThatWasAsked() throws IOException {
        put("prep.zip", "archive");
        try (UploadChannel channel = inbox.openForWriting(visit, "prep.zip", Set.of(WRITE, READ), -1)) {
            assertThat(channel.isOpen()).isTrue();
            ByteBuffer read = ByteBuffer.allocate(4);
            assertThat(channel.read(read)).isEqualTo(4);
            assertThat(channel.position()).isEqualTo(4);
            assertThat(channel.read(ByteBuffer.allocate(100))).isEqualTo(3);
            assertThat(channel.read(ByteBuffer.allocate(100))).isEqualTo(-1);
            assertThat(channel.position()).isEqualTo(7);
        }
        try (UploadChannel channel = inbox.openForWriting(visit, "prep.zip", ON, -1)) {
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(4)))
                    .isInstanceOf(NonReadableChannelException.class);
        }
    }

    @Test
    void aNewFileIsMadeWhereOneOfThatNameMustNotBe() throws IOException {
        inbox.openForWriting(visit, "prep.zip", Set.of(WRITE, CREATE_NEW), -1).close();
        assertThat(folder.resolve("prep.zip")).isEmptyFile();
    }

    @Test
    void anArchiveThatIsRenamedOverAnotherCastsDoubtOnTheSignaturesBeforeIt() throws IOException {
        put("prep.zip.p7s", "first signature");
        put("prep.zip", "first archive");
        onlyOffer().leave();
        put("next.part", "second archive");
        UploadChannel writer = inbox.openForWriting(visit, "prep.zip", ON, -1);
        inbox.rename("next.part", "prep.zip", true);

        assertThat(folder.resolve("prep.zip")).hasContent("second archive");
        inbox.tick();
        assertThat(room.of("iee").written())
                .as("the first one does not count any more")
                .isEqualTo(29);
        assertThatThrownBy(() -> writer.write(bytes("x")))
                .as("whoever still writes to the first one has lost")
                .isInstanceOf(Refused.class);
        writer.close();
        assertThat(offerAfterTheSession().mayGrow()).isTrue();
    }

    private void acceptTheFirst() throws IOException {
        put("prep.zip", "first");
        put("prep.zip.p7s", "first signature");
        Offer offer = onlyOffer();
        Candidate candidate = offer.claim().orElseThrow();
        offer.decided(Receipts.of(candidate, true), home.resolve("kept"));
    }

    @Test
    void aChecksumAfterAVerdictMayBeTheOnesBeforeOrTheOnesToCome() throws IOException {
        acceptTheFirst();
        put("prep.zip.sha256", "of the second");
        put("prep.zip", "second");
        put("prep.zip.p7s", "second signature");
        assertThat(offerAfterTheSession().mayGrow()).isTrue();
    }

    @Test
    void theNextArchiveUnderANameIsNotDoubtfulHoweverItCame() throws IOException {
        acceptTheFirst();
        put("prep.zip.part", "second");
        inbox.rename("prep.zip.part", "prep.zip", false);
        put("prep.zip.p7s", "second signature");
        assertThat(offerAfterTheSession().mayGrow()).isFalse();
    }

    @Test
    void aFileThatIsRenamedToItselfStays() throws IOException {
        put("prep.zip", "archive");
        inbox.rename("prep.zip", "prep.zip", false);
        inbox.rename("prep.zip", "prep.zip", true);
        assertThat(inbox.names()).containsExactly("prep.zip");
        assertThat(folder.resolve("prep.zip")).hasContent("archive");
    }

    @Test
    void aFileThatWasTakenInIsNotRenamedOverOneThatWasNot() throws IOException {
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        Offer offer = onlyOffer();
        Candidate candidate = offer.claim().orElseThrow();
        offer.decided(Receipts.of(candidate, true), home.resolve("kept"));
        put("next.zip.part", "next");
        assertThatThrownBy(() -> inbox.rename("prep.zip", "next.zip.part", true))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(inbox.names()).containsExactly("next.zip.part", "prep.zip", "prep.zip.p7s");
        assertThatThrownBy(() -> inbox.rename("absent.zip", "x.zip", true)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> inbox.openForReading("prep.zip.p7s").close())
                .as("of a sidecar only its attributes were kept")
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void filesThatVanishedBehindTheAgentsBackAreForgotten() throws IOException {
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        Offer offer = onlyOffer();
        Files.delete(folder.resolve("prep.zip.p7s"));
        Files.writeString(folder.resolve("prep.zip"), "arch");
        assertThat(offer.claim()).isEmpty();
        assertThat(inbox.names()).containsExactly("prep.zip");
        inbox.tick();
        assertThat(room.of("iee").written()).isEqualTo(4);
        assertThat(folder.resolve("prep.zip")).hasContent("arch");
    }

    @Test
    void twoPackagesOfTheSameMomentNeverShareAClaim() throws IOException {
        put("prep.zip", "first");
        put("prep.zip.p7s", "signature");
        Candidate first = onlyOffer().claim().orElseThrow();
        restart();
        onlyOffer();
        put("prep.zip", "second");
        put("prep.zip.p7s", "signature");
        Candidate second = onlyOffer().claim().orElseThrow();
        assertThat(second.receivedAt()).isEqualTo(first.receivedAt());
        assertThat(second.archive()).isNotEqualTo(first.archive()).hasContent("second");
        assertThat(first.archive()).hasContent("first");
    }

    @Test
    void whatLiesThereAtTheStartWasNotReceivedInTheFuture() throws IOException {
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        offers.clear();
        restart();
        assertThat(onlyOffer().candidate().receivedAt()).isEqualTo(clock.instant());
    }

    @Test
    void aHandleIsGivenUpOnlyWhereNothingComesThroughIt() throws IOException {
        put("prep.zip.part", "ar");
        clock.pass(SIGNATURE_TIMEOUT.plusMillis(1));
        try (UploadChannel channel = inbox.openForWriting(visit, "prep.zip.part", ON, -1)) {
            inbox.tick();
            assertThat(channel.isOpen()).as("it was opened just now").isTrue();
            for (int i = 0; i < 3; i++) {
                clock.pass(SIGNATURE_TIMEOUT);
                channel.write(bytes("chive"));
                inbox.tick();
                assertThat(channel.isOpen()).as("it was written to just now").isTrue();
            }
        }
    }

    @Test
    void aFileThatIsRenamedHasItsTimeFromThereOn() throws IOException {
        put("prep.zip.part", "archive");
        inbox.ended(visit);
        clock.pass(SIGNATURE_TIMEOUT);
        inbox.rename("prep.zip.part", "prep.zip", false);
        inbox.tick();
        assertThat(offers).as("its signature may be on its way").isEmpty();
        clock.pass(SIGNATURE_TIMEOUT);
        inbox.tick();
        assertThat(onlyOffer().overdue()).isTrue();
    }

    @Test
    void aPackageThatLosesASignatureIsLookedAtAgainAtOnce() throws IOException {
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        onlyOffer().leave();
        put("prep.zip.asc", "another");
        onlyOffer().leave();
        inbox.remove("prep.zip.p7s");
        assertThat(onlyOffer().candidate().signatures()).containsExactly(folder.resolve("prep.zip.asc"));
    }

    @Test
    void aChecksumThatCameDuringTheVerdictAndAgreesIsDroppedWithIt() throws IOException {
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        Offer offer = onlyOffer();
        Candidate candidate = offer.claim().orElseThrow();
        put("prep.zip.sha256", Receipts.digest(candidate.archive()).hex());
        offer.decided(Receipts.of(candidate, true), home.resolve("kept"));
        assertThat(folder.resolve("prep.zip.sha256")).doesNotExist();
    }

    @Test
    void aChangeThatWaitsForTheDeskEndsWithItsSession() throws IOException {
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        Offer offer = onlyOffer();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> put("prep.zip", "next"))
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("the session ended");
        assertThat(Thread.interrupted()).as("its thread still knows").isTrue();
        offer.leave();
    }

    @Test
    void aChangeThatWaitsGoesOnAtOnceWhateverTheDeskAnswers() throws Exception {
        waitForDesk = Duration.ofSeconds(30);
        restart();
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        Offer left = onlyOffer();
        CompletableFuture<Void> change = waiting("prep.zip.asc");
        left.leave();
        change.get(10, TimeUnit.SECONDS);

        Offer claimed = onlyOffer();
        change = waiting("prep.zip");
        assertThat(claimed.claim()).isPresent();
        change.get(10, TimeUnit.SECONDS);
        assertThat(folder.resolve("prep.zip")).hasContent("change");
    }

    /** An upload of another session that has come as far as to wait. */
    private CompletableFuture<Void> waiting(String name) {
        Thread[] thread = {null};
        CompletableFuture<Void> change = CompletableFuture.runAsync(() -> {
            thread[0] = Thread.currentThread();
            try {
                put(name, "change");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> thread[0] != null && thread[0].getState() == Thread.State.TIMED_WAITING);
        return change;
    }

    @Test
    void nothingIsClaimedThatTheDeskDidNotSee() throws IOException {
        Shelf shelf = new Shelf();
        Judging judging = new Judging(
                "iee",
                folder,
                SIGNATURE_TIMEOUT,
                new LocalDisk(),
                clock,
                offers::add,
                shelf,
                new Reservations("iee", shelf, room, new LocalDisk(), clock));
        for (String name : List.of("prep.zip.p7s", "prep.zip")) {
            Upload upload = new Upload(UploadName.parse(name), folder.resolve(name), clock.instant());
            upload.size = Files.size(Files.writeString(upload.file, name));
            shelf.uploads.add(upload);
        }
        Offer offer = judging.ripe(shelf.uploads.sets()).get(0);
        shelf.uploads.sets().forEach(PackageSet::touched);
        assertThat(offer.claim()).isEmpty();
        assertThat(folder.resolve("prep.zip")).exists();
    }
}
