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
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.KnownDigest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the digest of an upload is known without reading it; and that it is never known wrongly. */
class ArrivalTest {
    private static final Set<OpenOption> ANEW = Set.of(WRITE, CREATE, TRUNCATE_EXISTING);
    private static final Set<OpenOption> ON = Set.of(WRITE, CREATE);
    private static final FileTime LATER = FileTime.from(Instant.parse("2031-01-01T00:00:00Z"));

    @TempDir
    Path home;

    private final MovingClock clock = new MovingClock();
    private final List<Offer> offers = new ArrayList<>();
    private final Visit visit = new Visit("iee", "203.0.113.7");
    private Inbox inbox;
    private Path file;

    @BeforeEach
    void open() throws IOException {
        inbox = newInbox(1_000);
        file = home.resolve("iee/prep.zip");
    }

    private Inbox newInbox(long maxBytes) throws IOException {
        Inbox made = new Inbox(
                "iee",
                home.resolve("iee"),
                new Inbox.Limits(Duration.ofMinutes(10), Duration.ofMillis(1)),
                new LocalDisk(),
                clock,
                new Room(maxBytes, new FakeSpace()),
                offers::add);
        made.recover();
        return made;
    }

    private UploadChannel writing(String name, Set<OpenOption> options) throws IOException {
        return inbox.openForWriting(visit, name, options, -1);
    }

    private static void write(UploadChannel channel, long position, String content) throws IOException {
        channel.position(position).write(ByteBuffer.wrap(content.getBytes(UTF_8)));
    }

    private void put(String name, String content) throws IOException {
        try (UploadChannel channel = writing(name, ANEW)) {
            write(channel, 0, content);
        }
    }

    /** The archive is there; its signature makes it worth an offer. */
    private Offer offer() throws IOException {
        offers.clear();
        put("prep.zip.p7s", "signature");
        assertThat(offers).hasSize(1);
        return offers.get(0);
    }

    private void assertKnown(String content) throws IOException {
        byte[] bytes = content.getBytes(UTF_8);
        Offer offer = offer();
        assertThat(offer.candidate().known()).isEqualTo(new KnownDigest(Digest.ofContent(bytes), bytes.length));
        assertThat(offer.candidate().archive()).hasContent(content);
        assertThat(offer.claim())
                .hasValueSatisfying(claimed -> assertThat(claimed.known()).isNull());
    }

    private void assertHasToBeRead(String content) throws IOException {
        Offer offer = offer();
        assertThat(offer.candidate().known()).isNull();
        assertThat(offer.candidate().archive()).hasContent(content);
        assertThat(offer.claim()).isPresent();
    }

    @Test
    void bytesThatArriveOneAfterTheOtherAreKnown() throws IOException {
        try (UploadChannel channel = writing("prep.zip", ANEW)) {
            write(channel, 0, "arch");
            write(channel, 4, "");
            write(channel, 4, "ive");
        }
        assertKnown("archive");
    }

    @Test
    void anEmptyFileIsKnown() throws IOException {
        put("prep.zip", "");
        assertKnown("");
    }

    @Test
    void bytesOutOfOrderHaveToBeRead() throws IOException {
        try (UploadChannel channel = writing("prep.zip", ANEW)) {
            write(channel, 4, "ive");
            write(channel, 0, "arch");
        }
        assertHasToBeRead("archive");
    }

    @Test
    void aByteWrittenTwiceHasToBeRead() throws IOException {
        try (UploadChannel channel = writing("prep.zip", ANEW)) {
            write(channel, 0, "Archive");
            write(channel, 0, "a");
        }
        assertHasToBeRead("archive");
    }

    @Test
    void aFileThatWasCutHasToBeRead() throws IOException {
        put("prep.zip", "archive and more");
        inbox.setSize(visit, "prep.zip", 7);
        assertHasToBeRead("archive");
    }

