package mx.difusor.agent.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
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
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Fault;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.disk.UnreliableDisk;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Receipt;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InboxTest {
    private static final Duration SIGNATURE_TIMEOUT = Duration.ofMinutes(10);
    private static final Set<OpenOption> ANEW = Set.of(WRITE, CREATE, TRUNCATE_EXISTING);
    private static final Set<OpenOption> ON = Set.of(WRITE, CREATE);
    private static final int MAX_BYTES = 1_000;

    @TempDir
    Path home;

    private final MovingClock clock = new MovingClock();
    private final List<Offer> offers = new ArrayList<>();
    private final Visit visit = new Visit("iee", "203.0.113.7");
    private final FakeSpace space = new FakeSpace();
    private Room room = new Room(MAX_BYTES, space);
    private Duration waitForDesk = Duration.ofMillis(1);
    private Inbox inbox;
    private Path folder;
    private Path kept;

    @BeforeEach
    void open() throws IOException {
        folder = home.resolve("incoming").resolve("iee");
        kept = home.resolve("kept");
        Files.createDirectories(kept);
        inbox = newInbox();
        inbox.recover();
    }

    /** Whoever went in has come out. */
    @AfterEach
    void theLockIsFreeAgain() throws Exception {
        assertThat(CompletableFuture.supplyAsync(inbox::names).get(10, TimeUnit.SECONDS))
                .isNotNull();
    }

    private Inbox newInbox() {
        Inbox.Limits limits = new Inbox.Limits(SIGNATURE_TIMEOUT, waitForDesk);
        return new Inbox("iee", folder, limits, new LocalDisk(), clock, room, offers::add);
    }

    private void restart() throws IOException {
        offers.clear();
        room = new Room(MAX_BYTES, space);
        inbox = newInbox();
        inbox.recover();
        inbox.tick();
    }

    private void put(Visit by, String name, String content) throws IOException {
        try (UploadChannel channel = inbox.openForWriting(by, name, ANEW, -1)) {
            channel.write(bytes(content));
        }
    }

    private void put(String name, String content) throws IOException {
        put(visit, name, content);
    }

    /** As a connection that drops in the middle. */
    private void putPart(String name, String content) throws IOException {
        UploadChannel channel = inbox.openForWriting(visit, name, ANEW, -1);
        channel.write(bytes(content));
        channel.breakOff();
        channel.close();
    }

    private Visit nextVisit() {
        return new Visit("iee", "203.0.113.7");
    }

    private static ByteBuffer bytes(String content) {
        return ByteBuffer.wrap(content.getBytes(UTF_8));
    }

    private Offer onlyOffer() {
        assertThat(offers).hasSize(1);
        return offers.remove(0);
    }

    private void accept(Offer offer) throws IOException {
        Candidate candidate = offer.claim().orElseThrow();
        Path archive = kept.resolve(
                Digest.ofContent(Files.readAllBytes(candidate.archive())).hex());
        Files.copy(candidate.archive(), archive);
        offer.decided(Receipts.of(candidate, true), archive);
    }

    private String read(String name) throws IOException {
        try (SeekableByteChannel channel = inbox.openForReading(name)) {
            ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES);
            channel.read(buffer);
            return new String(buffer.array(), 0, buffer.position(), UTF_8);
        }
    }

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
        waitForDesk = Duration.ofSeconds(30);
        restart();
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        Offer offer = onlyOffer();

        CompletableFuture<Void> change = CompletableFuture.runAsync(() -> {
            try {
                put(nextVisit(), "prep.zip", "the next");
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        Awaitility.await().during(Duration.ofMillis(200)).until(() -> !change.isDone());
        accept(offer);
        change.get(10, TimeUnit.SECONDS);

        assertThat(folder.resolve("prep.zip")).hasContent("the next");
    }

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

        clock.pass(ClaimedPackage.FIRST_RETRY);
        inbox.tick();
        Offer again = onlyOffer();
        assertThat(again.candidate()).isEqualTo(claimed);
        assertThat(again.mayGrow()).isFalse();
        assertThat(again.claim()).contains(claimed);
        again.failed();
        clock.pass(ClaimedPackage.FIRST_RETRY);
        inbox.tick();
        assertThat(offers).isEmpty();

        for (int i = 0; i < 20; i++) {
            clock.pass(ClaimedPackage.LAST_RETRY);
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
    void aLateSignatureOfThePackageBeforeDoesNotHaveTheNextOneRefused() throws IOException {
        put("prep.zip", "first");
        put("prep.zip.p7s", "first signature");
        accept(onlyOffer());
        put("prep.zip.asc", "late for the first");
        inbox.ended(visit);

        Visit next = nextVisit();
        put(next, "prep.zip", "second");
        onlyOffer().leave();
        inbox.ended(next);
        clock.pass(Bounds.QUIET);
        inbox.tick();
        Offer offer = onlyOffer();
        assertThat(offer.mayGrow())
                .as("the signature may be the other package's")
                .isTrue();
        offer.leave();

        put(nextVisit(), "prep.zip.p7s", "second signature");
        assertThat(onlyOffer().candidate().signatures()).hasSize(2);
    }

    @Test
    void anOverwrittenArchiveCastsDoubtOnTheSignaturesBeforeIt() throws IOException {
        put("prep.zip", "first");
        put("prep.zip.p7s", "first signature");
        onlyOffer().leave();
        put("prep.zip", "second");
        onlyOffer().leave();
        inbox.ended(visit);
        clock.pass(Bounds.QUIET);
        inbox.tick();

        assertThat(onlyOffer().mayGrow()).isTrue();
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
        List<Offer> taken = new ArrayList<>();
        boolean[] broken = {true};
        inbox = new Inbox(
                "iee",
                folder,
                new Inbox.Limits(SIGNATURE_TIMEOUT, waitForDesk),
                new LocalDisk(),
                clock,
                room,
                offer -> {
                    if (broken[0]) {
                        throw new IllegalStateException("made up");
                    }
                    taken.add(offer);
                });
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        broken[0] = false;
        inbox.tick();
        assertThat(taken).as("not at once").isEmpty();
        clock.pass(ClaimedPackage.FIRST_RETRY);
        inbox.tick();

        assertThat(taken).hasSize(1);
    }

    @Test
    void filesThatChangedBehindTheAgentsBackAreNotClaimed() throws IOException {
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        Offer offer = onlyOffer();
        Files.writeString(folder.resolve("prep.zip"), "another archive");

        assertThat(offer.claim()).isEmpty();
        clock.pass(ClaimedPackage.FIRST_RETRY);
        inbox.tick();

        accept(onlyOffer());
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
    void aClaimThatWasHalfDroppedIsNotJudgedAgain() throws IOException {
        UnreliableDisk unreliable = new UnreliableDisk(home.toRealPath(), 1);
        folder = home.toRealPath().resolve("other").resolve("uni");
        inbox = new Inbox(
                "uni", folder, new Inbox.Limits(SIGNATURE_TIMEOUT, waitForDesk), unreliable, clock, room, offers::add);
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
    void anUploadThatSomebodyRemovedBehindTheAgentsBackCanComeAgain() throws IOException {
        put("prep.zip", "archive");
        Files.delete(folder.resolve("prep.zip"));
        put("prep.zip", "another");
        assertThat(folder.resolve("prep.zip")).hasContent("another");
        put("prep.zip.p7s", "signature");
        assertThat(onlyOffer().candidate().archive()).hasContent("another");
    }
}
