package mx.difusor.agent.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The model of a failing disk itself, and the recipes of the local disk at each of their system calls. */
class UnreliableDiskTest {

    private static final Disk.Access PRIVATE = Disk.Access.PRIVATE;

    @TempDir
    Path root;

    private UnreliableDisk disk = new UnreliableDisk(Path.of("unset"), 0);

    @BeforeEach
    void open() {
        disk = new UnreliableDisk(root, 1);
    }

    private Path synced(String name, String content) throws IOException {
        disk.replace(root.resolve(name), content.getBytes(UTF_8), PRIVATE);
        return root.resolve(name);
    }

    private Path written(String name, String content) throws IOException {
        disk.write(root.resolve(name), new ByteArrayInputStream(content.getBytes(UTF_8)), PRIVATE);
        return root.resolve(name);
    }

    @Test
    void aNameWithoutASyncOfItsFolderIsLost() throws IOException {
        Path file = written("a", "bytes");
        disk.sync(file);
        disk.cutPower(Loss.ALL);
        assertThat(file).doesNotExist();
    }

    @Test
    void bytesWithoutASyncAreLostUnderADurableName() throws IOException {
        Path file = written("a", "bytes");
        disk.syncDirectory(root);
        disk.cutPower(Loss.ALL);
        assertThat(Files.readString(file)).isNotEqualTo("bytes");
    }

    @Test
    void aRenameWithoutASyncIsLostAndOneWithItIsNot() throws IOException {
        Path old = synced("a", "bytes");
        disk.moveAtomically(old, root.resolve("b"));
        disk.cutPower(Loss.ALL);
        assertThat(old).hasContent("bytes");
        assertThat(root.resolve("b")).doesNotExist();

        disk.moveAtomically(old, root.resolve("b"));
        disk.syncDirectory(root);
        disk.cutPower(Loss.ALL);
        assertThat(old).doesNotExist();
        assertThat(root.resolve("b")).hasContent("bytes");
    }

    @Test
    void aRenameBetweenFoldersNeedsBothOfThem() throws IOException {
        disk.createDirectories(root.resolve("to"), PRIVATE);
        Path old = synced("a", "bytes");
        disk.moveAtomically(old, root.resolve("to/a"));
        disk.syncDirectory(root);
        disk.cutPower(Loss.ALL);
        assertThat(old).doesNotExist();
        assertThat(root.resolve("to/a")).doesNotExist();
    }

    @Test
    void aFolderThatItsParentDoesNotKnowTakesEverythingWithIt() throws IOException {
        Path folder = root.resolve("folder");
        disk.makeFolder(folder);
        synced("folder/a", "bytes");
        disk.cutPower(Loss.ALL);
        assertThat(folder).doesNotExist();
    }

    @Test
    void whatWasDeletedComesBackUntilItsFolderIsSynced() throws IOException {
        Path file = synced("a", "bytes");
        disk.delete(file);
        disk.cutPower(Loss.ALL);
        assertThat(file).hasContent("bytes");
        disk.delete(file);
        disk.syncDirectory(root);
        disk.cutPower(Loss.ALL);
        assertThat(file).doesNotExist();
    }

    @Test
    void aTimeWithoutASyncIsLost() throws IOException {
        Path file = synced("a", "bytes");
        Instant time = Instant.parse("2024-06-02T20:00:00Z");
        disk.setModified(file, time);
        disk.cutPower(Loss.ALL);
        assertThat(Files.getLastModifiedTime(file).toInstant()).isNotEqualTo(time);
        disk.setModified(file, time);
        disk.sync(file);
        disk.cutPower(Loss.ALL);
        assertThat(Files.getLastModifiedTime(file).toInstant()).isEqualTo(time);
    }

    @Test
    void namesOfOneFileStayOneFile() throws IOException {
        Path file = synced("a", "bytes");
        disk.linkOrCopy(file, root.resolve("b"), PRIVATE);
        disk.syncDirectory(root);
        disk.cutPower(Loss.ALL);
        Files.writeString(file, "other");
        assertThat(root.resolve("b")).hasContent("other");
    }

    @Test
    void laterChangesAreLostBeforeEarlierOnes() throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            Path folder = Files.createDirectory(root.resolve("" + seed));
            UnreliableDisk one = new UnreliableDisk(folder, seed);
            one.makeFolder(folder.resolve("first"));
            one.makeFolder(folder.resolve("second"));
            one.cutPower(Loss.LATER);
            boolean second = Files.exists(folder.resolve("second"));
            assertThat(!second || Files.exists(folder.resolve("first"))).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void everyFaultIsReportedAtTheOperationThatWasNamed(Fault fault) throws IOException {
        disk.failAt(2, fault);
        disk.makeFolder(root.resolve("a"));
        assertThatThrownBy(() -> disk.makeFolder(root.resolve("b"))).isInstanceOf(IOException.class);
        assertThat(disk.struckAt()).isEqualTo("make folder b");
        switch (fault) {
            case FAILS -> {
                assertThat(root.resolve("b")).doesNotExist();
                disk.makeFolder(root.resolve("b"));
            }
            case TEARS -> assertThat(root.resolve("b")).exists();
            case FULL -> {
                assertThat(root.resolve("b")).doesNotExist();
                assertThat(disk.freeBytes(root)).isEqualTo(Long.MAX_VALUE);
                disk.syncDirectory(root);
            }
            case KILL, POWER_CUT -> {
                assertThatThrownBy(() -> disk.syncDirectory(root)).isInstanceOf(IOException.class);
                disk.mend();
                disk.syncDirectory(root);
            }
        }
    }

