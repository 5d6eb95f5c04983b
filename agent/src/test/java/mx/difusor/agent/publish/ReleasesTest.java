package mx.difusor.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.model.TreeFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which release is taken for a tree, which is linked to, and which goes. */
class ReleasesTest {

    private static final Map<String, String> FIRST = Map.of("same.json", "s", "a.json", "1");
    private static final Map<String, String> SECOND = Map.of("same.json", "s", "a.json", "2");

    /** PATH_MAX without the byte that ends it. */
    private static final int LONGEST_PATH = 4_095;

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Shop shop;

    @BeforeEach
    void open() throws IOException {
        shop = new Shop(folder, false);
    }

    private Release show(int sequence, Map<String, String> files) throws Exception {
        return shop.show(sequence, files);
    }

    private List<String> names() throws IOException {
        try (var left = Files.list(shop.home.releases().resolve("pel-2024"))) {
            return left.map(path -> path.getFileName().toString())
                    .map(name -> name.substring(0, Math.min(6, name.length())))
                    .sorted()
                    .toList();
        }
    }

    private void start(int keepReleases) {
        shop.publisher =
                new Publisher(shop.home, shop.disk, new SymlinkLiveRoot(shop.live, shop.disk), keepReleases, false);
    }

    @Test
    void whatIsLiveCanBeShownAnewRightAfterAStart() throws Exception {
        Release before = show(1, FIRST);
        shop.start();

        shop.publisher.showAnew(shop.target(1, FIRST));

        assertThat(shop.live.toRealPath()).isNotEqualTo(before.folder().toRealPath());
        assertThat(shop.publisher.nextReplaced()).as("told by whoever asked").isNull();
    }

    @Test
    void whatIsFoundAlteredWithoutARestartIsNotLinkedTo() throws Exception {
        Release good = show(1, FIRST);
        Release altered = show(2, SECOND);
        Files.writeString(altered.folder().resolve("a.json"), "mine");
        shop.provided.clear();

        Release now = show(2, SECOND);

        assertThat(shop.provided).containsExactlyInAnyOrder("same.json", "a.json");
        assertThat(Inspection.of(now).first()).isEmpty();
        start(1);
        show(2, SECOND);
        assertThat(good.folder()).exists();
    }

    @Test
    void ofTheReleasesBeforeTheLastGoodOneIsSparedNotTheAlteredOne() throws Exception {
        start(1);
        Release good = show(1, FIRST);
        Release altered = show(2, SECOND);
        Files.writeString(altered.folder().resolve("a.json"), "mine");
        show(2, SECOND);

        shop.publisher.removeOldReleases();

        assertThat(good.folder()).exists();
    }

    /** The system refuses so long a path, which is as unreadable as a file on a bad disk, for root too. */
    @Test
    void anOldReleaseThatCannotBeReadIsTakenForOneThatDoesNotStand() throws Exception {
        Assumptions.assumeTrue(System.getProperty("os.name").equals("Linux"), "the longest path is another here");
        Target target = shop.target(1, Map.of("a.json", "1"));
        Path near = Files.createDirectories(folder.resolve("near"));
        Path release =
                Files.createDirectories(near.resolve("pel-2024").resolve(Releases.name(target.label(), target.tree())));
        Path file = Files.writeString(release.resolve("a.json"), "1");
        Files.setLastModifiedTime(file, FileTime.from(Shop.MODIFIED));
        assertThat(new Releases(near, shop.disk).standing(target, null)).contains(release);
        Path far = farFrom(
                folder, LONGEST_PATH - near.relativize(release).toString().length() - 3);
        Files.createDirectories(far.getParent());
        Files.move(near, far);
        try {
            assertThat(new Releases(far, shop.disk).standing(target, null)).isEmpty();
        } finally {
            Files.move(far, near);
        }
    }

    private static Path farFrom(Path folder, int length) {
        Path far = folder;
        for (int left = length - folder.toString().length(); left > 0; ) {
            int name = left <= 251 ? left - 1 : 200;
            far = far.resolve("x".repeat(name));
            left -= name + 1;
        }
        return far;
    }

