package mx.difusor.agent.intake;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessMode;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.DosFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.disk.LocalDisk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The virtual folders by way of {@link Files}, as MINA uses them. */
class MountedFileSystemTest {
    @TempDir
    Path home;

    private final List<Offer> offers = new ArrayList<>();
    private Inbox inbox;
    private MountedFileSystem mounted;
    private Path entrada;
    private Path archived;

    @BeforeEach
    void mount() throws IOException {
        Files.createDirectories(home.resolve("archive/pel"));
        Files.writeString(home.resolve("archive/pel/file.zip"), "archived");
        Files.setLastModifiedTime(home.resolve("archive/pel/file.zip"), FileTime.fromMillis(1_717_358_400_000L));
        inbox = new Inbox(
                "iee",
                home.resolve("incoming"),
                new Inbox.Limits(Duration.ofMinutes(10), Duration.ofSeconds(1)),
                new LocalDisk(),
                new MovingClock(),
                new Room(1_000, new FakeSpace()),
                offers::add);
        inbox.recover();
        mounted = mounted();
        entrada = mounted.getDefaultDir();
        archived = mounted.getPath("/historico/pel/file.zip");
    }

    private MountedFileSystem mounted() {
        return new MountedFileSystem(new VirtualTree(
                new Visit("iee", "192.0.2.1"),
                inbox,
                Map.of("historico", new ReadOnlyFolder(home.resolve("archive")))));
    }

