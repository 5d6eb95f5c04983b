package mx.difusor.agent.intake;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.model.Candidate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When an upload becomes an offer, and what holds for its names meanwhile. */
class InboxTest extends OneInbox {

    @Test
    void anArchiveWithASignatureIsOfferedWhenTheLastOfThemIsClosed() throws IOException {
        put("prep.zip", "archive");
        assertThat(offers).isEmpty();

        clock.pass(Duration.ofSeconds(1));
        put("prep.zip.p7s", "signature");

        Offer offer = onlyOffer();
        Candidate candidate = offer.candidate();
        assertThat(candidate.uploader()).isEqualTo("iee");
        assertThat(candidate.name()).isEqualTo("prep.zip");
        assertThat(candidate.archive()).hasContent("archive");
        assertThat(candidate.signatures())
                .singleElement()
                .satisfies(file -> assertThat(file).hasContent("signature"));
        assertThat(candidate.checksum()).isNull();
        assertThat(candidate.receivedAt()).isEqualTo(clock.instant());
        assertThat(offer.mayGrow()).as("its session is open").isTrue();
        assertThat(offer.quiet()).isFalse();
        assertThat(offer.overdue()).isFalse();
    }

    @Test
    void theSignatureMayComeFirst() throws IOException {
        put("prep.zip.sig", "signature");
        put("prep.zip.sha256", "checksum");
        assertThat(offers).isEmpty();

        put("prep.zip", "archive");

        assertThat(onlyOffer().candidate().checksum()).isNotNull();
    }

    @Test
    void nothingIsOfferedWhileAHandleIsOpen() throws IOException {
        put("prep.zip.p7s", "signature");
        UploadChannel channel = inbox.openForWriting(visit, "prep.zip", ANEW, -1);
        channel.write(bytes("arch"));
        inbox.tick();
        assertThat(offers).isEmpty();

        channel.write(bytes("ive"));
        channel.close();

        assertThat(onlyOffer().candidate().archive()).hasContent("archive");
    }

    @Test
    void temporaryNamesAreNeverJudgedUntilTheyAreRenamed() throws IOException {
        for (String name : List.of("a.zip.part", "b.zip.filepart", "c.zip.partial", "d.zip.tmp", ".in.e.zip")) {
            put(name, "archive");
            put(name.replace(".in.", "") + ".p7s.part", "signature");
        }
        clock.pass(SIGNATURE_TIMEOUT.multipliedBy(2));
        inbox.tick();
        assertThat(offers).isEmpty();

        put("a.zip.p7s", "signature");
        inbox.rename("a.zip.part", "a.zip", false);

        assertThat(onlyOffer().candidate().archive()).hasContent("archive");
    }

    @Test
    void whatTheDeskLeftIsOfferedAgainOnlyWhenSomethingChanges() throws IOException {
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        onlyOffer().leave();
        inbox.tick();
        assertThat(offers).isEmpty();

        clock.pass(Bounds.QUIET);
        inbox.tick();
        Offer quiet = onlyOffer();
        assertThat(quiet.quiet()).isTrue();
        quiet.leave();
        inbox.tick();
        assertThat(offers).isEmpty();

        inbox.ended(visit);
        Offer ended = onlyOffer();
        assertThat(ended.mayGrow()).isFalse();
        ended.leave();

        clock.pass(SIGNATURE_TIMEOUT);
        inbox.tick();
        Offer overdue = onlyOffer();
        assertThat(overdue.overdue()).isTrue();
        overdue.leave();

        put(nextVisit(), "prep.zip.asc", "another");
        assertThat(onlyOffer().candidate().signatures()).hasSize(2);
    }

    @Test
    void theEndOfTheSessionMakesNothingQuietForTheNextFileMayComeInASessionOfItsOwn() throws IOException {
        put("prep.zip", "archive");
        put("prep.zip.asc", "signature");
        onlyOffer().leave();

        inbox.ended(visit);
        Offer ended = onlyOffer();
        assertThat(ended.mayGrow()).isFalse();
        assertThat(ended.quiet()).isFalse();
        ended.leave();

        put(nextVisit(), "prep.zip.p7s", "another signature");
        assertThat(onlyOffer().quiet()).isFalse();
    }

