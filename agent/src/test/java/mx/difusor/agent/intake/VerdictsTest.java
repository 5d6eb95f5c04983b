package mx.difusor.agent.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.Test;

/** What a claim takes, what a verdict leaves behind, and that late words about an old offer change nothing. */
class VerdictsTest extends OneInbox {

    private Offer offered() throws IOException {
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        return onlyOffer();
    }

    private void decide(Offer offer) throws IOException {
        Receipt receipt = Receipts.of(offer.claim().orElseThrow(), true);
        offer.decided(receipt, Files.writeString(kept.resolve("archive"), "archive"));
    }

    @Test
    void afterAVerdictTheArchiveCanBeReadAndWhatLayBesideItCannot() throws IOException {
        decide(offered());
        try (var archive = inbox.openForReading("prep.zip")) {
            assertThat(archive.size()).isEqualTo(7);
        }
        assertThatThrownBy(() -> inbox.openForReading("prep.zip.p7s")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aClaimIsOutOfSightForGoodBeforeItIsDeleted() throws IOException {
        Offer offer = offered();
        disk.calls().clear();
        decide(offer);
        List<String> calls = disk.calls();
        assertThat(calls.get(calls.size() - 1)).startsWith("deleteTree ");
        assertThat(calls.get(calls.size() - 2)).isEqualTo("syncDirectory " + UploadName.CLAIMED);
        assertThat(claims()).isEmpty();
    }

    @Test
    void aFileOfOtherBytesOfTheSameLengthIsNotClaimed() throws IOException {
        Offer offer = offered();
        Path file = folder.resolve("prep.zip");
        FileTime before = Files.getLastModifiedTime(file);
        Files.writeString(file, "ARCHIVE");
        Files.setLastModifiedTime(file, FileTime.from(before.toInstant().plusSeconds(1)));
        assertThat(offer.claim()).isEmpty();
        assertThat(claims()).isEmpty();
    }

    @Test
    void aFileOfAnotherLengthThatAnEarlierRunLeftIsNotClaimed() throws IOException {
        offered().leave();
        open();
        clock.pass(Duration.ofMinutes(10));
        inbox.tick();
        Offer offer = onlyOffer();
        assertThat(offer.candidate().known()).isNull();
        Files.writeString(folder.resolve("prep.zip"), "longer archive");
        assertThat(offer.claim()).isEmpty();
    }

    @Test
    void anOldOfferOfAClaimHasNothingMoreToSay() throws IOException {
        Offer first = offered();
        Candidate claimed = first.claim().orElseThrow();
        first.failed();
        clock.pass(Retry.FIRST);
        inbox.tick();
        Offer old = onlyOffer();
        old.failed();
        clock.pass(Retry.LAST);
        inbox.tick();
        Offer now = onlyOffer();

        old.failed();
        clock.pass(Retry.LAST);
        inbox.tick();
        assertThat(offers).as("it is at the desk").isEmpty();
        old.decided(Receipts.of(claimed, true), home.resolve("kept"));
        assertThat(claimed.archive()).exists();
        decide(now);
        assertThat(claims()).isEmpty();
    }

    @Test
    void theWaitDoublesUpToItsLimit() {
        Candidate any = new Candidate("iee", "prep.zip", folder, List.of(), null, Instant.EPOCH);
        ClaimedPackage claimed = new ClaimedPackage(folder, any, 1, List.of(), null, true);
        Duration wait = Retry.FIRST;
        for (int i = 0; i < 20; i++) {
            Instant now = clock.instant();
            claimed.returned(now);
            assertThat(claimed.isDue(now.plus(wait).minusMillis(1))).as("%d", i).isFalse();
            assertThat(claimed.isDue(now.plus(wait))).as("%d", i).isTrue();
            Duration twice = wait.multipliedBy(2);
            wait = twice.compareTo(Retry.LAST) < 0 ? twice : Retry.LAST;
        }
    }

    @Test
    void aClaimWithoutItsSignatureStaysOneWhereAnotherArchiveOfThatNameCame() throws IOException {
        Path claim = Files.createDirectories(folder.resolve(UploadName.CLAIMED).resolve("0001717358400000-000001"));
        Files.writeString(claim.resolve("prep.zip"), "claimed");
        Files.writeString(folder.resolve("prep.zip"), "newer");
        open();
        assertThat(onlyOffer().candidate().archive()).hasContent("claimed");
        assertThat(folder.resolve("prep.zip")).hasContent("newer");
    }

    @Test
    void aChecksumThatCameAfterTheVerdictAndAgreesIsShownAsTakenIn() throws IOException {
        Offer offer = offered();
        Candidate claimed = offer.claim().orElseThrow();
        String hex = Receipts.digest(claimed.archive()).hex();
        put("prep.zip.sha256", hex);
        inbox.tick();
        assertThat(folder.resolve("prep.zip.sha256")).as("no verdict yet").exists();
        offer.decided(Receipts.of(claimed, true), home.resolve("kept"));
        assertThat(folder.resolve("prep.zip.sha256")).doesNotExist();
        assertThat(inbox.see("prep.zip.sha256").size()).isEqualTo(64);
        try (UploadChannel again = inbox.openForWriting(visit, "prep.zip.sha256", Set.of(WRITE, CREATE), -1)) {
            again.write(ByteBuffer.wrap(hex.getBytes(UTF_8)));
            inbox.tick();
            assertThat(folder.resolve("prep.zip.sha256"))
                    .as("it is being written")
                    .exists();
        }
        put("prep.zip", "another");
        put("prep.zip.sha256", hex);
        inbox.tick();
        assertThat(folder.resolve("prep.zip.sha256")).as("of the next archive").exists();
    }

    @Test
    void anEmptyArchiveIsNotInDoubtOnceItsSignatureWasSentAgain() throws IOException {
        offered().leave();
        inbox.openForWriting(visit, "prep.zip", Set.of(WRITE, TRUNCATE_EXISTING), -1)
                .close();
        offers.forEach(Offer::leave);
        put("prep.zip.p7s", "signature");
        offers.forEach(Offer::leave);
        offers.clear();
        inbox.ended(visit);
        assertThat(onlyOffer().mayGrow()).isFalse();
    }
}
