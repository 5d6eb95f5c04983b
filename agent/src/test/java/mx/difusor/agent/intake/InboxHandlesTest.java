package mx.difusor.agent.intake;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the order in which handles are opened, cut and closed tells of a package: a part, whole, or known already. */
class InboxHandlesTest extends OneInbox {

    @Test
    void anEmptyArchiveThatIsFilledCastsNoDoubtOnTheSignatureBeforeIt() throws IOException {
        put("prep.zip.p7s", "signature");
        handle("prep.zip", ANEW).close();
        leaveAll();
        put("prep.zip", "archive");
        assertThat(offerAfterTheSession().mayGrow()).isFalse();
    }

    @Test
    void aSignatureThatIsSentAgainCastsNoDoubtOnTheChecksum() throws IOException {
        put("prep.zip.sha256", "checksum");
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        leaveAll();
        put("prep.zip.p7s", "signature again");
        leaveAll();
        put("another.p7s.part", "and again");
        inbox.rename("another.p7s.part", "prep.zip.p7s", true);
        assertThat(offerAfterTheSession().mayGrow()).isFalse();
    }

    @Test
    void anArchiveThatIsRenamedToANameThatWasFreeCastsNoDoubtOnItsSignature() throws IOException {
        put("prep.zip.p7s", "signature");
        put("prep.zip.part", "archive");
        inbox.rename("prep.zip.part", "prep.zip", true);
        assertThat(offerAfterTheSession().mayGrow()).isFalse();
    }

    @Test
    void whatBrokeOffIsAPartWhileAnotherHandleIsOpenOnIt() throws IOException {
        put("prep.zip.p7s", "signature");
        UploadChannel first = handle("prep.zip", ANEW);
        UploadChannel second = handle("prep.zip", ON);
        write(second, "arch");
        second.breakOff();
        second.close();
        handle("prep.zip", ON).close();
        first.close();
        assertThat(offerAfterTheSession().mayGrow()).isTrue();
    }

    @Test
    void aFileThatChangedBehindTheAgentsBackIsNotKnownAgainByASetTime() throws IOException {
        put("prep.zip", "archive");
        Path file = folder.resolve("prep.zip");
        FileTime before = Files.getLastModifiedTime(file);
        Files.writeString(file, "ARCHIVE");
        Files.setLastModifiedTime(file, FileTime.from(before.toInstant().plusSeconds(9)));
        inbox.setModified("prep.zip", FileTime.from(Instant.parse("2024-06-02T20:00:00Z")));
        put("prep.zip.p7s", "signature");
        assertThat(offerAfterTheSession().candidate().known()).isNull();
    }

    @Test
    void aCutToTheSizeThatItHasLosesNothing() throws IOException {
        try (UploadChannel channel = handle("prep.zip", ANEW)) {
            write(channel, "archive");
            channel.truncate(7);
        }
        put("prep.zip.p7s", "signature");
        assertThat(offerAfterTheSession().candidate().known()).isNotNull();
    }

    @Test
    void aClosedHandleHoldsNoFileOpen() throws IOException {
        UploadChannel channel = handle("prep.zip", Set.of(WRITE, CREATE, READ));
        write(channel, "archive");
        channel.position(0);
        channel.force();
        channel.close();
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::force).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void aFileThatWasTakenInCanBeSentAgainInPortionsOfItsOldLength() throws IOException {
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        Offer offer = offers.remove(0);
        offer.decided(Receipts.of(offer.claim().orElseThrow(), true), home.resolve("kept"));
        try (UploadChannel channel = handle("prep.zip", ON)) {
            write(channel, "archive");
            write(channel, " and more");
        }
        assertThat(folder.resolve("prep.zip")).hasContent("archive and more");
    }