    @Test
    void anArchiveWithoutASignatureIsOfferedWhenTheTimeoutHasPassed() throws IOException {
        put("prep.zip", "archive");
        inbox.ended(visit);
        clock.pass(SIGNATURE_TIMEOUT.minusMillis(1));
        inbox.tick();
        assertThat(offers).isEmpty();

        clock.pass(Duration.ofMillis(1));
        inbox.tick();

        Offer offer = onlyOffer();
        assertThat(offer.overdue()).isTrue();
        assertThat(offer.mayGrow()).isFalse();
        assertThat(offer.candidate().signatures()).isEmpty();
    }

    @Test
    void aClockThatIsPutBackKeepsNobodyWaitingUntilItIsThereAgain() throws IOException {
        put("prep.zip", "archive");
        inbox.ended(visit);
        UploadChannel idle = inbox.openForWriting(nextVisit(), "other.zip", ANEW, -1);
        UploadChannel dead = inbox.openForWriting(nextVisit(), "third.zip", ANEW, -1);
        write(dead, "x");
        clock.pass(Duration.ofSeconds(1));
        put("third.zip", "xy");
        assertThat(dead.isOutlived()).isTrue();

        clock.pass(Duration.ofHours(-2));
        inbox.tick();
        assertThat(offers).isEmpty();
        clock.pass(Bounds.QUIET);
        inbox.tick();
        assertThat(dead.isOpen()).isFalse();
        assertThat(idle.isOpen()).isTrue();

        clock.pass(SIGNATURE_TIMEOUT.plusMillis(1).minus(Bounds.QUIET));
        inbox.tick();
        assertThat(idle.isOpen()).isFalse();
        assertThat(offers).extracting(offer -> offer.candidate().name()).contains("prep.zip");
        assertThat(offers).allMatch(Offer::overdue);
        assertThat(offers)
                .as("a time ahead would stand in its receipt, and everything after it would be older")
                .allMatch(offer -> !offer.candidate().receivedAt().isAfter(clock.instant()));
        offers.forEach(Offer::leave);
        offers.clear();
    }

    @Test
    void whoIsStillWritingIsNotOutlivedByAClockThatIsPutBack() throws IOException {
        UploadChannel early = inbox.openForWriting(visit, "prep.zip", ANEW, -1);
        UploadChannel late = inbox.openForWriting(nextVisit(), "prep.zip", ON, -1);
        clock.pass(Duration.ofSeconds(1));
        write(late, "ab");
        write(early, "a");
        clock.pass(Duration.ofHours(-2));
        inbox.tick();
        late.close();
        assertThat(early.isOutlived()).isFalse();
        early.close();

        put("prep.zip.p7s", "signature");
        assertThat(onlyOffer().doubtful()).isEmpty();
    }

    @Test
    void aBrokenUploadMayGrowUntilTheTimeoutEvenThoughItsSessionEnded() throws IOException {
        put("prep.zip.p7s", "signature");
        putPart("prep.zip", "arch");
        onlyOffer().leave();
        inbox.ended(visit);
        inbox.tick();
        clock.pass(Bounds.QUIET);
        inbox.tick();
        Offer part = onlyOffer();
        assertThat(part.mayGrow()).isTrue();
        part.leave();

        clock.pass(SIGNATURE_TIMEOUT);
        inbox.tick();

        assertThat(onlyOffer().mayGrow()).isFalse();
    }

    @Test
    void aResumedUploadIsWhole() throws IOException {
        put("prep.zip.p7s", "signature");
        putPart("prep.zip", "arch");
        onlyOffer().leave();

        Visit later = nextVisit();
        try (UploadChannel channel = inbox.openForWriting(later, "prep.zip", ON, -1)) {
            channel.position(4);
            channel.write(bytes("ive"));
        }
        inbox.ended(later);

        Offer offer = offers.get(offers.size() - 1);
        assertThat(offer.candidate().archive()).hasContent("archive");
    }