    private void put(String name, String content) throws IOException {
        try (OutputStream out = Files.newOutputStream(entrada.resolve(name), CREATE, WRITE)) {
            out.write(content.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void writingLeadsIntoEntradaAndNowhereElse() throws IOException {
        put("prep.zip", "archive");
        assertThat(home.resolve("incoming/prep.zip")).hasContent("archive");
        assertThat(Files.readString(entrada.resolve("prep.zip"))).isEqualTo("archive");
        assertThat(Files.readString(archived)).isEqualTo("archived");
        for (Path path : List.of(archived, mounted.getPath("/x.zip"), mounted.getPath("/historico/../keys/x.zip"))) {
            for (Set<StandardOpenOption> how : List.of(Set.of(WRITE, CREATE), Set.of(APPEND))) {
                assertThatThrownBy(() -> Files.newByteChannel(path, how))
                        .isInstanceOf(Refused.class)
                        .hasMessageContaining("read only");
            }
        }
        assertThatThrownBy(() -> Files.delete(mounted.getPath("/")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("/ is read only");
        assertThat(Files.isRegularFile(entrada)).isFalse();
        assertThatThrownBy(() -> Files.createDirectory(entrada.resolve("folder")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("no folders");
        assertThatThrownBy(() -> Files.copy(archived, entrada.resolve("copy.zip")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("copying");
        assertThatThrownBy(() -> Files.delete(archived)).isInstanceOf(Refused.class);
        assertThat(home.resolve("archive/pel/file.zip")).hasContent("archived");
    }

    @Test
    void aFileCanBeDeletedAndMovedAndReplacedOnlyWhereAsked() throws IOException {
        put("prep.zip.part", "new");
        put("prep.zip", "old");
        assertThatThrownBy(() -> Files.move(entrada.resolve("prep.zip.part"), entrada.resolve("prep.zip")))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessage("/entrada/prep.zip.part");
        Files.move(entrada.resolve("prep.zip.part"), entrada.resolve("prep.zip"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(Files.readString(entrada.resolve("prep.zip"))).isEqualTo("new");
        Files.delete(entrada.resolve("prep.zip"));
        assertThat(home.resolve("incoming/prep.zip")).doesNotExist();
    }

    @Test
    void onlyWhatCanBeWrittenSaysSo() throws IOException {
        put("prep.zip", "archive");
        mounted.provider().checkAccess(entrada.resolve("prep.zip"), AccessMode.WRITE);
        mounted.provider().checkAccess(entrada, AccessMode.WRITE);
        mounted.provider().checkAccess(archived, AccessMode.READ);
        assertThatThrownBy(() -> mounted.provider().checkAccess(archived, AccessMode.WRITE))
                .isInstanceOf(Refused.class)
                .hasMessage("/historico/pel/file.zip is read only");
        assertThatThrownBy(() -> mounted.provider().checkAccess(mounted.getPath("/historico/x"), AccessMode.READ))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(permissions(entrada.resolve("prep.zip"))).isEqualTo("rw-r-----");
        assertThat(permissions(entrada)).isEqualTo("rwxr-x---");
        assertThat(permissions(archived)).isEqualTo("r--r-----");
        assertThat(permissions(mounted.getPath("/historico/pel"))).isEqualTo("r-xr-x---");
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(
                Files.readAttributes(path, PosixFileAttributes.class).permissions());
    }

    @Test
    void sizesAndTimesAreRealAndTheRestIsMadeUp() throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(archived, PosixFileAttributes.class);
        FileTime modified = FileTime.fromMillis(1_717_358_400_000L);
        assertThat(attributes.isRegularFile()).isTrue();
        assertThat(attributes.isDirectory()).isFalse();
        assertThat(attributes.isSymbolicLink()).isFalse();
        assertThat(attributes.isOther()).isFalse();
        assertThat(attributes.size()).isEqualTo(8);
        assertThat(attributes.lastModifiedTime()).isEqualTo(modified);
        assertThat(attributes.owner()).hasToString("difusor");
        assertThat(attributes.group()).hasToString("difusor");
        assertThat(Files.readAttributes(archived.getParent(), BasicFileAttributes.class)
                        .isDirectory())
                .isTrue();
        assertThat(Files.readAttributes(archived, "*"))
                .containsEntry("size", 8L)
                .containsEntry("isRegularFile", true)
                .containsEntry("lastModifiedTime", modified)
                .doesNotContainKeys("owner", "group", "permissions");
        assertThat(Files.readAttributes(archived, "posix:*"))
                .containsEntry("size", 8L)
                .containsKeys("owner", "group", "permissions");
        assertThatThrownBy(() -> Files.readAttributes(archived, DosFileAttributes.class))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(Files.getFileAttributeView(archived, AclFileAttributeView.class))
                .isNull();
    }

    @Test
    void timesOfUploadsCanBeSetAndPermissionsAreTakenAndForgotten() throws IOException {
        put("prep.zip", "archive");
        Path prep = entrada.resolve("prep.zip");
        FileTime time = FileTime.fromMillis(1_700_000_000_000L);
        Files.setAttribute(prep, "basic:lastModifiedTime", time);
        assertThat(Files.getLastModifiedTime(home.resolve("incoming/prep.zip"))).isEqualTo(time);
        PosixFileAttributeView view = Files.getFileAttributeView(prep, PosixFileAttributeView.class);
        FileTime later = FileTime.fromMillis(1_700_000_001_000L);
        view.setTimes(later, null, null);
        view.setTimes(null, time, time);
        assertThat(Files.getLastModifiedTime(prep)).isEqualTo(later);
        Files.setAttribute(prep, "posix:permissions", PosixFilePermissions.fromString("rwxrwxrwx"));
        view.setPermissions(PosixFilePermissions.fromString("rwxrwxrwx"));
        view.setOwner(view.getOwner());
        view.setGroup(view.readAttributes().group());
        assertThat(permissions(prep)).isEqualTo("rw-r-----");
        assertThat(Files.getPosixFilePermissions(home.resolve("incoming/prep.zip")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));

        PosixFileAttributeView other = Files.getFileAttributeView(archived, PosixFileAttributeView.class);
        assertThatThrownBy(() -> Files.setAttribute(archived, "basic:lastModifiedTime", time))
                .isInstanceOf(Refused.class);
        assertThatThrownBy(() ->
                        Files.setAttribute(archived, "posix:permissions", PosixFilePermissions.fromString("rwxrwxrwx")))
                .isInstanceOf(Refused.class);
        assertThatThrownBy(() -> other.setTimes(time, null, null)).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> other.setPermissions(PosixFilePermissions.fromString("rwxrwxrwx")))
                .isInstanceOf(Refused.class);
        assertThatThrownBy(() -> other.setOwner(view.getOwner())).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> other.setGroup(view.readAttributes().group())).isInstanceOf(Refused.class);
    }

    @Test
    void aPathIsTheSameWhateverItsSpellingAndOnlyInItsOwnSession() throws IOException {
        put("prep.zip", "archive");
        Path prep = entrada.resolve("prep.zip");
        assertThat(Files.isSameFile(prep, mounted.getPath("/historico/../entrada/./prep.zip")))
                .isTrue();
        assertThat(Files.isSameFile(prep, archived)).isFalse();
        assertThat(Files.isSameFile(prep, mounted().getPath("/entrada/prep.zip")))
                .isFalse();
        assertThat(mounted.getPath("../historico/./pel").toRealPath()).hasToString("/historico/pel");
        assertThatThrownBy(() -> mounted.getPath("/historico/absent").toRealPath())
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage("/historico/absent");
    }

    @Test
    void aFolderThatIsClosedIsReadNoFurther() throws IOException {
        for (int i = 0; i < 20; i++) {
            Files.createFile(home.resolve("archive/" + i));
        }
        List<Path> read = new ArrayList<>();
        Iterator<Path> entries;
        try (DirectoryStream<Path> open = Files.newDirectoryStream(mounted.getPath("/historico"))) {
            entries = open.iterator();
            read.add(entries.next());
        }
        entries.forEachRemaining(read::add);
        assertThat(read).hasSizeLessThan(5).allMatch(path -> path.startsWith("/historico"));
    }

    @Test
    void theSessionEndsOnceWithItsFileSystem() throws IOException {
        put("prep.zip.p7s", "signature");
        put("prep.zip", "archive");
        assertThat(offers).hasSize(1);
        offers.get(0).leave();
        assertThat(mounted.isOpen()).isTrue();

        mounted.close();

        assertThat(mounted.isOpen()).isFalse();
        assertThat(offers).as("what was uploaded is whole now").hasSize(2);
        assertThat(offers.get(1).mayGrow()).isFalse();
    }

    @Test
    void aBackslashIsACharacterOfAName() throws IOException {
        assertThat(mounted.getPath("/historico\\pel").getNameCount()).isEqualTo(1);
        assertThatThrownBy(() -> put("a\\b.zip", "x")).isInstanceOf(Refused.class);
        try (SeekableByteChannel channel = Files.newByteChannel(archived, READ)) {
            assertThat(channel.read(ByteBuffer.allocate(100))).isEqualTo(8);
        }
    }
}