    @Test
    void whatIsLiveSinceAnEarlierStartTellsItsTreeWhereItIsUnaltered() throws Exception {
        shop = new Shop(folder.resolve("twins"), true);
        Map<String, String> files = Map.of("sub/large.json", "1".repeat(5_000), "a.zip.gz", "z", "a.zip", "y");
        Release release = show(3, files);
        assertThat(release.folder().resolve("sub/large.json.gz")).as("a twin").exists();
        shop.start();
        assertThat(shop.publisher.stillStands("pel-2024", "000003", 3))
                .isEmpty(); // a file of the tree looks like a twin, and there is a twin too
        files = Map.of("sub/large.json", "1".repeat(5_000));
        release = show(4, files);
        shop.start();
        assertThat(shop.publisher.stillStands("pel-2024", "000004", 4))
                .contains(shop.target(4, files).tree());
        assertThat(shop.publisher.stillStands("another", "000004", 4)).isEmpty();
        Files.createSymbolicLink(release.folder().resolve("odd"), release.folder());
        assertThat(shop.publisher.stillStands("pel-2024", "000004", 4)).isEmpty();
        Files.delete(release.folder().resolve("odd"));
        Files.writeString(release.folder().resolve("sub/large.json"), "2".repeat(5_000));
        assertThat(shop.publisher.stillStands("pel-2024", "000004", 4)).isEmpty();
    }

    @Test
    void whatStandsAndCannotBeReadKeepsThePageWhereThereIsOne() throws Exception {
        Assumptions.assumeTrue(System.getProperty("os.name").equals("Linux"), "the longest path is another here");
        Release release = show(4, SECOND);
        shop.start();
        Path near = folder.resolve("n");
        Files.createDirectories(farFrom(near, LONGEST_PATH - 10));
        Path far = release.folder().resolve("far");
        Files.move(near, far);
        try {
            assertThatThrownBy(() -> shop.publisher.stillStands("pel-2024", "000004", 4))
                    .isInstanceOfSatisfying(
                            MachineException.class, e -> assertThat(e.code()).isEqualTo("release-failed"));
            Files.delete(shop.live);
            assertThat(shop.publisher.stillStands("pel-2024", "000004", 4))
                    .as("anything is better than nothing")
                    .isEmpty();
        } finally {
            Files.move(far, near);
        }
    }

    @Test
    void behindANoticeTheNewestUnalteredReleaseOfTheLabelStands() throws Exception {
        Release older = show(4, FIRST);
        Release newer = show(4, SECOND);
        show(5, FIRST);
        Files.setLastModifiedTime(older.folder(), FileTime.from(Shop.MODIFIED));
        Files.setLastModifiedTime(newer.folder(), FileTime.from(Shop.MODIFIED.plusSeconds(1)));
        shop.start();
        assertThat(shop.publisher.stillStands("pel-2024", "000004", 4))
                .contains(shop.target(4, SECOND).tree());
        Files.writeString(newer.folder().resolve("a.json"), "mine");
        assertThat(shop.publisher.stillStands("pel-2024", "000004", 4))
                .contains(shop.target(4, FIRST).tree());
    }

    @Test
    void anOldReleaseThatSomethingWasAddedToIsNotShownAgain() throws Exception {
        Release old = show(1, FIRST);
        show(2, SECOND);
        Files.writeString(old.folder().resolve("extra.html"), "mine");

        assertThat(show(1, FIRST).folder()).isNotEqualTo(old.folder());
    }

    @Test
    void theNameOfAnAlteredReleaseIsNotGivenAgainThoughItIsGone() throws Exception {
        Release altered = show(1, FIRST);
        shop.publisher.showAnew(shop.target(1, FIRST));
        Path anew = shop.live.toRealPath();
        show(2, SECOND);
        shop.disk.deleteTree(altered.folder());
        shop.disk.deleteTree(anew);

        assertThat(show(1, FIRST).folder()).isNotEqualTo(altered.folder());
        assertThat(shop.publisher.show(shop.target(1, FIRST)).switched()).isFalse();
    }

