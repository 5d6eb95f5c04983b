package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import mx.difusor.agent.disk.LocalDisk;

/** A path of an SFTP or scp client, from the wire to the disk: it never leads out of the four folders. */
class ServedPathFuzzTest {
    private static final String SECRET = "nobody may read this";

    /** Not by way of {@link Files}: the fuzzer watches that, and takes these paths for ones of this host. */
    private static final MountedProvider PROVIDER = new MountedProvider();

    private final Path home;
    private final MountedFileSystem served;

    ServedPathFuzzTest() {
        try {
            home = Files.createTempDirectory("served");
            Path keys = Files.createDirectories(home.resolve("keys"));
            Files.writeString(keys.resolve("secret"), SECRET);
            for (String folder : List.of("archive", "receipts", "release")) {
                Path open = home.resolve(folder);
                Files.createDirectories(open.resolve("in"));
                Files.writeString(open.resolve("in/file"), "open to all");
                Files.writeString(open.resolve(".hidden"), SECRET);
                Files.createSymbolicLink(open.resolve("l"), keys);
                Files.createSymbolicLink(open.resolve("in/f"), keys.resolve("secret"));
                Files.createSymbolicLink(open.resolve("in/u"), Path.of("..", ".."));
            }
            Files.createSymbolicLink(home.resolve("live"), Path.of("release"));
            Path folder = home.resolve("incoming/iee");
            Inbox inbox = new Inbox(
                    "iee",
                    folder,
                    new Inbox.Limits(Duration.ofMinutes(10), Duration.ofSeconds(1)),
                    new LocalDisk(),
                    Clock.systemUTC(),
                    new Room(1_000, new FakeSpace()),
                    offer -> {});
            inbox.recover();
            Files.createSymbolicLink(folder.resolve("x.zip.part"), keys.resolve("secret"));
            Map<String, ReadOnlyFolder> folders = Map.of(
                    "acuses", new ReadOnlyFolder(home.resolve("receipts")),
                    "publicado", new ReadOnlyFolder(home.resolve("live")),
                    "historico", new ReadOnlyFolder(home.resolve("archive")));
            served = new MountedFileSystem(new VirtualTree(new Visit("iee", "192.0.2.1"), inbox, folders));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whatever the path: what stands in a served folder, or a refusal that tells nothing of this host. */
    @FuzzTest
    void aPathStaysInTheServedFolders(byte[] raw) throws IOException {
        String remote = new String(raw, StandardCharsets.UTF_8);
        try {
            Path path = SftpAccess.resolve(served.getDefaultDir(), remote);
            assertThat(path).isInstanceOf(MountedPath.class);
            List<String> names = ((MountedPath) path).fromRoot();
            assertThat(names).doesNotContain("..", ".", "");
            if (served.tree().see(names).folder()) {
                try (Stream<String> entries = served.tree().list(names)) {
                    assertThat(entries).doesNotContain("keys", "secret", ".hidden", "l", "f", "u");
                }
            } else {
                try (SeekableByteChannel channel = PROVIDER.newByteChannel(path, Set.of(StandardOpenOption.READ))) {
                    ByteBuffer content = ByteBuffer.allocate(64);
                    channel.read(content);
                    assertThat(new String(content.array(), StandardCharsets.UTF_8))
                            .startsWith("open to all");
                }
            }
            write(path, names);
        } catch (IOException refused) {
            assertThat(String.valueOf(refused.getMessage())).doesNotContain(home.toString());
        }
        assertThat(home.resolve("keys/secret")).hasContent(SECRET);
    }

    private static void write(Path path, List<String> names) throws IOException {
        Set<StandardOpenOption> anew = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try (SeekableByteChannel channel = PROVIDER.newByteChannel(path, anew)) {
            channel.write(ByteBuffer.wrap(new byte[] {'x'}));
        }
        assertThat(names).hasSize(2).startsWith(VirtualTree.INBOX);
        PROVIDER.delete(path);
    }
}