    /** Cut, and gone on with where it had ended. */
    @Test
    void aFileThatWasCutThroughItsOwnHandleAndGrewAgainHasToBeRead() throws IOException {
        try (UploadChannel channel = writing("prep.zip", ANEW)) {
            write(channel, 0, "archive");
            channel.truncate(4);
            write(channel, 7, "s");
        }
        assertHasToBeRead("arch\0\0\0s");
    }

    @Test
    void aFileWrittenAnewIsKnownByItsNewBytes() throws IOException {
        put("prep.zip", "something else, and longer");
        put("prep.zip", "archive");
        assertKnown("archive");
    }

    @Test
    void aFileOverwrittenWithoutBeingCutHasToBeRead() throws IOException {
        put("prep.zip", "ARCHIVE");
        try (UploadChannel channel = writing("prep.zip", ON)) {
            write(channel, 0, "archive");
        }
        assertHasToBeRead("archive");
    }

    @Test
    void aResumedFileIsKnownWhereItsBeginningIs() throws IOException {
        UploadChannel dropped = writing("prep.zip", ANEW);
        write(dropped, 0, "arch");
        dropped.breakOff();
        dropped.close();
        try (UploadChannel channel = writing("prep.zip", ON)) {
            write(channel, 4, "ive");
        }
        assertKnown("archive");
    }

    @Test
    void aResumedFileWhoseBeginningChangedMeanwhileHasToBeRead() throws IOException {
        put("prep.zip", "ARCH");
        Files.writeString(file, "arch");
        Files.setLastModifiedTime(file, LATER);
        try (UploadChannel channel = writing("prep.zip", ON)) {
            write(channel, 4, "ive");
        }
        assertHasToBeRead("archive");
    }

    @Test
    void aFileResumedAfterARestartHasToBeRead() throws IOException {
        put("prep.zip", "arch");
        inbox = newInbox(1_000);
        try (UploadChannel channel = writing("prep.zip", ON)) {
            write(channel, 4, "ive");
        }
        assertHasToBeRead("archive");
    }

    @Test
    void aFileResumedWithAHoleHasToBeRead() throws IOException {
        put("prep.zip", "a");
        try (UploadChannel channel = writing("prep.zip", ON)) {
            write(channel, 3, "c");
        }
        assertHasToBeRead("a\0\0c");
    }

    @Test
    void twoHandlesAtOnceMeanReading() throws IOException {
        try (UploadChannel first = writing("prep.zip", ANEW);
                UploadChannel second = writing("prep.zip", ON)) {
            write(first, 0, "ARCH");
            write(second, 0, "arch");
            write(first, 4, "ive");
        }
        assertHasToBeRead("archive");
    }

    @Test
    void aSecondHandleOnAFileThatIsStillEmptyMeansReading() throws IOException {
        try (UploadChannel second = twice("prep.zip")) {
            write(second, 7, "s");
        }
        assertHasToBeRead("archives");
    }

    /** The second of two handles on an empty file, after the first wrote over what it had written. */
    private UploadChannel twice(String name) throws IOException {
        UploadChannel first = writing(name, ANEW);
        UploadChannel second = writing(name, ON);
        write(second, 0, "ARCHIVE");
        write(first, 0, "archive");
        first.close();
        return second;
    }

    /** As many bytes as the first handle wrote, but not those. */
    @Test
    void aSecondHandleThatCutsTheFileUnderTheFirstMeansReading() throws IOException {
        try (UploadChannel first = writing("prep.zip", ANEW)) {
            write(first, 0, "a");
            writing("prep.zip", ANEW).close();
            write(first, 1, "b");
        }
        assertHasToBeRead("\0b");
    }

    @Test
    void aFileIsKnownUnderItsNewNameAndNotByTheBytesThatItReplaced() throws IOException {
        put("prep.zip", "old");
        put("prep.zip.part", "archive");
        inbox.rename("prep.zip.part", "prep.zip", true);
        assertKnown("archive");
    }

    @Test
    void theClientMaySetTheTime() throws IOException {
        put("prep.zip", "archive");
        inbox.setModified("prep.zip", LATER);
        assertKnown("archive");
    }

