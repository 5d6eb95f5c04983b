package mx.difusor.agent.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Permissions, what stands in the way, and what is left when a step fails. Power cuts: {@link UnreliableDiskTest}. */
@DisabledOnOs(OS.WINDOWS)
class LocalDiskTest {

    private static final byte[] BYTES = "bytes".getBytes(UTF_8);
    private static final Disk.Access PRIVATE = Disk.Access.PRIVATE;
    private static final Disk.Access PUBLIC = Disk.Access.PUBLIC;
    private static final String WINDOWS = "Windows Server 2019";

    @TempDir
    Path temporary;

    @SuppressWarnings("NullAway.Init")
    private Path root;

    private final LocalDisk disk = new LocalDisk();

    @BeforeEach
    void open() throws IOException {
        root = temporary.toRealPath();
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private Stream<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.toList().stream();
        }
    }

    @ParameterizedTest
    @CsvSource({"PRIVATE, rwx------", "PASSABLE, rwx--x--x", "PUBLIC, rwxr-xr-x"})
    void newFoldersAreOpenedAsFarAsIsSaidAndOthersLeftAlone(Disk.Access access, String expected) throws IOException {
        Path mine = Files.createDirectory(root.resolve("mine"));
        Files.setPosixFilePermissions(mine, PosixFilePermissions.fromString("rwxrwx---"));
        disk.createDirectories(mine.resolve("a/b"), access);
        disk.makeDirectories(mine.resolve("c/d"), access);
        for (String name : new String[] {"a", "a/b", "c", "c/d"}) {
            assertThat(permissions(mine.resolve(name))).as(name).isEqualTo(expected);
        }
        assertThat(permissions(mine)).as("stood there before").isEqualTo("rwxrwx---");
        disk.createDirectories(mine, access);
        assertThat(permissions(mine)).isEqualTo("rwxrwx---");
    }

    @Test
    void aFileInTheWayOfAFolderIsSaid() throws IOException {
        Files.write(root.resolve("file"), BYTES);
        assertThatThrownBy(() -> disk.createDirectories(root.resolve("file"), PRIVATE))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> disk.createDirectories(root.resolve("file/a"), PRIVATE))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aFolderThatAnotherThreadMadeMeanwhileWillDo() throws IOException {
        LocalDisk slower = new LocalDisk() {
            @Override
            void makeFolder(Path folder) throws IOException {
                super.makeFolder(folder);
                super.makeFolder(folder);
            }
        };
        slower.createDirectories(root.resolve("a"), PRIVATE);
        assertThat(root.resolve("a")).isDirectory();
    }

    @ParameterizedTest
    @CsvSource({"PRIVATE, rw-------", "PUBLIC, rw-r--r--"})
    void newFilesAreReadableAsFarAsIsSaid(Disk.Access access, String expected) throws IOException {
        disk.createFile(root.resolve("made"), access).close();
        disk.write(root.resolve("written"), new ByteArrayInputStream(BYTES), access);
        disk.replace(root.resolve("replaced"), BYTES, access);
        disk.append(root.resolve("appended"), BYTES, access);
        for (Path file : entries().toList()) {
            assertThat(permissions(file)).as("%s", file).isEqualTo(expected);
        }
        assertThat(entries()).as("nothing beside").hasSize(4);
    }

    @Test
    void noFileIsMadeOverAnother() throws IOException {
        Files.write(root.resolve("a"), BYTES);
        assertThatThrownBy(() -> disk.createFile(root.resolve("a"), PRIVATE))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(root.resolve("a")).hasBinaryContent(BYTES);
    }

    /** A file system that knows no permissions of this kind. */
    private static final class ForeignDisk extends LocalDisk {
        @Override
        void setPermissions(Path path, Set<PosixFilePermission> permissions) throws IOException {
            throw new FileSystemException(path.toString(), null, "operation not supported");
        }
    }

    @Test
    void aFileThatCannotBeOpenedToAllIsNotLeftBehind() throws IOException {
        assertThatThrownBy(() -> new ForeignDisk().createFile(root.resolve("a"), PUBLIC))
                .hasMessageContaining("not supported");
        assertThat(entries()).isEmpty();
        assertThat(openBelow(root)).as("nor open").isEmpty();
        assertThatCode(() ->
                        new ForeignDisk().createFile(root.resolve("a"), PRIVATE).close())
                .as("a new file is private by itself")
                .doesNotThrowAnyException();
    }

    /** Where the system says what this process has open. */
    private static Stream<Path> openBelow(Path folder) throws IOException {
        Path handles = Path.of("/proc/self/fd");
        if (!Files.isDirectory(handles)) {
            return Stream.empty();
        }
        try (Stream<Path> all = Files.list(handles)) {
            return all
                    .map(handle -> {
                        try {
                            return Files.readSymbolicLink(handle);
                        } catch (IOException e) {
                            return handle; // closed meanwhile
                        }
                    })
                    .filter(file -> file.startsWith(folder))
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @CsvSource({"rename to target, FAILS, 0", "rename to target, KILL, 1"})
    void whatCouldNotTakeItsPlaceIsNotLeftBesideIt(String step, Fault fault, int suppressed) throws IOException {
        UnreliableDisk unreliable = new UnreliableDisk(root, 1);
        unreliable.failWhere(step, fault);
        assertThatThrownBy(() -> unreliable.replace(root.resolve("target"), BYTES, PRIVATE))
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(suppressed));
        assertThat(entries()).hasSize(suppressed); // a machine that is off deletes nothing
        unreliable.mend();
        unreliable.failWhere(step, fault);
        assertThatThrownBy(() -> unreliable.linkAtomically(root.resolve("target"), root.resolve("to")))
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(suppressed));
        assertThat(entries()).hasSize(2 * suppressed);
    }

    @Test
    void aNewNameHasTheSameBytesAndTimeWhereThereAreNoLinks() throws IOException {
        LocalDisk linkless = new LocalDisk() {
            @Override
            void makeLink(Path newName, Path existing) throws IOException {
                if (Files.exists(newName)) {
                    throw new FileAlreadyExistsException(newName.toString());
                } else if (!Files.exists(existing)) {
                    throw new NoSuchFileException(existing.toString());
                }
                throw new FileSystemException(newName.toString(), null, "too many links");
            }
        };
        Path file = Files.write(root.resolve("a"), BYTES);
        Instant time = Instant.parse("2024-06-02T20:00:00Z");
        disk.setModified(file, time);

        linkless.linkOrCopy(file, root.resolve("b"), PUBLIC);

        assertThat(root.resolve("b")).hasBinaryContent(BYTES);
        assertThat(Files.getLastModifiedTime(root.resolve("b"))).isEqualTo(FileTime.from(time));
        assertThat(permissions(root.resolve("b"))).isEqualTo("rw-r--r--");
        for (LocalDisk each : new LocalDisk[] {disk, linkless}) {
            assertThatThrownBy(() -> each.linkOrCopy(file, root.resolve("b"), PUBLIC))
                    .isInstanceOf(FileAlreadyExistsException.class);
            assertThatThrownBy(() -> each.linkOrCopy(root.resolve("none"), root.resolve("c"), PUBLIC))
                    .isInstanceOf(NoSuchFileException.class);
        }
        disk.linkOrCopy(file, root.resolve("d"), PUBLIC);
        Files.writeString(file, "other");
        assertThat(root.resolve("d")).as("one file with two names").hasContent("other");
    }

    @Test
    void whatIsCutOffStaysCutOff() throws IOException {
        UnreliableDisk unreliable = new UnreliableDisk(root, 1);
        Path file = root.resolve("log");
        unreliable.replace(file, "whole\nha".getBytes(UTF_8), PRIVATE);
        unreliable.truncate(file, 6);
        assertThat(file).hasContent("whole\n");
        unreliable.cutPower(Loss.ALL);
        assertThat(file).hasContent("whole\n");
    }

    @Test
    void aLogsNameIsSyncedOnceBeforeItsFirstByte() throws IOException {
        UnreliableDisk unreliable = new UnreliableDisk(root, 1);
        unreliable.append(root.resolve("log"), BYTES, PRIVATE);
        int before = unreliable.operations();
        unreliable.append(root.resolve("log"), BYTES, PRIVATE);
        assertThat(unreliable.operations() - before).as("a write and its sync").isEqualTo(2);
    }

    @Test
    void aTreeIsDeletedAndNoLinkInItFollowed() throws IOException {
        Path kept = Files.write(Files.createDirectory(root.resolve("elsewhere")).resolve("kept"), BYTES);
        Path tree = Files.createDirectories(root.resolve("tree/inner"));
        Files.write(tree.resolve("file"), BYTES);
        Files.createSymbolicLink(tree.resolve("out"), kept.getParent());
        Files.createSymbolicLink(tree.resolve("nowhere"), root.resolve("none"));

        disk.deleteTree(root.resolve("tree"));

        assertThat(root.resolve("tree")).doesNotExist();
        assertThat(kept).hasBinaryContent(BYTES);
        assertThatCode(() -> disk.deleteTree(root.resolve("tree")))
                .as("gone already")
                .doesNotThrowAnyException();
        assertThatCode(() -> disk.delete(root.resolve("tree"))).doesNotThrowAnyException();
    }

    @Test
    void theFreeSpaceOfAFolderThatIsGoneIsAFailureAndNotZero() throws IOException {
        assertThat(disk.freeBytes(root)).isPositive();
        assertThatThrownBy(() -> disk.freeBytes(root.resolve("none"))).isInstanceOf(IOException.class);
    }

    @Test
    void whatWindowsCannotDoIsNotAskedOfIt() throws IOException {
        LocalDisk windows = new LocalDisk(WINDOWS);
        assertThatCode(() -> windows.syncDirectory(root.resolve("none"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> disk.syncDirectory(root.resolve("none"))).isInstanceOf(NoSuchFileException.class);

        // Its files are opened to write for a sync, which shows here with what can be opened to read only.
        assertThatCode(() -> disk.sync(root)).doesNotThrowAnyException();
        assertThatThrownBy(() -> windows.sync(root)).isInstanceOf(IOException.class);

        // No permissions: they are the folder's there. Here they are what the process makes files with.
        Path plain = Files.createFile(root.resolve("plain"));
        try (FileChannel made = windows.createFile(root.resolve("made"), PRIVATE)) {
            made.write(ByteBuffer.wrap(BYTES));
        }
        assertThat(permissions(root.resolve("made"))).isEqualTo(permissions(plain));
        Path folder = Files.createDirectory(root.resolve("folder"));
        windows.makeDirectories(root.resolve("new"), PRIVATE);
        assertThat(permissions(root.resolve("new"))).isEqualTo(permissions(folder));
    }
}
