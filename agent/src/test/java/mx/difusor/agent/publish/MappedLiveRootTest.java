package mx.difusor.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file beside the live root that names its release. */
class MappedLiveRootTest {

    @TempDir
    private Path folder;

    private final Disk disk = new LocalDisk();
    private Home home = new Home(Path.of("unset"));
    private Path old = Path.of("unset");
    private Path next = Path.of("unset");

    @BeforeEach
    void makeReleases() throws IOException {
        home = new Home(folder);
        old = Files.createDirectories(home.releases().resolve("pel/1"));
        next = Files.createDirectories(home.releases().resolve("pel/2"));
    }

    private MappedLiveRoot root() {
        return new MappedLiveRoot(new SymlinkLiveRoot(folder.resolve("live"), disk), home, disk);
    }

    @Test
    void eachSwitchNamesItsReleaseForEverybodyToRead() throws Exception {
        root().pointAt(old);
        assertThat(home.liveMap()).hasContent("release releases/pel/1\n");

        root().pointAt(next);

        assertThat(home.liveMap()).hasContent("release releases/pel/2\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.liveMap())))
                .isEqualTo("rw-r--r--");
        assertThat(root().target()).contains(next);
        assertThat(folder.resolve("live").toRealPath()).isEqualTo(next.toRealPath());
        try (var left = Files.list(folder)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("live", "live.map", "releases");
        }
    }

    /** A home of an agent before this file. */
    @Test
    void whereThereIsNoneTheLiveRootCountsAndAStartWritesIt() throws Exception {
        new SymlinkLiveRoot(folder.resolve("live"), disk).pointAt(old);
        assertThat(root().target()).contains(old);

        root().settle();

        assertThat(home.liveMap()).hasContent("release releases/pel/1\n");
    }

    @Test
    void aStartThatFindsItRightLeavesItAlone() throws Exception {
        root().pointAt(old);
        FileTime before = FileTime.fromMillis(0);
        Files.setLastModifiedTime(home.liveMap(), before);

        root().settle();

        assertThat(Files.getLastModifiedTime(home.liveMap())).isEqualTo(before);
        Files.writeString(home.liveMap(), "");
        root().settle();
        assertThat(home.liveMap()).hasContent("release releases/pel/1\n");
    }

    /** A crash between the two, or somebody's hand: not everybody would see the same. */
    @Test
    void whereItNamesAnotherReleaseNothingCountsAsLiveUntilBothSayTheSame() throws Exception {
        root().pointAt(old);
        new SymlinkLiveRoot(folder.resolve("live"), disk).pointAt(next);
        assertThat(root().target()).isEmpty();

        root().pointAt(next);

        assertThat(root().target()).contains(next);
        Files.writeString(home.liveMap(), "release releases/pel/2\n".repeat(100));
        assertThat(root().target()).isEmpty();
    }

    /** Visitors see something all the same: a start that can write neither keeps it. */
    @Test
    void whereItNamesAnotherReleaseTheLiveRootIsShownAllTheSame() throws Exception {
        root().pointAt(old);
        Files.writeString(home.liveMap(), "release releases/pel/2\n");
        assertThat(root().target()).isEmpty();
        assertThat(root().shown()).contains(old);
        Publisher publisher = new Publisher(home, disk, root(), 8, false);
        assertThat(publisher.somethingIsLive()).isTrue();
        assertThat(publisher.liveName()).isEqualTo("pel/1");
    }

    @Test
    void whereTheReleaseIsGoneTheFileIsStillReadForWhatItNames() throws Exception {
        root().pointAt(old);
        Files.delete(old);
        assertThat(root().target()).contains(old);

        Files.writeString(home.liveMap(), "release releases/pel/2\n");
        assertThat(root().target()).isEmpty();
    }

    @Test
    void aLinkThatCannotBeLookedAtIsNotTakenForOneThatIsNotThere() throws Exception {
        Path around = folder.resolve("around");
        Files.createSymbolicLink(around, around);
        LiveRoot unreachable = new SymlinkLiveRoot(around.resolve("live"), disk);
        assertThatThrownBy(unreachable::target)
                .isInstanceOfSatisfying(
                        MachineException.class, e -> assertThat(e.code()).isEqualTo("live-root-failed"));
        assertThat(new SymlinkLiveRoot(folder.resolve("nowhere/live"), disk).target())
                .isEmpty();
    }

    @Test
    void aFileBeyondMeasureIsNotRead() throws Exception {
        root().pointAt(old);
        try (RandomAccessFile huge = new RandomAccessFile(home.liveMap().toFile(), "rw")) {
            huge.setLength(3L << 30); // sparse; no array is as long
        }
        assertThat(root().target()).isEmpty();
    }

    @Test
    void aHomeThatIsReachedThroughALinkIsTheSame() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
        Home linked = new Home(link);
        LiveRoot root = new MappedLiveRoot(new SymlinkLiveRoot(link.resolve("live"), disk), linked, disk);

        root.pointAt(linked.releases().resolve("pel/1"));

        assertThat(home.liveMap()).hasContent("release releases/pel/1\n");
        assertThat(root.target()).isPresent();
    }

    @Test
    void aStartSettlesTheLiveRootItselfToo() throws Exception {
        Path left = Files.createSymbolicLink(
                folder.resolve(".live.0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f.tmp"), Path.of("nowhere"));

        root().settle();

        assertThat(Files.isSymbolicLink(left)).isFalse();
    }

    @Test
    void beforeTheFirstReleaseThereIsNothingToName() throws Exception {
        root().settle();
        assertThat(root().target()).isEmpty();
        assertThat(home.liveMap()).doesNotExist();
        assertThat(root().quick()).isTrue();
    }

    @Test
    void aFileThatCannotBeWrittenIsToldAndHealsLater() throws Exception {
        root().pointAt(old);
        Files.delete(home.liveMap());
        Path inTheWay = Files.createDirectories(home.liveMap().resolve("full"));

        assertThatThrownBy(() -> root().pointAt(next)).isInstanceOfSatisfying(MachineException.class, e -> {
            assertThat(e.code()).isEqualTo("live-root-failed");
            assertThat(e.getMessage()).contains("live.map");
        });

        assertThat(root().target()).isEmpty();
        assertThat(folder).as("no leftover").isDirectoryNotContaining("glob:**.tmp");
        Files.delete(inTheWay);
        Files.delete(home.liveMap());
        root().pointAt(next);
        assertThat(root().target()).contains(next);
    }
}
