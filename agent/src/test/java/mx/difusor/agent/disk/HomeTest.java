package mx.difusor.agent.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The folders of an installation: who gets in, and what a start relies on. */
class HomeTest {

    private static final Disk.Access PRIVATE = Disk.Access.PRIVATE;

    @TempDir
    Path above;

    @SuppressWarnings("NullAway.Init")
    private UnreliableDisk disk;

    @SuppressWarnings("NullAway.Init")
    private Home home;

    @BeforeEach
    void open() {
        disk = new UnreliableDisk(above, 1);
        home = new Home(above.resolve("home"));
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void othersPassThroughToTheReleasesAndNowhereElse() throws IOException {
        home.prepare(disk);
        assertThat(permissions(home.root())).isEqualTo("rwx--x--x");
        assertThat(permissions(home.releases())).isEqualTo("rwxr-xr-x");
        for (Path folder : List.of(
                home.keys(),
                home.trust(),
                home.tls(),
                home.incoming(),
                home.receipts(),
                home.archive(),
                home.quarantine(),
                home.evidence(),
                home.work())) {
            assertThat(permissions(folder)).as("%s", folder).isEqualTo("rwx------");
        }
    }

    @Test
    void aPreparedHomeOutlivesAPowerCut() throws IOException {
        home.prepare(disk);
        disk.cutPower(Loss.ALL);
        assertThat(home.releases()).isDirectory();
        assertThat(home.work()).isDirectory();
    }

    @Test
    void aStartClearsWhatWasHalfDone() throws IOException {
        home.prepare(disk);
        disk.makeDirectories(home.work().resolve("package/unpacked"), PRIVATE);
        disk.createDirectories(home.receipts().resolve("iee"), PRIVATE);
        Path receipt = home.receipts().resolve("iee/corte-01.zip.acuse.json");
        List<Path> left = List.of(Unfinished.beside(receipt), Unfinished.beside(home.history()));
        for (Path one : left) {
            disk.createFile(one, PRIVATE).close();
        }
        disk.replace(receipt, "{}".getBytes(UTF_8), PRIVATE);

        home.recover(disk);

        assertThat(home.work()).as("made anew").isEmptyDirectory();
        assertThat(left).noneMatch(Files::exists);
        assertThat(receipt).hasContent("{}");
    }

    /** As root leaves it there, killed: to the agent's account no more than rubbish, and no night without data. */
    @Test
    void whatAStartMayNotRemoveEndsItNot() throws IOException {
        home.prepare(disk);
        List<Path> entries =
                Stream.of("a", "doctor-4711", "z").map(home.work()::resolve).toList();
        for (Path entry : entries) {
            disk.createDirectories(entry.resolve("incoming"), PRIVATE);
        }
        Path receipts = home.receipts().resolve("iee");
        disk.createDirectories(receipts, PRIVATE);
        Path unfinished = Unfinished.beside(receipts.resolve("corte-01.zip.acuse.json"));
        disk.createFile(unfinished, PRIVATE).close();
        Disk refusing = new LocalDisk() {
            @Override
            public void deleteTree(Path folder) throws IOException {
                if (entries.get(1).startsWith(folder)) {
                    throw new AccessDeniedException(folder.toString());
                }
                super.deleteTree(folder);
            }
        };

        assertThat(home.recover(refusing))
                .singleElement(STRING)
                .startsWith(entries.get(1) + ": ")
                .contains("permission denied");
        assertThat(home.work()).isDirectoryContaining(entries.get(1)::equals);
        assertThat(entries.get(0)).doesNotExist();
        assertThat(entries.get(2)).doesNotExist();
        assertThat(unfinished).as("the rest is cleared").doesNotExist();
        assertThat(home.recover(disk)).isEmpty();
        assertThat(home.work()).isEmptyDirectory();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aStartClearsNothingBehindALink() throws IOException {
        home.prepare(disk);
        Path elsewhere = Files.createDirectory(above.resolve("elsewhere"));
        Files.createFile(elsewhere.resolve("file"));
        Files.delete(home.work());
        Files.createSymbolicLink(home.work(), elsewhere);

        assertThat(home.recover(new LocalDisk())).isEmpty();

        assertThat(home.work()).isEmptyDirectory();
        assertThat(elsewhere.resolve("file")).exists();
    }

    /** What a process that was killed had renamed and not synced: this start builds upon it. */
    @Test
    void whatAStartFindsNoPowerCutTakesBack() throws IOException {
        home.prepare(disk);
        List<Path> folders =
                List.of(home.archive(), home.quarantine(), home.receipts(), home.releases(), home.incoming());
        for (Path folder : folders) {
            disk.createDirectories(folder.resolve("old"), PRIVATE);
            renamed(folder.resolve("old/name"));
            renamed(folder.resolve("name"));
        }
        renamed(home.root().resolve("name"));

        home.recover(disk);
        disk.cutPower(Loss.ALL);

        for (Path folder : folders) {
            assertThat(folder.resolve("old/name")).hasContent("bytes");
            assertThat(folder.resolve("name")).hasContent("bytes");
        }
        assertThat(home.root().resolve("name")).hasContent("bytes");
    }

    private void renamed(Path to) throws IOException {
        Path from = to.resolveSibling("before");
        disk.replace(from, "bytes".getBytes(UTF_8), PRIVATE);
        disk.moveAtomically(from, to);
    }
}
