package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.model.Candidate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What belongs to which package, where names come again and sessions end without a word. */
class InboxDoubtsTest extends OneInbox {

    /** In a session for each file, as {@code scp} and {@code curl} are used in a loop. */
    private void putAlone(String name, String content) throws IOException {
        visit = nextVisit();
        put(name, content);
        inbox.ended(visit);
    }

    private Offer lastOffer() {
        assertThat(offers).isNotEmpty();
        Offer last = offers.remove(offers.size() - 1);
        leaveAll();
        return last;
    }

    /** The first package is taken; then comes another signature that was made for it. */
    private void lateSignature() throws IOException {
        put("prep.zip", "first");
        put("prep.zip.asc", "first signature");
        accept(lastOffer());
        put("prep.zip.p7s", "late for the first");
    }

    @Test
    void aSignatureIsDoubtfulWhereItMayBeOfThePackageBefore() throws IOException {
        lateSignature();
        put("prep.zip", "second");
        leaveAll();
        put("prep.zip.asc", "second signature");
        Offer offer = lastOffer();
        assertThat(offer.candidate().signatures()).hasSize(2);
        assertThat(offer.doubtful()).containsExactly(folder.resolve("prep.zip.p7s"));
    }

    @Test
    void whatIsNotThisPackagesStaysAndItsOwnPackageTakesItAlong() throws IOException {
        lateSignature();
        put("prep.zip", "second");
        leaveAll();
        put("prep.zip.asc", "second signature");
        Offer offer = lastOffer();
        offer.spare(offer.doubtful());
        Candidate taken = accept(offer);

        assertThat(taken.signatures())
                .singleElement()
                .satisfies(file -> assertThat(file.getFileName()).hasToString("prep.zip.asc"));
        assertThat(folder.resolve("prep.zip.p7s")).hasContent("late for the first");
        assertThat(inbox.names()).contains("prep.zip", "prep.zip.asc", "prep.zip.p7s");
        inbox.tick();
        assertThat(offers).as("an orphan is no package").isEmpty();

        put("prep.zip.p7s", "of the third");
        put("prep.zip", "third");
        assertThat(accept(lastOffer()).signatures()).hasSize(1);
        assertThat(folder.resolve("prep.zip.p7s")).doesNotExist();
    }

    @Test
    void afterARestartNobodyKnowsForWhichArchiveASidecarWasMade() throws IOException {
        lateSignature();
        restart();
        putAlone("prep.zip", "second");
        clock.pass(Bounds.QUIET);
        inbox.tick();
        Offer offer = lastOffer();
        assertThat(offer.mayGrow()).as("its own signature may be on its way").isTrue();
        assertThat(offer.doubtful()).hasSize(1);
    }

    private void writeOver(String content) throws IOException {
        visit = nextVisit();
        try (UploadChannel channel = inbox.openForWriting(visit, "prep.zip", ON, -1)) {
            write(channel, content);
            channel.truncate(content.length());
        }
        inbox.ended(visit);
        leaveAll();
        clock.pass(Bounds.QUIET);
        inbox.tick();
    }

    @Test
    void anArchiveThatIsWrittenOverInPlaceCastsDoubtOnTheSignatureBeforeIt() throws IOException {
        putAlone("prep.zip", "a part of the first");
        putAlone("prep.zip.p7s", "signature");
        leaveAll();
        writeOver("second");
        assertThat(lastOffer().mayGrow()).isTrue();
    }

    @Test
    void anArchiveThatIsOnlyContinuedCastsNone() throws IOException {
        putAlone("prep.zip", "arch");
        putAlone("prep.zip.p7s", "signature");
        leaveAll();
        visit = nextVisit();
        try (UploadChannel channel = inbox.openForWriting(visit, "prep.zip", ON, -1)) {
            channel.position(4);
            write(channel, "ive");
            channel.position(4);
            write(channel, "IVE");
        }
        inbox.ended(visit);
        leaveAll();
        clock.pass(Bounds.QUIET);
        inbox.tick();
        assertThat(lastOffer().mayGrow()).isFalse();
    }

    @Test
    void oneSessionForEachFileIsWaitedForAsOneForAll() throws IOException {
        putAlone("prep.zip", "archive");
        putAlone("prep.zip.asc", "of a key that nobody knows here");
        assertThat(lastOffer().quiet()).isFalse();
    }

    /** The line broke without a word: its handle stays until it is idle too long. */
    private UploadChannel deadSession() throws IOException {
        UploadChannel dead = inbox.openForWriting(visit, "prep.zip", ANEW, -1);
        write(dead, "arch");
        clock.pass(Duration.ofSeconds(1));
        visit = nextVisit();
        return dead;
    }

    private UploadChannel goOn() throws IOException {
        UploadChannel channel = inbox.openForWriting(visit, "prep.zip", ON, -1);
        channel.position(4);
        write(channel, "ive");
        return channel;
    }