    /** Files of the inbox's folder that this process has open, with a name or without. */
    private long openFiles() throws IOException {
        String ours = folder.toRealPath() + "/";
        long count = 0;
        try (DirectoryStream<Path> handles = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path handle : handles) {
                count += isIn(ours, handle) ? 1 : 0;
            }
        }
        return count;
    }

    private static boolean isIn(String folder, Path handle) throws IOException {
        try {
            return Files.readSymbolicLink(handle).toString().startsWith(folder);
        } catch (NoSuchFileException e) {
            return false; // closed meanwhile
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whoWritesAFileThatIsRemovedHoldsNoByteOfIt() throws IOException {
        UploadChannel first = handle("prep.zip.part", ANEW);
        write(first, "archive");
        UploadChannel second = handle("prep.zip.part", ON);
        assertThat(openFiles()).isEqualTo(2);
        inbox.remove("prep.zip.part");
        assertThat(openFiles()).isZero();
        for (UploadChannel writer : List.of(first, second)) {
            assertThatThrownBy(() -> write(writer, "more"))
                    .isInstanceOf(Refused.class)
                    .hasMessage("prep.zip.part was removed or replaced while it was being written; open it again");
            writer.close();
        }
        put("prep.zip.part", "another");
        assertThat(folder.resolve("prep.zip.part")).hasContent("another");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whoWritesAFileThatIsReplacedHoldsNoByteOfIt() throws IOException {
        UploadChannel writer = handle("prep.zip.part", ANEW);
        write(writer, "archive");
        put("new.zip.part", "new");
        inbox.rename("new.zip.part", "prep.zip.part", true);
        assertThat(openFiles()).isZero();
        assertThatThrownBy(() -> write(writer, "more")).isInstanceOf(Refused.class);
        writer.close();
        assertThat(folder.resolve("prep.zip.part")).hasContent("new");
    }

    private static void read(SeekableByteChannel channel) throws IOException {
        channel.position(0);
        assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(1);
    }

    private static void assertEnded(SeekableByteChannel reader) {
        assertThatThrownBy(() -> read(reader))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("was removed or replaced, or not read for too long; open it again");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whoReadsAFileThatIsRemovedOrReplacedIsEndedWithinATick() throws IOException {
        put("a.zip.part", "a");
        put("b.zip.part", "b");
        put("c.zip.part", "c");
        SeekableByteChannel removed = inbox.openForReading("a.zip.part");
        SeekableByteChannel replaced = inbox.openForReading("b.zip.part");
        inbox.remove("a.zip.part");
        inbox.rename("c.zip.part", "b.zip.part", true);
        inbox.tick();
        assertThat(openFiles()).isZero();
        assertEnded(removed);
        assertEnded(replaced);
        removed.close();
    }

    @Test
    void whoReadsIsServedAndWhoDoesNotIsEnded() throws IOException {
        put("a.zip.part", "a");
        SeekableByteChannel busy = inbox.openForReading("a.zip.part");
        SeekableByteChannel still = inbox.openForReading("a.zip.part");
        clock.pass(Duration.ofMinutes(10));
        read(busy);
        inbox.tick();
        read(still);
        clock.pass(Duration.ofMinutes(10));
        read(busy);
        clock.pass(Duration.ofMillis(1));
        inbox.tick();
        read(busy);
        assertEnded(still);
        busy.close();
        assertThatThrownBy(() -> read(busy)).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void whoReadsAPackageThatIsTakenInMeanwhileReadsOn() throws IOException {
        put("prep.zip", "archive");
        SeekableByteChannel reader = inbox.openForReading("prep.zip");
        put("prep.zip.p7s", "signature");
        assertThat(offers.remove(0).claim()).isPresent();
        inbox.tick();
        read(reader);
        reader.close();
    }

    /** How the archive keeps a package, and whether its bytes still stand somewhere afterwards. */
    enum Kept {
        BY_A_LINK,
        BY_A_COPY,
        NOT_AT_ALL
    }

    @ParameterizedTest
    @EnumSource(Kept.class)
    void whoReadsAPackageThatIsDecidedMeanwhileReadsOnWhereItIsKept(Kept as) throws IOException {
        put("prep.zip", "archive");
        SeekableByteChannel reader = inbox.openForReading("prep.zip");
        put("prep.zip.p7s", "signature");
        Offer offer = offers.remove(0);
        Candidate candidate = offer.claim().orElseThrow();
        Path archive = kept.resolve("prep.zip");
        switch (as) {
            case BY_A_LINK -> Files.createLink(archive, candidate.archive());
            case BY_A_COPY -> Files.copy(candidate.archive(), archive);
            case NOT_AT_ALL -> archive = candidate.archive();
        }
        boolean[] looked = {false};
        disk.failWhere((call, file) -> {
            if (call.equals("deleteTree")) {
                looked[0] = true;
                inbox.tick();
            }
            return false;
        });
        offer.decided(Receipts.of(candidate, true), archive);
        assertThat(looked[0]).isTrue();
        inbox.tick();
        if (as == Kept.NOT_AT_ALL) {
            assertEnded(reader);
        } else {
            read(reader);
        }

        put("prep.zip", "the next");
        inbox.tick();
        assertEnded(reader);
        reader.close();
    }

    @Test
    void aFileMayBeRenamedInCaseAlone() throws IOException {
        put("Prep.zip.part", "archive");
        inbox.rename("Prep.zip.part", "prep.zip.part", false);
        assertThat(inbox.names()).containsExactly("prep.zip.part");
    }

    @Test
    void afterADayWhatIsAtTheDeskAndWhatIsBeingWrittenStays() throws IOException {
        put("prep.zip", "archive");
        put("prep.zip.p7s", "signature");
        assertThat(offers).hasSize(1);
        UploadChannel writing = handle("other.zip.part", ANEW);
        clock.pass(Bounds.LEFTOVERS_KEPT.plusMillis(1));
        inbox.tick();
        assertThat(inbox.names()).containsExactlyInAnyOrder("prep.zip", "prep.zip.p7s", "other.zip.part");
        writing.close();
    }
}