    /** A web server tells versions apart by size and time. */
    @Test
    void equalBytesOfAnotherTimeAreWrittenFresh() throws Exception {
        Release first = show(1, FIRST);
        Target target = shop.target(2, FIRST);
        List<TreeFile> later = new ArrayList<>();
        for (TreeFile file : target.tree().files()) {
            later.add(new TreeFile(file.path(), file.size(), file.sha256(), Shop.MODIFIED.plusSeconds(1), 2));
        }

        shop.publisher.show(new Target(target.event(), target.label(), Tree.of(later), null, target.contents()));

        assertThat(Files.getLastModifiedTime(shop.live.resolve("a.json")).toInstant())
                .isEqualTo(Shop.MODIFIED.plusSeconds(1));
        assertThat(Files.getLastModifiedTime(first.folder().resolve("a.json")).toInstant())
                .isEqualTo(Shop.MODIFIED);
    }

    @Test
    void aFileThatIsGoneOrNoFileInWhatIsLiveIsWrittenAnew() throws Exception {
        Release first = show(1, Map.of("gone.json", "g", "same.json", "s", "a.json", "1"));
        Files.delete(first.folder().resolve("gone.json"));
        Files.delete(first.folder().resolve("same.json"));
        Files.createSymbolicLink(first.folder().resolve("same.json"), Path.of("a.json"));
        shop.provided.clear();

        show(2, Map.of("gone.json", "g", "same.json", "s", "a.json", "1"));

        assertThat(shop.provided).containsExactlyInAnyOrder("gone.json", "same.json");
        assertThat(shop.live.resolve("same.json")).isRegularFile().hasContent("s");
        assertThat(Files.isSymbolicLink(shop.live.resolve("same.json"))).isFalse();
    }

    @Test
    void whatAStoppedAgentWasBuildingGoesAndIsNoReleaseToGoBackTo() throws Exception {
        start(1);
        show(1, FIRST);
        show(2, SECOND);
        start(1);
        show(2, SECOND);
        Path event = shop.home.releases().resolve("pel-2024");
        Path unfinished = Files.createDirectory(event.resolve(".building-0a1b"));
        Files.setLastModifiedTime(unfinished, FileTime.from(Instant.now().plusSeconds(60)));
        Files.writeString(event.resolve("notes.txt"), "mine");

        shop.publisher.removeOldReleases();

        assertThat(names()).containsExactly("000001", "000002", "notes.");
    }

    @Test
    void aLiveRootThatLeadsToTheRootOfAllIsSwitched() throws Exception {
        Files.createSymbolicLink(shop.live, Path.of("/"));

        assertThat(shop.publisher.show(shop.target(1, FIRST)).switched()).isTrue();
        assertThat(shop.live.resolve("a.json")).hasContent("1");
    }

    @Test
    void twinsAreForWhomTheyWereAskedAndOnce() throws Exception {
        shop.publisher.precompress();
        show(1, Map.of("large.json", "1".repeat(2_000)));
        shop.publisher.precompress();
        assertThat(shop.live.resolve("large.json.gz")).doesNotExist();

        Publisher asked = new Publisher(shop.home, shop.disk, new SymlinkLiveRoot(shop.live, shop.disk), 8, true);
        asked.precompress();
        asked.show(shop.target(1, Map.of("large.json", "1".repeat(2_000))));
        asked.precompress();
        Path twin = shop.live.resolve("large.json.gz");
        assertThat(twin).exists();
        Files.delete(twin);
        asked.precompress();
        assertThat(twin).as("what is settled is not written into").doesNotExist();
    }

    /** The guard reads its bytes, in portions. */
    @Test
    void whatIsLiveIsTakenByItsNamesAndTimes() throws Exception {
        Release live = show(1, FIRST);
        Shop.alterKeepingSizeAndTime(live.folder().resolve("a.json"));

        assertThat(shop.publisher.show(shop.target(1, FIRST)).switched()).isFalse();
    }