    @Test
    void whoWritesAFileToItsEndTakesItFromASessionThatIsDead() throws IOException {
        UploadChannel dead = deadSession();
        goOn().close();
        put("prep.zip.p7s", "signature");
        assertThat(offers).isEmpty();
        clock.pass(Bounds.QUIET.minusSeconds(2));
        inbox.tick();
        assertThat(offers).isEmpty();

        clock.pass(Duration.ofSeconds(1));
        inbox.tick();
        assertThat(offers).hasSize(1);
        leaveAll();
        inbox.ended(visit);
        assertThat(lastOffer().mayGrow()).as("it is whole").isFalse();
        assertThatThrownBy(() -> write(dead, "x")).isInstanceOf(IOException.class);
        assertThat(dead.isOpen()).isFalse();
        assertThat(Files.readString(folder.resolve("prep.zip"))).isEqualTo("archive");
    }

    @Test
    void aSessionThatStillWritesKeepsItsHandle() throws IOException {
        UploadChannel first = deadSession();
        goOn().close();
        clock.pass(Bounds.QUIET);
        write(first, "more");
        clock.pass(Bounds.QUIET.plusSeconds(1));
        inbox.tick();
        assertThat(first.isOpen()).isTrue();
        first.close();
    }

    @Test
    void aHandleThatWroteNothingTakesNothingOver() throws IOException {
        UploadChannel first = deadSession();
        inbox.openForWriting(visit, "prep.zip", ON, -1).close();
        clock.pass(Bounds.QUIET.plusSeconds(1));
        inbox.tick();
        assertThat(first.isOpen()).isTrue();
        first.close();
    }

    @Test
    void anotherHandleOfTheSameSessionTakesNothingOver() throws IOException {
        UploadChannel first = inbox.openForWriting(visit, "prep.zip", ANEW, -1);
        write(first, "arch");
        clock.pass(Duration.ofSeconds(1));
        goOn().close();
        clock.pass(Bounds.QUIET.plusSeconds(1));
        inbox.tick();
        assertThat(first.isOpen()).isTrue();
        first.close();
    }