    @Test
    void aWriteThatFailsPoisonsItsHandle() throws IOException {
        UploadChannel channel = inbox.openForWriting(visit, "prep.zip", ANEW, -1);
        channel.write(bytes("x".repeat(900)));
        assertThatThrownBy(() -> channel.write(bytes("x".repeat(101))))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("too large")
                .hasMessageContaining("1000 bytes");

        assertThatThrownBy(() -> channel.write(bytes("x")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("failed");
        channel.close();
        inbox.ended(visit);
        put(nextVisit(), "prep.zip.p7s", "signature");
        clock.pass(Bounds.QUIET);
        inbox.tick();

        assertThat(onlyOffer().mayGrow())
                .as("the close of a poisoned handle proves nothing")
                .isTrue();
    }

    @Test
    void tooLargeIsRefusedAsSoonAsItIsAnnounced() {
        assertThatThrownBy(() -> inbox.openForWriting(visit, "prep.zip", ANEW, MAX_BYTES + 1))
                .isInstanceOf(Refused.class);
        assertThat(inbox.names()).isEmpty();
    }

    @Test
    void tooLargeIsRefusedWhereTheSizeIsSet() throws IOException {
        put("prep.zip", "archive");
        assertThatThrownBy(() -> inbox.setSize(visit, "prep.zip", MAX_BYTES + 1))
                .isInstanceOf(Refused.class);
    }

    @Test
    void fromAnOfferOnEveryChangeWaitsForTheDeskButLookingDoesNot() throws IOException {
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        put("other.zip.part", "other");
        Offer offer = onlyOffer();

        assertThatThrownBy(() -> put("prep.zip", "x")).hasMessageContaining("being checked");
        assertThatThrownBy(() -> put("prep.zip.asc", "x")).hasMessageContaining("being checked");
        assertThatThrownBy(() -> inbox.remove("prep.zip.p7s")).hasMessageContaining("being checked");
        assertThatThrownBy(() -> inbox.rename("prep.zip", "x.zip", true)).hasMessageContaining("being checked");
        assertThatThrownBy(() -> inbox.rename("other.zip.part", "prep.zip", true))
                .hasMessageContaining("being checked");
        assertThatThrownBy(() -> inbox.setSize(visit, "prep.zip", 1)).hasMessageContaining("being checked");
        assertThat(inbox.see("prep.zip").size()).isEqualTo(7);
        assertThat(read("prep.zip")).isEqualTo("archive");
        inbox.setModified("prep.zip", FileTime.from(Instant.EPOCH));

        offer.leave();
        put("prep.zip", "x");
    }

    @Test
    void aChangeThatWaitsGoesOnWhenTheDeskHasAnswered() throws Exception {
        waitForDesk = Duration.ofMinutes(5);
        restart();
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        Offer offer = onlyOffer();

        Thread[] waiting = {null};
        CompletableFuture<Void> change = CompletableFuture.runAsync(() -> {
            waiting[0] = Thread.currentThread();
            try {
                put(nextVisit(), "prep.zip", "the next");
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> waiting[0] != null && waiting[0].getState() == Thread.State.TIMED_WAITING);
        assertThat(change).isNotDone();
        accept(offer);
        change.get(60, TimeUnit.SECONDS);

        assertThat(folder.resolve("prep.zip")).hasContent("the next");
    }

    @Test
    void aHandleThatNobodyWritesToIsGivenUp() throws IOException {
        UploadChannel channel = inbox.openForWriting(visit, "prep.zip", ANEW, -1);
        channel.write(bytes("arch"));
        clock.pass(SIGNATURE_TIMEOUT.plusMillis(1));
        inbox.tick();
        assertThat(channel.isOpen()).isFalse();
        assertThatThrownBy(() -> channel.write(bytes("ive"))).isInstanceOf(IOException.class);

        inbox.tick();
        assertThat(onlyOffer().overdue()).isTrue();
    }

    @Test
    void renamesReplaceOnlyWhereAsked() throws IOException {
        put("prep.zip", "old");
        put("prep.zip.part", "new");
        assertThatThrownBy(() -> inbox.rename("prep.zip.part", "prep.zip", false))
                .isInstanceOf(FileAlreadyExistsException.class);

        inbox.rename("prep.zip.part", "prep.zip", true);

        assertThat(read("prep.zip")).isEqualTo("new");
        assertThat(inbox.names()).containsExactly("prep.zip");
    }

    @Test
    void newFilesAreNewWhereTheClientInsists() throws IOException {
        put("prep.zip", "old");
        assertThatThrownBy(() -> inbox.openForWriting(visit, "prep.zip", Set.of(WRITE, CREATE_NEW), -1))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> inbox.openForWriting(visit, "absent.zip", Set.of(WRITE), -1))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void twoNamesThatDifferOnlyInCaseAreNotTaken() throws IOException {
        put("prep.zip", "archive");
        assertThatThrownBy(() -> put("PREP.zip", "x")).hasMessageContaining("only in case");
        put("x.part", "x");
        assertThatThrownBy(() -> inbox.rename("x.part", "Prep.Zip", true)).hasMessageContaining("only in case");
        inbox.rename("prep.zip", "PREP.zip", false);
    }

    @Test
    void aDeskThatFailsToTakeAnOfferGetsItAgain() throws IOException {
        getsItAgainAfter(() -> {
            throw new IllegalStateException("made up");
        });
        getsItAgainAfter(() -> {
            throw new StackOverflowError("made up");
        });
    }

    private void getsItAgainAfter(Runnable failure) throws IOException {
        List<Offer> taken = new ArrayList<>();
        boolean[] broken = {true};
        inbox = new Inbox("iee", folder, limits(), disk.disk(), clock, room, offer -> {
            if (broken[0]) {
                failure.run();
            }
            taken.add(offer);
        });
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        broken[0] = false;
        inbox.tick();
        assertThat(taken).as("not at once").isEmpty();
        clock.pass(Retry.FIRST);
        inbox.tick();

        assertThat(taken).hasSize(1);
    }

    @Test
    void uploadsAreReadableByTheServiceAloneAndNoLinkIsFollowed() throws IOException {
        put("prep.zip", "archive");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("prep.zip"))))
                .isEqualTo("rw-------");

        Path outside = Files.writeString(home.resolve("outside"), "secret");
        Files.createSymbolicLink(folder.resolve("link.zip"), outside);
        restart();
        assertThat(inbox.names()).containsExactly("prep.zip");
        assertThatThrownBy(() -> put("link.zip", "x")).isInstanceOf(IOException.class);
        Files.delete(folder.resolve("prep.zip"));
        Files.createSymbolicLink(folder.resolve("prep.zip"), outside);
        assertThatThrownBy(() -> put("prep.zip", "x")).isInstanceOf(IOException.class);
        assertThat(outside).hasContent("secret");
    }

    @Test
    void anUploadThatSomebodyRemovedBehindTheAgentsBackCanComeAgain() throws IOException {
        put("prep.zip", "archive");
        Files.delete(folder.resolve("prep.zip"));
        put("prep.zip", "another");
        assertThat(folder.resolve("prep.zip")).hasContent("another");
        put("prep.zip.p7s", "signature");
        assertThat(onlyOffer().candidate().archive()).hasContent("another");
    }

    @ParameterizedTest
    @ValueSource(strings = {"prep.zip.p7s", "prep.zip.sha256"})
    void whatBrokeOffBesideAWholeArchiveMayGrowUntilTheTimeout(String part) throws IOException {
        put("prep.zip", "archive");
        put("prep.zip.asc", "signature");
        leaveAll();
        putPart(part, "");
        Offer offer = offerAfterTheSession();
        assertThat(offer.mayGrow()).isTrue();
        offer.leave();
        clock.pass(SIGNATURE_TIMEOUT);
        inbox.tick();
        Offer overdue = onlyOffer();
        assertThat(overdue.mayGrow()).isFalse();
        overdue.leave();

        visit = nextVisit();
        put(part, "whole");
        assertThat(offerAfterTheSession().mayGrow()).isFalse();
    }

    private void refused(String name, int bytes) throws IOException {
        try (UploadChannel channel = handle(name, ON)) {
            assertThatThrownBy(() -> write(channel, "x".repeat(bytes))).isInstanceOf(Refused.class);
        }
    }

    @Test
    void whatIsTooLargeOrOverTheBudgetIsAnsweredSoWhenItsSessionHasEnded() throws IOException {
        refused("large.zip", MAX_BYTES + 1);
        put("large.zip.p7s", "signature");
        space.budgetLeft = 20;
        refused("budget.zip", 21);
        space.budgetLeft = Long.MAX_VALUE;
        clock.pass(Bounds.QUIET);
        inbox.tick();
        assertThat(offers).as("its session may send it again").isEmpty();

        inbox.ended(visit);
        inbox.tick();
        assertThat(offers)
                .extracting(offer ->
                        offer.candidate().name() + " " + offer.cutShort().orElseThrow())
                .containsExactlyInAnyOrder(
                        "large.zip CutShort[reason=TOO_LARGE, bytes=1001]",
                        "budget.zip CutShort[reason=BUDGET_EXCEEDED, bytes=21]");
        assertThat(offers).allMatch(Offer::quiet);
    }

    @Test
    void whoIsRefusedAndNeverGoesIsAnsweredWhenTheTimeoutHasPassed() throws IOException {
        refused("prep.zip", MAX_BYTES + 1);
        clock.pass(SIGNATURE_TIMEOUT);
        inbox.tick();
        assertThat(onlyOffer().cutShort()).isPresent();
    }

    @Test
    void whatIsSentAgainSmallerOrGoesOnIsJudgedAsEver() throws IOException {
        refused("prep.zip", MAX_BYTES + 1);
        put("prep.zip.p7s", "signature");
        put("prep.zip", "archive");
        assertThat(onlyOffer().cutShort()).isEmpty();

        refused("anew.zip", MAX_BYTES + 1);
        handle("anew.zip", ANEW).close();
        put("anew.zip.p7s", "signature");
        assertThat(onlyOffer().cutShort()).isEmpty();

        refused("next.zip", MAX_BYTES + 1);
        try (UploadChannel channel = handle("next.zip", ON)) {
            write(channel, "archive");
        }
        put("next.zip.p7s", "signature");
        assertThat(onlyOffer().cutShort()).isEmpty();
    }

    @Test
    void aDiskThatIsFullIsNoReasonAgainstAPackage() throws IOException {
        space.diskLeft = 20;
        refused("prep.zip", 21);
        space.diskLeft = Long.MAX_VALUE;
        put("prep.zip.p7s", "signature");
        Offer offer = onlyOffer();
        assertThat(offer.cutShort()).isEmpty();
        assertThat(offer.mayGrow()).isTrue();
    }

    @Test
    void aFolderThatSomebodyRemovedIsMadeAgain() throws IOException {
        Files.delete(folder);
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        assertThat(accept(onlyOffer()).signatures()).hasSize(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
    }

    @Test
    void whereTheLastByteWouldLieBeyondAllNumbersItIsTooLarge() throws IOException {
        try (UploadChannel channel = handle("prep.zip", ANEW)) {
            channel.position(Long.MAX_VALUE - 1);
            assertThatThrownBy(() -> write(channel, "xy"))
                    .isInstanceOfSatisfying(
                            Refused.class, e -> assertThat(e.kind()).isEqualTo(Refused.Kind.TOO_LARGE));
        }
    }
}
