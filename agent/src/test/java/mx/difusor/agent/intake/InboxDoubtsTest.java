package mx.difusor.agent.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Candidate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What belongs to which package, where names come again and sessions end without a word. */
class InboxDoubtsTest {

    private static final Duration SIGNATURE_TIMEOUT = Duration.ofMinutes(10);
    private static final Set<OpenOption> ANEW =
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
    /** As OpenSSH's scp opens a file, and who resumes. */
    private static final Set<OpenOption> ON = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE);

    @TempDir
    private Path home;

    private final MovingClock clock = new MovingClock();
    private final List<Offer> offers = new ArrayList<>();
    private Path folder = Path.of("");
    private Inbox inbox = newInbox();
    private Visit visit = new Visit("iee", "203.0.113.7");

    private Inbox newInbox() {
        Inbox.Limits limits = new Inbox.Limits(SIGNATURE_TIMEOUT, Duration.ofSeconds(1));
        return new Inbox("iee", folder, limits, new LocalDisk(), clock, new Room(1_000, new FakeSpace()), offers::add);
    }

    @BeforeEach
    void start() throws IOException {
        folder = home.resolve("iee");
        inbox = newInbox();
        inbox.recover();
    }

    private void write(UploadChannel channel, String content) throws IOException {
        channel.write(ByteBuffer.wrap(content.getBytes(UTF_8)));
    }

    private void put(String name, String content) throws IOException {
        try (UploadChannel channel = inbox.openForWriting(visit, name, ANEW, -1)) {
            write(channel, content);
        }
    }

    /** In a session for each file, as {@code scp} and {@code curl} are used in a loop. */
    private void putAlone(String name, String content) throws IOException {
        visit = new Visit("iee", "203.0.113.7");
        put(name, content);
        inbox.ended(visit);
    }

    private Offer lastOffer() {
        assertThat(offers).isNotEmpty();
        Offer last = offers.remove(offers.size() - 1);
        offers.forEach(Offer::leave);
        offers.clear();
        return last;
    }

    private void leaveAll() {
        offers.forEach(Offer::leave);
        offers.clear();
    }

    private Candidate accept(Offer offer) throws IOException {
        Candidate candidate = offer.claim().orElseThrow();
        offer.decided(Receipts.of(candidate, true), home.resolve("kept"));
        return candidate;
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
        inbox = newInbox();
        inbox.recover();
        putAlone("prep.zip", "second");
        clock.pass(Bounds.QUIET);
        inbox.tick();
        Offer offer = lastOffer();
        assertThat(offer.mayGrow()).as("its own signature may be on its way").isTrue();
        assertThat(offer.doubtful()).hasSize(1);
    }

    private void writeOver(String content) throws IOException {
        visit = new Visit("iee", "203.0.113.7");
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
        visit = new Visit("iee", "203.0.113.7");
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
        visit = new Visit("iee", "203.0.113.7");
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
}
