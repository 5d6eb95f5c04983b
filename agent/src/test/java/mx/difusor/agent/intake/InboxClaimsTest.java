package mx.difusor.agent.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Fault;
import mx.difusor.agent.disk.UnreliableDisk;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.Test;

/** What the desk takes: out of the uploader's reach, in its sight for some minutes, there after a restart. */
class InboxClaimsTest extends OneInbox {

    @Test
    void aClaimMovesTheFilesOutOfReachAndFreesTheirNames() throws IOException {
        put("prep.zip", "first");
        put("prep.zip.p7s", "first signature");
        Offer first = onlyOffer();
        Candidate claimed = first.claim().orElseThrow();
        assertThat(claimed.archive()).hasContent("first").hasFileName("prep.zip");
        assertThat(claimed.archive().getParent())
                .isEqualTo(claimed.signatures().get(0).getParent());

        put("prep.zip", "second");
        put("prep.zip.p7s", "second signature");
        Offer second = onlyOffer();

        assertThat(claimed.archive()).hasContent("first");
        assertThat(second.candidate().archive()).hasContent("second");
        first.decided(Receipts.of(claimed, true), kept.resolve("gone"));
        assertThat(read("prep.zip")).isEqualTo("second");
        accept(second);
        assertThat(read("prep.zip")).isEqualTo("second");
    }

    @Test
    void theUploaderGoesOnSeeingItsFilesForSomeMinutes() throws IOException {
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        Offer offer = onlyOffer();
        Candidate claimed = offer.claim().orElseThrow();
        assertThat(inbox.names()).containsExactly("prep.zip", "prep.zip.p7s");
        assertThat(read("prep.zip.p7s")).isEqualTo("signature");

        Path archive = Files.writeString(kept.resolve("archive.zip"), "archive");
        offer.decided(Receipts.of(claimed, true), archive);
        assertThat(claimed.archive()).doesNotExist();
        assertThat(read("prep.zip")).isEqualTo("archive");
        assertThat(inbox.see("prep.zip.p7s").size()).isEqualTo(9);

        FileTime modified = FileTime.from(Instant.parse("2024-01-01T00:00:00Z"));
        inbox.setModified("prep.zip", modified);
        inbox.setSize(visit, "prep.zip", 7);
        assertThat(inbox.see("prep.zip").modified()).isEqualTo(modified);
        inbox.rename("prep.zip", "renamed.zip", false);
        assertThat(inbox.see("renamed.zip").size()).isEqualTo(7);
        inbox.remove("renamed.zip");
        assertThatThrownBy(() -> inbox.see("renamed.zip")).isInstanceOf(NoSuchFileException.class);
        assertThat(archive).exists();

        clock.pass(Ghosts.KEPT.plusSeconds(1));
        inbox.tick();
        assertThat(inbox.names()).isEmpty();
        assertThat(offers).isEmpty();
    }

    @Test
    void onlySoManyFilesThatWereTakenInAreStillShown() {
        Ghosts ghosts = new Ghosts();
        for (int i = 0; i <= Ghosts.MAX; i++) {
            ghosts.put(
                    "prep-" + i + ".zip",
                    new Ghost(UploadName.Role.ARCHIVE, 1, FileTime.fromMillis(0), null, clock.instant()));
        }
        assertThat(ghosts.names()).hasSize(Ghosts.MAX).doesNotContain("prep-0.zip");
    }

    @Test
    void aFileThatWasTakenInCanBeSentAgainButNotResumed() throws IOException {
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        accept(onlyOffer());

        try (UploadChannel channel = inbox.openForWriting(visit, "prep.zip", ON, -1)) {
            channel.position(7);
            assertThatThrownBy(() -> channel.write(bytes("and more"))).hasMessageContaining("send it from its start");
        }
        try (UploadChannel channel = inbox.openForWriting(visit, "prep.zip", ON, -1)) {
            channel.write(bytes("again"));
        }
        assertThat(read("prep.zip")).isEqualTo("again");
        inbox.remove("prep.zip");
        assertThat(inbox.names()).as("what was taken in does not come back").containsExactly("prep.zip.p7s");
    }

    @Test
    void whenTheMachineFailsTheClaimIsOfferedAgainLaterEachTime() throws IOException {
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        Offer offer = onlyOffer();
        Candidate claimed = offer.claim().orElseThrow();
        offer.failed();
        inbox.tick();
        assertThat(offers).isEmpty();

        clock.pass(Retry.FIRST);
        inbox.tick();
        Offer again = onlyOffer();
        assertThat(again.candidate()).isEqualTo(claimed);
        assertThat(again.mayGrow()).isFalse();
        assertThat(again.claim()).contains(claimed);
        again.failed();
        clock.pass(Retry.FIRST);
        inbox.tick();
        assertThat(offers).isEmpty();

        for (int i = 0; i < 20; i++) {
            clock.pass(Retry.LAST);
            inbox.tick();
            onlyOffer().failed();
        }
    }

    @Test
    void aClaimSurvivesARestartWithItsTimeAndItsName() throws IOException {
        put("prep.zip", "first");
        put("prep.zip.p7s", "signature");
        Candidate first = onlyOffer().claim().orElseThrow();
        clock.pass(Duration.ofSeconds(5));
        put("prep.zip", "second");
        put("prep.zip.p7s", "signature");
        Candidate second = onlyOffer().claim().orElseThrow();
        clock.pass(Duration.ofHours(1));

        restart();

        assertThat(offers).extracting(Offer::candidate).containsExactly(first, second);
        assertThat(offers).noneMatch(Offer::mayGrow);
        for (Offer offer : List.copyOf(offers)) {
            accept(offer);
        }
        restart();
        assertThat(offers).isEmpty();
        assertThat(folder.resolve(UploadName.CLAIMED)).isEmptyDirectory();
    }

