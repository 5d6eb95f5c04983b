package mx.difusor.agent.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.disk.LocalDisk;
import org.apache.sshd.scp.common.ScpFileOpener;
import org.apache.sshd.scp.common.ScpTargetStreamResolver;
import org.apache.sshd.scp.common.helpers.ScpTimestampCommandDetails;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.sftp.server.FileHandle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How scp of the old protocol and SFTP open, write and close files, without a client. */
class UploadDoorsTest {
    private static final int MAX_BYTES = 1_000;
    private static final Set<PosixFilePermission> ANY = Set.of(PosixFilePermission.OTHERS_WRITE);
    private static final Set<OpenOption> ANEW = Set.of(WRITE, CREATE);

    @TempDir
    Path home;

    private final List<Offer> offers = new ArrayList<>();
    private final ScpFileOpener scp = new ScpCommands().getScpFileOpener();
    private final SftpAccess sftp = new SftpAccess();
    private MountedFileSystem mounted;
    private Path prep;

    @BeforeEach
    void mount() throws IOException {
        Files.createDirectories(home.resolve("archive"));
        Files.writeString(home.resolve("archive/file"), "archived");
        Inbox inbox = new Inbox(
                "iee",
                home.resolve("incoming"),
                new Inbox.Limits(Duration.ofMinutes(10), Duration.ofSeconds(1)),
                new LocalDisk(),
                new MovingClock(),
                new Room(MAX_BYTES, new FakeSpace()),
                offers::add);
        inbox.recover();
        mounted = new MountedFileSystem(new VirtualTree(
                new Visit("iee", "192.0.2.1"),
                inbox,
                Map.of("historico", new ReadOnlyFolder(home.resolve("archive")))));
        prep = mounted.getDefaultDir().resolve("prep.zip");
    }

    private Path stored(String name) {
        return home.resolve("incoming").resolve(name);
    }

    @SuppressWarnings("NullAway") // the session is not looked at
    private OutputStream scp(Path path, long size) throws IOException {
        return scp.openWrite(null, path, size, ANY);
    }

    /** What the desk is told of the archive when its session has ended. */
    private boolean mayGrow() throws IOException {
        try (OutputStream out = scp(mounted.getDefaultDir().resolve("prep.zip.p7s"), 9)) {
            out.write("signature".getBytes(UTF_8));
        }
        offers.get(offers.size() - 1).leave();
        mounted.close();
        return offers.get(offers.size() - 1).mayGrow();
    }

    @Test
    void aFileOfTheOldScpIsWholeWhenItsSizeHasCome() throws IOException {
        try (OutputStream out = scp(prep, 7)) {
            out.write("archi".getBytes(UTF_8));
            out.write('v');
            out.write('e');
        }
        assertThat(stored("prep.zip")).hasContent("archive");
        assertThat(mayGrow()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 8})
    void aFileOfTheOldScpOfAnotherSizeThanItSaidMayBeAPart(int announced) throws IOException {
        try (OutputStream out = scp(prep, announced)) {
            out.write("archive".getBytes(UTF_8));
        }
        assertThat(mayGrow()).isTrue();
    }

    @Test
    void aFileOfTheOldScpThatIsTooLargeIsRefusedWhenItIsAnnounced() {
        assertThatThrownBy(() -> scp(prep, MAX_BYTES + 1))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("too large");
        assertThat(stored("prep.zip")).doesNotExist();
    }

    @Test
    @SuppressWarnings("NullAway") // the session is not looked at
    void theOldScpReadsWhatIsServedAndSetsTimesAlone() throws IOException {
        try (InputStream in = scp.openRead(null, mounted.getPath("/historico/file"), 8, ANY)) {
            assertThat(in).hasContent("archived");
        }
        ScpTargetStreamResolver resolver = scp.createScpTargetStreamResolver(null, mounted.getDefaultDir());
        try (OutputStream out = resolver.resolveTargetStream(null, "prep.zip", 1, ANY)) {
            out.write('x');
        }
        FileTime before = Files.getLastModifiedTime(stored("prep.zip"));
        resolver.postProcessReceivedData("prep.zip", true, ANY, null);
        assertThat(Files.getLastModifiedTime(stored("prep.zip"))).isEqualTo(before);
        resolver.postProcessReceivedData(
                "prep.zip", true, ANY, new ScpTimestampCommandDetails(1_700_000_000_000L, 1_700_000_000_000L));
        assertThat(Files.getLastModifiedTime(stored("prep.zip"))).isEqualTo(FileTime.fromMillis(1_700_000_000_000L));
        assertThat(Files.getPosixFilePermissions(stored("prep.zip"))).doesNotContainAnyElementsOf(ANY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "id", "scp -t", "scp x", "scp -v x", "scp -t -x", "scp-t x", "/bin/scp -t x", "scp\t-t x"})
    void anotherCommandIsAnsweredInWords(String line) throws IOException {
        ScpCommands commands = new ScpCommands();
        assertThat(commands.isSupportedCommand(new ChannelSession(), line)).isFalse();
        Command command = commands.createCommand(new ChannelSession(), line);
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        List<String> exits = new ArrayList<>();
        command.setErrorStream(new BufferedOutputStream(errors));
        command.setExitCallback((exit, text, closed) -> exits.add(exit + " " + text));
        command.start(new ChannelSession(), noEnvironment());
        assertThat(errors.toString(UTF_8)).isEqualTo("only sftp and scp are served here\n");
        assertThat(exits).containsExactly("1 only sftp and scp are served here\n");
    }

