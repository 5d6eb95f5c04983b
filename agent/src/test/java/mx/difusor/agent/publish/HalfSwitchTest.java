package mx.difusor.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.disk.Unfinished;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A switch that fails when the link has moved already, and what a process that was killed leaves in what is live. */
class HalfSwitchTest {

    private static final Map<String, String> FIRST = Map.of("index.html", "one".repeat(1_000), "datos/a.json", "1");
    private static final Map<String, String> SECOND = Map.of("index.html", "two".repeat(1_000), "datos/a.json", "2");

    @TempDir
    Path folder;

    private Shop shop;
    private boolean failing;

    @BeforeEach
    void open() throws IOException {
        shop = new Shop(folder, true);
        LocalDisk disk = new LocalDisk() {
            @Override
            public void moveAtomically(Path from, Path to) throws IOException {
                if (failing && to.endsWith("live.map")) {
                    throw new IOException("No space left on device");
                }
                super.moveAtomically(from, to);
            }
        };
        LiveRoot root = new MappedLiveRoot(new SymlinkLiveRoot(shop.live, disk), shop.home, disk);
        shop.publisher = new Publisher(shop.home, disk, root, 8, true);
    }

    @Test
    void betweenTwoReleasesTheGuardHasNoneToGoBackTo() throws Exception {
        Release first = shop.show(1, FIRST);
        failing = true;
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> shop.publisher.show(shop.target(2, SECOND)))
                    .isInstanceOf(MachineException.class)
                    .hasMessageContaining("live.map");
            shop.publisher.precompress();
            assertThat(shop.publisher.settled()).isNull();
            assertThat(shop.publisher.isSettled(first)).isFalse();
        }
        failing = false;

        Release second = shop.show(2, SECOND);
        assertThat(shop.publisher.pointsAt(second)).isTrue();
        assertThat(shop.live.resolve("datos/a.json")).hasContent("2");
    }

    /** The guard goes on guarding it. */
    @Test
    void whereTheLinkCouldNotBeMovedTheOldReleaseIsWhatIsLive() throws Exception {
        Release first = shop.show(1, FIRST);
        LiveRoot stuck = new LiveRoot() {
            @Override
            public java.util.Optional<Path> target() {
                return java.util.Optional.of(first.folder());
            }

            @Override
            public void pointAt(Path release) throws MachineException {
                if (!release.equals(first.folder())) {
                    throw new MachineException("live-root-failed", "stuck", "wait", null);
                }
            }

            @Override
            public void settle() {}
        };
        Publisher publisher = new Publisher(shop.home, shop.disk, stuck, 8, false);
        publisher.show(shop.target(1, FIRST));
        Release live = java.util.Objects.requireNonNull(publisher.settled());
        assertThatThrownBy(() -> publisher.show(shop.target(2, SECOND))).isInstanceOf(MachineException.class);
        assertThat(publisher.isSettled(live)).isTrue();
    }

    @Test
    void aFolderThatCannotBeListedAtAStartIsAnAlterationAndNotTheEnd() throws Exception {
        Release first = shop.show(1, FIRST);
        shop.disk.deleteTree(first.folder().resolve("datos"));
        Files.writeString(first.folder().resolve("datos"), "in its place");

        shop.start();
        Release again = shop.show(1, FIRST);

        assertThat(again.folder()).isNotEqualTo(first.folder());
        assertThat(shop.live.resolve("datos/a.json")).hasContent("1");
        assertThat(shop.publisher.nextReplaced()).isNotNull();
    }

    @Test
    void aTwinThatAProcessWasWritingWhenItWasKilledIsNoAlteration() throws Exception {
        Release first = shop.show(1, FIRST);
        Path twin = first.folder().resolve("index.html.gz");
        Path half = Unfinished.beside(first.folder().resolve("datos/a.json.gz"));
        Files.move(twin, Unfinished.beside(twin));
        Files.writeString(half, "half");

        shop.start();
        Release again = shop.show(1, FIRST);

        assertThat(again.folder()).isEqualTo(first.folder());
        assertThat(shop.publisher.nextReplaced()).isNull();
        assertThat(half).doesNotExist();
        assertThat(twin).exists();
        assertThat(Inspection.of(again).isEmpty()).isTrue();
    }
}