    @Test
    void aTornWriteTakesAPart() {
        disk.failAt(2, Fault.TEARS);
        assertThatThrownBy(() -> written("a", "many bytes")).isInstanceOf(IOException.class);
        assertThat(root.resolve("a"))
                .content()
                .isNotEqualTo("many bytes")
                .satisfies(part -> assertThat("many bytes").startsWith(part));
    }

    private interface Recipe {
        void run(UnreliableDisk disk, Path folder) throws IOException;
    }

    private interface Look {
        String at(Path folder) throws IOException;
    }

    /** With the power cut at each of its operations, in each way: before, or after; once it returned, only after. */
    private void oldOrNew(Recipe before, Recipe recipe, Look look, String old, String fresh) throws IOException {
        int operation = 0;
        boolean returned = false;
        while (!returned) {
            operation++;
            for (Loss loss : Loss.values()) {
                Path folder = Files.createDirectory(root.resolve(operation + "-" + loss));
                UnreliableDisk one = new UnreliableDisk(folder, operation);
                before.run(one, folder);
                one.failAt(one.operations() + operation, Fault.POWER_CUT);
                try {
                    recipe.run(one, folder);
                    returned = true;
                } catch (IOException e) {
                    assertThat(one.isDead()).isTrue();
                }
                one.cutPower(loss);
                String found = look.at(folder);
                if (returned) {
                    assertThat(found).isEqualTo(fresh);
                } else {
                    assertThat(found).as("operation %d, %s", operation, loss).isIn(old, fresh);
                }
            }
        }
        assertThat(operation).as("there was something to interrupt").isGreaterThan(3);
    }

    @Test
    void aReplacedFileIsTheOldOneOrTheNewOneAtEveryOperation() throws IOException {
        oldOrNew(
                (one, folder) -> one.replace(folder.resolve("a"), "old".getBytes(UTF_8), PRIVATE),
                (one, folder) -> one.replace(folder.resolve("a"), "fresh".getBytes(UTF_8), PRIVATE),
                folder -> Files.readString(folder.resolve("a")),
                "old",
                "fresh");
    }

    @Test
    void aLinkPointsToTheOldTargetOrTheNewOneAtEveryOperation() throws IOException {
        oldOrNew(
                (one, folder) -> one.linkAtomically(folder.resolve("l"), Path.of("old")),
                (one, folder) -> one.linkAtomically(folder.resolve("l"), Path.of("fresh")),
                folder -> Files.readSymbolicLink(folder.resolve("l")).toString(),
                "old",
                "fresh");
    }

    @Test
    void foldersMadeAreThereWhenTheCallReturned() throws IOException {
        oldOrNew(
                (one, folder) -> {},
                (one, folder) -> one.createDirectories(folder.resolve("a/b"), PRIVATE),
                folder -> "" + Files.isDirectory(folder.resolve("a/b")),
                "false",
                "true");
    }

    @Test
    void aFolderWhoseParentCouldNotBeSyncedIsMadeAnew() throws IOException {
        disk.failWhere("sync folder", Fault.FAILS);
        assertThatThrownBy(() -> disk.createDirectories(root.resolve("a"), PRIVATE))
                .isInstanceOf(IOException.class);
        disk.createDirectories(root.resolve("a"), PRIVATE);
        disk.cutPower(Loss.ALL);
        assertThat(root.resolve("a")).isDirectory();
    }

    @Test
    void appendedBytesAreThereWhenTheCallReturned() throws IOException {
        for (int operation = 1; operation <= 4; operation++) {
            Path folder = Files.createDirectory(root.resolve("append-" + operation));
            UnreliableDisk one = new UnreliableDisk(folder, operation);
            one.failAt(operation, Fault.FAILS);
            assertThatThrownBy(() -> one.append(folder.resolve("log"), "first\n".getBytes(UTF_8), PRIVATE))
                    .isInstanceOf(IOException.class);
            one.append(folder.resolve("log"), "second\n".getBytes(UTF_8), PRIVATE);
            one.cutPower(Loss.ALL);
            assertThat(folder.resolve("log")).content().endsWith("second\n");
        }
    }
}