    @Test
    void whoWroteAfterTheOtherHadOpenedItIsNotOutlived() throws IOException {
        UploadChannel first = deadSession();
        UploadChannel second = goOn();
        clock.pass(Duration.ofSeconds(1));
        write(first, "both");
        second.close();
        clock.pass(Bounds.QUIET.plusSeconds(1));
        inbox.tick();
        assertThat(first.isOpen()).isTrue();
        first.close();
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

    /** What the agent can still know of a package that was accepted. */
    enum Since {
        THE_NAME_IS_NO_LONGER_SHOWN,
        ITS_CLIENT_REMOVED_THE_NAME,
        THE_AGENT_WAS_STARTED_ANEW
    }

    private void acceptFirst() throws IOException {
        putAlone("prep.zip", "first");
        putAlone("prep.zip.p7s", "first signature");
        accept(offers.remove(0));
        leaveAll();
    }

    @ParameterizedTest
    @EnumSource(Since.class)
    void aPackageWaitsForItsOwnSignatureWhereALateOneOfThePackageBeforeLies(Since since) throws IOException {
        acceptFirst();
        switch (since) {
            case THE_NAME_IS_NO_LONGER_SHOWN -> clock.pass(Ghosts.KEPT.plusSeconds(1));
            case ITS_CLIENT_REMOVED_THE_NAME -> inbox.remove("prep.zip");
            case THE_AGENT_WAS_STARTED_ANEW -> restart();
        }
        inbox.tick();
        putAlone("prep.zip.sig", "late for the first");
        clock.pass(Duration.ofMinutes(4));
        putAlone("prep.zip", "second");
        Offer offer = offerAfterTheSession();
        assertThat(offer.mayGrow()).as("its own signature is on its way").isTrue();
        assertThat(offer.doubtful()).containsExactly(folder.resolve("prep.zip.sig"));
        offer.leave();

        putAlone("prep.zip.p7s", "second signature");
        Offer whole = offers.remove(0);
        whole.spare(whole.doubtful());
        assertThat(accept(whole).signatures()).hasSize(1);
        assertThat(folder.resolve("prep.zip.sig")).hasContent("late for the first");
    }

    @Test
    void aChecksumIsDoubtfulAsASignatureIsAndStaysWhereItIsNotThisPackages() throws IOException {
        acceptFirst();
        putAlone("prep.zip.sha256", "of the first");
        restart();
        putAlone("prep.zip", "second");
        putAlone("prep.zip.p7s", "second signature");
        Offer offer = lastOffer();
        assertThat(offer.doubtful()).containsExactly(folder.resolve("prep.zip.sha256"));
        offer.spare(offer.doubtful());
        assertThat(accept(offer).checksum()).isNull();
        assertThat(folder.resolve("prep.zip.sha256")).hasContent("of the first");
    }

    @Test
    void aLateSignatureIsDoubtfulAlsoWhileTheNextArchiveComes() throws IOException {
        acceptFirst();
        UploadChannel next = handle("prep.zip", ANEW);
        write(next, "sec");
        put(nextVisit(), "prep.zip.sig", "late for the first");
        put(visit, "prep.zip.p7s", "second signature");
        write(next, "ond");
        next.close();
        assertThat(lastOffer().doubtful()).containsExactly(folder.resolve("prep.zip.sig"));
    }

    @Test
    void ofANameThatIsNewASignatureThatComesMeanwhileFromAnotherSessionIsNotDoubtful() throws IOException {
        UploadChannel first = handle("prep.zip", ANEW);
        write(first, "archive");
        put(nextVisit(), "prep.zip.sig", "signature");
        first.close();
        assertThat(lastOffer().doubtful()).isEmpty();
    }

    /** So that one that is wrong is answered when its session ends. */
    @Test
    void aSignatureThatIsSentInASessionOfItsOwnJustBeforeItsArchiveIsNotDoubtful() throws IOException {
        putAlone("prep.zip.p7s", "signature");
        clock.pass(Bounds.BEFOREHAND);
        putAlone("prep.zip", "archive");
        assertThat(offerAfterTheSession().mayGrow()).isFalse();

        putAlone("b.zip.p7s", "signature");
        clock.pass(Bounds.BEFOREHAND.plusMillis(1));
        putAlone("b.zip", "archive");
        assertThat(offerAfterTheSession().mayGrow()).isTrue();
    }

    @Test
    void noPauseWithinASessionMakesTheSignatureOfANewNameDoubtful() throws IOException {
        put("prep.zip.p7s", "signature");
        clock.pass(Duration.ofMinutes(5));
        put("prep.zip", "archive");
        assertThat(offerAfterTheSession().mayGrow()).isFalse();
    }

    @Test
    void whereThePackageBeforeIsRememberedOneSignMoreMakesASignatureDoubtful() throws IOException {
        acceptFirst();
        clock.pass(Ghosts.KEPT.plusSeconds(1));
        inbox.tick();
        visit = nextVisit();
        put("prep.zip.p7s", "of the second, just before it and in its session");
        put("prep.zip", "second");
        Offer offer = onlyOffer();
        assertThat(offer.doubtful()).isEmpty();
        offer.leave();

        inbox.remove("prep.zip");
        visit = nextVisit();
        put("prep.zip", "another session");
        offer = onlyOffer();
        assertThat(offer.doubtful()).hasSize(1);
        offer.leave();

        inbox.remove("prep.zip");
        put("prep.zip.p7s", "long before, in the same session");
        clock.pass(Bounds.BEFOREHAND.plusMillis(1));
        put("prep.zip", "third");
        assertThat(lastOffer().doubtful()).hasSize(1);
    }

    @Test
    void whatIsRenamedBeganWithItsFirstByte() throws IOException {
        UploadChannel slow = handle("prep.zip.part", ANEW);
        put(nextVisit(), "prep.zip.p7s", "signature");
        clock.pass(Duration.ofMinutes(5));
        write(slow, "archive");
        slow.close();
        inbox.rename("prep.zip.part", "prep.zip", false);
        assertThat(lastOffer().doubtful()).isEmpty();

        put("b.zip.part", "an earlier try");
        clock.pass(Duration.ofHours(1));
        put(nextVisit(), "b.zip.p7s", "signature");
        clock.pass(Duration.ofMinutes(5));
        put("b.zip.part", "archive");
        inbox.rename("b.zip.part", "b.zip", false);
        assertThat(lastOffer().doubtful()).hasSize(1);
    }

    @Test
    void onlySoManyArchivesAreRememberedAndOnlyForADay() {
        Ghosts ghosts = new Ghosts();
        Instant now = clock.instant();
        for (int i = 0; i <= Ghosts.MAX; i++) {
            ghosts.put(i + ".zip", new Ghost(UploadName.Role.ARCHIVE, 1, FileTime.fromMillis(0), null, now));
            ghosts.remove(i + ".zip");
        }
        assertThat(ghosts.tookBefore("0.zip")).isFalse();
        assertThat(ghosts.tookBefore("1.zip")).isTrue();
        ghosts.forgetBefore(now.plus(Ghosts.REMEMBERED));
        assertThat(ghosts.tookBefore("1.zip")).isTrue();
        ghosts.forgetBefore(now.plus(Ghosts.REMEMBERED).plusMillis(1));
        assertThat(ghosts.tookBefore("1.zip")).isFalse();
    }
}