    @Test
    void aClaimThatACrashInterruptedIsPutBack() throws IOException {
        Path half = Files.createDirectories(folder.resolve(UploadName.CLAIMED).resolve("0001717358400000-000001"));
        Files.writeString(half.resolve("prep.zip.p7s"), "signature");
        Files.writeString(folder.resolve("prep.zip"), "archive");

        restart();

        assertThat(half).doesNotExist();
        assertThat(onlyOffer().candidate().signatures()).hasSize(1);
    }

    @Test
    void whatLiesThereAtTheStartIsTakenUpButAPartIsNotRefusedBeforeItsTime() throws IOException {
        put("prep.zip", "arch");
        put("prep.zip.p7s", "signature");

        restart();
        Offer offer = onlyOffer();
        assertThat(offer.mayGrow()).isTrue();
        assertThat(offer.quiet()).isFalse();
        offer.leave();
        clock.pass(SIGNATURE_TIMEOUT);
        inbox.tick();

        assertThat(onlyOffer().mayGrow()).isFalse();
    }

    @Test
    void aLateChecksumThatAgreesIsDroppedAndOneThatDoesNotStays() throws IOException {
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        accept(onlyOffer());

        put("prep.zip.sha256", Digest.ofContent("archive".getBytes(UTF_8)).hex() + "  prep.zip\n");
        inbox.tick();
        assertThat(folder.resolve("prep.zip.sha256")).doesNotExist();
        assertThat(inbox.names()).as("its uploader still sees it").contains("prep.zip.sha256");

        put("prep.zip.sha256", Digest.ofContent("other".getBytes(UTF_8)).hex() + "  prep.zip\n");
        inbox.tick();
        assertThat(folder.resolve("prep.zip.sha256")).exists();
    }

    @Test
    void filesThatChangedBehindTheAgentsBackAreNotClaimed() throws IOException {
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        Offer offer = onlyOffer();
        Files.writeString(folder.resolve("prep.zip"), "another archive");

        assertThat(offer.claim()).isEmpty();
        clock.pass(Retry.FIRST);
        inbox.tick();

        accept(onlyOffer());
    }

    @Test
    void aClaimThatWasHalfDroppedIsNotJudgedAgain() throws IOException {
        UnreliableDisk unreliable = new UnreliableDisk(home.toRealPath(), 1);
        folder = home.toRealPath().resolve("other").resolve("uni");
        inbox = new Inbox("uni", folder, limits(), unreliable, clock, room, offers::add);
        unreliable.createDirectories(folder, Disk.Access.PRIVATE);
        inbox.recover();
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        Offer offer = onlyOffer();
        Receipt receipt = Receipts.of(offer.claim().orElseThrow(), true);
        unreliable.failAfter("delete other/uni/.claimed", Fault.KILL);
        offer.decided(receipt, kept.resolve("prep.zip"));
        assertThat(unreliable.isDead()).isTrue();
        restart();
        assertThat(offers).isEmpty();
        assertThat(folder.resolve(".claimed")).isEmptyDirectory();
        assertThat(inbox.names()).isEmpty();
    }

    @Test
    void aClockThatIsPutBackMakesNothingWaitForTheOldTime() throws IOException {
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        Offer standing = onlyOffer();
        standing.failed();
        clock.pass(Duration.ofDays(-1));
        inbox.tick();
        Offer offer = onlyOffer();
        offer.claim();
        offer.failed();
        clock.pass(Duration.ofDays(-1));
        inbox.tick();
        assertThat(offers).hasSize(1);
    }

    @Test
    void aClaimThatLostItsSignatureInAPowerCutFindsItAgainInEntrada() throws IOException {
        Path claim = Files.createDirectories(folder.resolve(".claimed/1717358400000-000001"));
        Files.writeString(claim.resolve("prep.zip"), "archive");
        Files.writeString(folder.resolve("prep.zip.p7s"), "signature");
        restart();
        assertThat(onlyOffer().candidate().archive()).hasParentRaw(folder).hasContent("archive");
    }

    @Test
    void whatWasRejectedIsSoonOutOfSightSoThatItIsSentAgainWhole() throws IOException {
        put("good.zip", "accepted");
        put("good.zip.p7s", "signature");
        accept(onlyOffer());
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        Offer offer = onlyOffer();
        offer.decided(Receipts.of(offer.claim().orElseThrow(), false), kept.resolve("quarantined"));
        put("prep.zip.sha256", Digest.ofContent("archive".getBytes(UTF_8)).hex());
        inbox.tick();

        clock.pass(Ghosts.REJECTED_KEPT);
        inbox.tick();
        assertThat(inbox.names()).contains("prep.zip", "prep.zip.p7s", "prep.zip.sha256");
        clock.pass(Duration.ofMillis(1));
        inbox.tick();
        assertThat(inbox.names()).containsExactly("good.zip", "good.zip.p7s");
        clock.pass(Ghosts.KEPT.minus(Ghosts.REJECTED_KEPT));
        inbox.tick();
        assertThat(inbox.names()).isEmpty();
    }
}