    @Test
    void theClientsTimeDoesNotHideAChange() throws IOException {
        put("prep.zip", "ARCHIVE");
        Files.writeString(file, "archive");
        Files.setLastModifiedTime(file, LATER);
        inbox.setModified("prep.zip", LATER);
        assertHasToBeRead("archive");
    }

    @Test
    void aFileThatWasChangedBehindTheAgentsBackHasToBeRead() throws IOException {
        put("prep.zip", "ARCHIVE");
        Files.writeString(file, "archive");
        Files.setLastModifiedTime(file, LATER);
        assertHasToBeRead("archive");
    }

    @Test
    void anotherFileOfTheSameSizeAndTimeHasToBeRead() throws IOException {
        put("prep.zip", "ARCHIVE");
        FileTime modified = Files.getLastModifiedTime(file);
        Path other = Files.writeString(home.resolve("other"), "archive");
        Files.setLastModifiedTime(other, modified);
        Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertHasToBeRead("archive");
    }

    @Test
    void aFileThatSomebodyElseMadeLongerWhileItWasOpenHasToBeRead() throws IOException {
        try (UploadChannel channel = writing("prep.zip", ANEW)) {
            write(channel, 0, "arch");
            Files.writeString(file, "ive", java.nio.file.StandardOpenOption.APPEND);
        }
        assertThat(offer().candidate().known()).isNull();
    }

    @Test
    void aFileReplacedWhileItWasOpenHasToBeRead() throws IOException {
        try (UploadChannel channel = writing("prep.zip", ANEW)) {
            write(channel, 0, "ARCHIVE");
            Path other = Files.writeString(home.resolve("other"), "archive");
            Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        assertHasToBeRead("archive");
    }

    @Test
    void whatChangedBetweenTheOfferAndTheClaimIsNotClaimedAndIsReadNextTime() throws IOException {
        put("prep.zip", "ARCHIVE");
        Offer offer = offer();
        assertThat(offer.candidate().known()).isNotNull();
        Files.writeString(file, "archive");
        Files.setLastModifiedTime(file, LATER);
        assertThat(offer.claim()).isEmpty();

        offers.clear();
        clock.pass(Retry.FIRST);
        inbox.tick();
        assertThat(offers).hasSize(1);
        assertThat(offers.get(0).candidate().known()).isNull();
        assertThat(offers.get(0).claim()).isPresent();
    }

    private static ByteBuffer bytes(String content) {
        return ByteBuffer.wrap(content.getBytes(UTF_8));
    }

    @Test
    void aFileThatChangesWhileItsTimeIsSetIsNotKnownAnyMore() throws IOException {
        Path one = Files.createFile(home.resolve("one"));
        Arrival arrival = Arrival.of(one, null, true);
        Files.writeString(one, "abc");
        arrival.wrote(0, bytes("abc"));
        Arrival.Whole whole = Objects.requireNonNull(arrival.end(one));
        Files.setLastModifiedTime(one, LATER);
        assertThat(whole.lookedAtAgain(one)).isNotNull();
        Files.writeString(one, "abcd");
        assertThat(whole.lookedAtAgain(one)).isNull();
        Files.move(Files.writeString(home.resolve("two"), "abc"), one, StandardCopyOption.REPLACE_EXISTING);
        assertThat(whole.lookedAtAgain(one)).isNull();
    }

    @Test
    void aRefusedWriteDoesNotCountAsArrived() throws IOException {
        inbox = newInbox(10);
        UploadChannel channel = writing("prep.zip", ANEW);
        write(channel, 0, "archive");
        assertThatThrownBy(() -> write(channel, 7, "too much")).isInstanceOf(Refused.class);
        channel.close();
        inbox.ended(visit);
        clock.pass(Bounds.QUIET);
        inbox.tick();
        byte[] arrived = "archive".getBytes(UTF_8);
        assertThat(offers.get(0).candidate().known())
                .isEqualTo(new KnownDigest(Digest.ofContent(arrived), arrived.length));
    }
}