    @Test
    void anAlteredReleaseThatWasRepairedByHandIsNotShownAgain() throws Exception {
        Release altered = show(1, FIRST);
        Path page = altered.folder().resolve("a.json");
        Files.writeString(page, "mine");
        Release anew = show(1, FIRST);
        show(2, SECOND);
        shop.disk.deleteTree(anew.folder());
        Files.writeString(page, "1");
        Files.setLastModifiedTime(page, FileTime.from(Shop.MODIFIED));

        assertThat(show(1, FIRST).folder()).isNotEqualTo(altered.folder());
    }

    private static final class Stuck implements LiveRoot {
        private final LiveRoot root;
        private boolean stuck;
        private int settled;

        Stuck(LiveRoot root) {
            this.root = root;
        }

        @Override
        public Optional<Path> target() throws MachineException {
            return root.target();
        }

        @Override
        public void pointAt(Path release) throws MachineException {
            if (stuck) {
                throw new MachineException("live-root-failed", "stuck", "wait", null);
            }
            root.pointAt(release);
        }

        @Override
        public void settle() throws MachineException {
            settled++;
            root.settle();
        }
    }

    @Test
    void whatWasFoundAlteredStaysSoThoughTheLiveRootCouldNotBeMoved() throws Exception {
        Stuck root = new Stuck(new SymlinkLiveRoot(shop.live, shop.disk));
        shop.publisher = new Publisher(shop.home, shop.disk, root, 8, false);
        Release altered = show(1, FIRST);
        root.stuck = true;
        assertThatThrownBy(() -> shop.publisher.showAnew(shop.target(1, FIRST))).isInstanceOf(MachineException.class);
        root.stuck = false;

        assertThat(shop.publisher.show(shop.target(1, FIRST)).switched()).isTrue();
        assertThat(shop.publisher.pointsAt(altered)).isFalse();
        assertThat(root.settled).as("after a start and after a failure").isEqualTo(2);
    }

    @Test
    void aReleaseIsNamedForItsPackageAndItsTree() throws Exception {
        Release first = show(1, FIRST);
        assertThat(show(2, FIRST).folder().getFileName().toString()).startsWith("000002-");
        Release other = show(1, SECOND);
        assertThat(other.folder()).isNotEqualTo(first.folder());
        assertThat(other.folder().getFileName().toString()).doesNotEndWith("-r2");
        assertThat(shop.publisher.nextReplaced()).isNull();
    }

    @Test
    void whereNothingIsMissingNothingIsAskedFor() throws Exception {
        show(1, FIRST);
        Contents none = new Contents() {
            @Override
            public Path ready(List<TreeFile> files) {
                throw new AssertionError("nothing is missing");
            }

            @Override
            public void provide(List<TreeFile> files, Path into) {
                throw new AssertionError("nothing is missing");
            }
        };
        Target target = shop.target(2, FIRST);

        shop.publisher.show(new Target(target.event(), target.label(), target.tree(), null, none));

        assertThat(shop.live.resolve("a.json")).hasContent("1");
    }

    @Test
    void allFoldersOfAReleaseAreSyncedAndNoneAroundIt() throws Exception {
        List<String> synced = new ArrayList<>();
        Disk disk = new LocalDisk() {
            @Override
            public void syncAll(Path below, List<Path> files, List<Path> folders) throws IOException {
                folders.forEach(folder -> synced.add(below.relativize(folder).toString()));
                super.syncAll(below, files, folders);
            }
        };
        new Publisher(shop.home, disk, new SymlinkLiveRoot(shop.live, disk), 8, false)
                .show(shop.target(1, Map.of("a/b/c.json", "1", "b.json", "2")));

        assertThat(synced).containsExactly("", "a", "a/b");
    }