    @SuppressWarnings("NullAway") // it is not looked at
    private static Environment noEnvironment() {
        return null;
    }

    @ParameterizedTest
    @ValueSource(strings = {"scp -t x", "scp -f x", "scp -v -r -p -t -- /entrada", "scp -prt a b; id"})
    void theOldScpIsServedAndItsLineIsAPath(String line) {
        assertThat(new ScpCommands().isSupportedCommand(new ChannelSession(), line))
                .isTrue();
    }

    @Test
    void aLineOfTheOldScpHasAnEndAndNoShellStandsBehindIt() {
        ScpCommands commands = new ScpCommands();
        String longest = "scp -t " + "x".repeat(ScpCommands.MAX_COMMAND_CHARACTERS - 7);
        assertThat(commands.isSupportedCommand(new ChannelSession(), longest)).isTrue();
        assertThat(commands.isSupportedCommand(new ChannelSession(), longest + "x"))
                .isFalse();
        assertThat(commands.getDelegateShellFactory()).isNull();
    }

    @SuppressWarnings("NullAway") // neither the subsystem nor its handle is looked at
    private SeekableByteChannel sftp(Path path, Set<OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        return sftp.openFile(null, null, path, "handle", options, attributes);
    }

    @Test
    void aSizeAmongTheAttributesOfAnOpenIsWhatWillCome() throws IOException {
        assertThatThrownBy(() -> sftp(prep, ANEW, FileHandle.toFileAttribute("size", MAX_BYTES + 1L)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("too large");
        for (FileAttribute<?> other : List.of(
                FileHandle.toFileAttribute("uid", MAX_BYTES + 1), FileHandle.toFileAttribute("size", "large"))) {
            sftp(prep, ANEW, other).close();
        }
        sftp(prep, ANEW, FileHandle.toFileAttribute("size", (long) MAX_BYTES)).close();
        assertThat(stored("prep.zip")).exists();
    }

    @Test
    @SuppressWarnings("NullAway") // neither the subsystem nor its handle is looked at
    void whatIsOpenedIsReadOrWrittenSyncedAndClosed() throws IOException {
        try (SeekableByteChannel channel = sftp(mounted.getPath("/historico/file"), Set.of(READ))) {
            assertThat(channel).isNotInstanceOf(UploadChannel.class);
            sftp.syncFileData(null, null, prep, "handle", channel);
        }
        SeekableByteChannel channel = sftp(prep, ANEW);
        channel.write(ByteBuffer.wrap("archive".getBytes(UTF_8)));
        sftp.syncFileData(null, null, prep, "handle", channel);
        sftp.closeFile(null, null, prep, "handle", channel, ANEW);
        assertThat(channel.isOpen()).isFalse();
        assertThatThrownBy(() -> sftp.syncFileData(null, null, prep, "handle", channel))
                .as("a sync goes to the disk")
                .isInstanceOf(IOException.class);
    }

    @Test
    @SuppressWarnings("NullAway") // the subsystem is not looked at
    void nothingIsCopiedOrLinkedAndAPathHasAnEnd() throws IOException {
        assertThatThrownBy(() -> sftp.copyFile(null, prep, prep, List.of())).hasMessageContaining("copying");
        assertThatThrownBy(() -> sftp.createLink(null, prep, prep, true)).hasMessageContaining("no links");
        Path entrada = mounted.getDefaultDir();
        String longest = "x".repeat(SftpAccess.MAX_PATH_BYTES);
        assertThat(sftp.resolveLocalFilePath(null, entrada, longest)).hasFileName(longest);
        for (String path : List.of(longest + "x", "ñ".repeat(SftpAccess.MAX_PATH_BYTES / 2) + "x")) {
            assertThatThrownBy(() -> sftp.resolveLocalFilePath(null, entrada, path))
                    .isInstanceOf(Refused.class)
                    .hasMessage("path longer than 1024 bytes");
        }
    }
}
