package mx.difusor.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPInputStream;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Fault;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.Loss;
import mx.difusor.agent.disk.UnreliableDisk;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.model.TreeFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of release and link, on a disk that fails right between two steps. */
class PublisherCrashTest {

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private UnreliableDisk disk;

    @SuppressWarnings("NullAway.Init")
    private Home home;

    @SuppressWarnings("NullAway.Init")
    private Publisher publisher;

    @BeforeEach
    void prepare() throws Exception {
        Path root = folder.toRealPath();
        disk = new UnreliableDisk(root, 1);
        home = new Home(root);
        home.prepare(disk);
        publisher = start();
        publisher.show(target(1));
    }

    private Publisher start() {
        return new Publisher(home, disk, new SymlinkLiveRoot(home.root().resolve("live"), disk), 8, false);
    }

    private Target target(int sequence) {
        return target(sequence, "cut " + sequence);
    }

    private Target target(int sequence, String text) {
        byte[] page = text.getBytes(StandardCharsets.UTF_8);
        Instant modified = Instant.parse("2024-06-03T03:00:00Z").plusSeconds(sequence);
        TreeFile file = new TreeFile("index.html", page.length, Digest.ofContent(page), modified, sequence);
        Contents contents = (wanted, into) ->
                disk.write(into.resolve("index.html"), new ByteArrayInputStream(page), Disk.Access.PUBLIC);
        return new Target("pel", "00000" + sequence, Tree.of(List.of(file)), null, contents);
    }

    private String page() throws Exception {
        return Files.readString(home.root().resolve("live/index.html"));
    }

    @Test
    void aReleaseWhoseNameCouldNotBeSyncedIsSyncedBeforeTheLinkMoves() throws Exception {
        disk.failAfter("rename to releases/pel/000002", Fault.FAILS);
        assertThatThrownBy(() -> publisher.show(target(2))).isInstanceOf(MachineException.class);
        assertThat(page()).isEqualTo("cut 1");
        publisher.show(target(2));
        disk.cutPower(Loss.ALL);
        assertThat(page()).isEqualTo("cut 2");
    }

    @Test
    void aSwitchThatCouldNotBeSyncedIsSyncedBeforeAnybodyIsTold() throws Exception {
        disk.failAfter("rename to live", Fault.FAILS);
        assertThatThrownBy(() -> publisher.show(target(2))).isInstanceOf(MachineException.class);
        publisher.show(target(2));
        disk.cutPower(Loss.ALL);
        assertThat(page()).isEqualTo("cut 2");
    }

    @Test
    void aTwinThatOutlivesAPowerCutHasItsBytes() throws Exception {
        Publisher precompressing =
                new Publisher(home, disk, new SymlinkLiveRoot(home.root().resolve("live"), disk), 8, true);
        precompressing.show(target(2, "a page ".repeat(1_000)));
        precompressing.precompress();
        disk.syncDirectory(home.root().resolve("live").toRealPath());
        disk.cutPower(Loss.ALL);
        try (var twin = new GZIPInputStream(Files.newInputStream(home.root().resolve("live/index.html.gz")))) {
            assertThat(twin.readAllBytes()).hasSize(7_000);
        }
    }

    @Test
    void aSwitchOfAKilledAgentIsSyncedAndItsLeftoverGone() throws Exception {
        disk.failAfter("rename to live", Fault.KILL);
        assertThatThrownBy(() -> publisher.show(target(2))).isInstanceOf(MachineException.class);
        disk.mend();
        Path left = home.root().resolve(".live.0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f.tmp");
        disk.linkAtomically(left, Path.of("nowhere"));
        start().show(target(2));
        assertThat(left).doesNotExist();
        assertThat(Files.isSymbolicLink(left)).isFalse();
        disk.cutPower(Loss.ALL);
        assertThat(page()).isEqualTo("cut 2");
    }

    @Test
    void aTwinThatAKilledAgentWasWritingIsNoAlterationOfWhatIsLive() throws Exception {
        Publisher precompressing =
                new Publisher(home, disk, new SymlinkLiveRoot(home.root().resolve("live"), disk), 8, true);
        Target target = target(2, "a page ".repeat(1_000));
        String name = precompressing.show(target).release();
        disk.failWhere("set time", Fault.KILL);
        assertThatThrownBy(precompressing::precompress).isInstanceOf(MachineException.class);
        disk.mend();
        assertThat(home.root().resolve("live")).isDirectoryContaining("glob:**.tmp");

        Publisher started = start();
        assertThat(started.show(target).release()).isEqualTo(name);
        assertThat(started.nextReplaced()).isNull();
        assertThat(home.root().resolve("live")).isDirectoryNotContaining("glob:**.tmp");
    }
}