    @Test
    void onlyWhatLooksLikeTheFileIsLinkedTo() throws Exception {
        Release first = show(1, Map.of("size.json", "s", "link.json", "l", "a.json", "1"));
        Path size = Files.writeString(first.folder().resolve("size.json"), "longer");
        Files.setLastModifiedTime(size, FileTime.from(Shop.MODIFIED));
        Path link = first.folder().resolve("link.json");
        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("x"));
        String[] touch = {"touch", "-h", "-d", Shop.MODIFIED.toString(), link.toString()};
        assertThat(new ProcessBuilder(touch).start().waitFor()).isZero();
        shop.provided.clear();

        show(2, Map.of("size.json", "s", "link.json", "l", "a.json", "1"));

        assertThat(shop.provided).containsExactlyInAnyOrder("size.json", "link.json");
    }

    @Test
    void aCopyElsewhereIsNotTakenForTheReleaseOfItsName() throws Exception {
        Release release = show(1, FIRST);
        Path copy = Files.createDirectories(
                folder.resolve("elsewhere").resolve(release.folder().getFileName()));
        Files.delete(shop.live);
        Files.createSymbolicLink(shop.live, copy);
        assertThat(shop.publisher.pointsAt(release)).isFalse();

        shop.publisher.pointBack(release);
        assertThat(shop.publisher.pointsAt(release)).isTrue();
        shop.publisher.show(shop.target(1, FIRST));
        assertThat(shop.publisher.isSettled(release)).as("the same object").isTrue();
        Files.delete(shop.live);
        Files.createSymbolicLink(shop.live, copy);
        assertThat(shop.publisher.show(shop.target(1, FIRST)).switched()).isTrue();
        show(2, SECOND);
        assertThat(shop.publisher.isSettled(release)).isFalse();
    }

    @Test
    void underAnotherNameOfTheHomeAnAlteredReleaseIsToldAsWell() throws Exception {
        Release release = show(1, FIRST);
        Path other = Files.createSymbolicLink(folder.resolve("other"), shop.home.root());
        Files.delete(shop.live);
        Files.createSymbolicLink(
                shop.live,
                other.resolve("releases/pel-2024").resolve(release.folder().getFileName()));
        Files.writeString(release.folder().resolve("a.json"), "mine");
        shop.start();

        show(1, FIRST);

        assertThat(java.util.Objects.requireNonNull(shop.publisher.nextReplaced())
                        .altered()
                        .folder())
                .isEqualTo(release.folder());
    }

    private static final String LARGE = "1".repeat(2_000);

    @Test
    void aTwinIsTheTreesOwnOrIsMadeAnewWhereItsFileChangedOrTheOldOneIsGone() throws Exception {
        shop = new Shop(folder.resolve("twins"), true);
        Release first = show(1, Map.of("own.json", LARGE, "own.json.gz", "own", "a.json", LARGE, "b.json", LARGE));
        assertThat(shop.live.resolve("own.json.gz")).hasContent("own");
        Files.delete(first.folder().resolve("b.json.gz"));

        show(2, Map.of("a.json", LARGE + "2", "b.json", LARGE));

        assertThat(inflated("a.json.gz")).isEqualTo(LARGE + "2");
        assertThat(inflated("b.json.gz")).isEqualTo(LARGE);
    }

    private String inflated(String path) throws IOException {
        try (var in = new java.util.zip.GZIPInputStream(Files.newInputStream(shop.live.resolve(path)))) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    @Test
    void aTwinThatCouldNotBeWrittenLeavesNothing() throws Exception {
        Disk disk = new LocalDisk() {
            @Override
            public void sync(Path file) throws IOException {
                throw new IOException("no space left on device");
            }
        };
        Publisher publisher = new Publisher(shop.home, disk, new SymlinkLiveRoot(shop.live, disk), 8, true);
        show(1, Map.of("a.json", LARGE));
        publisher.show(shop.target(1, Map.of("a.json", LARGE)));

        assertThatThrownBy(publisher::precompress).isInstanceOf(MachineException.class);
        try (var left = Files.list(shop.live.toRealPath())) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactly("a.json");
        }
        assertThat(publisher.settled()).as("the pages are complete").isNotNull();
    }
}
