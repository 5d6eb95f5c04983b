package mx.difusor.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.model.TreeFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublisherTest {

    private static final Instant CUT = Instant.parse("2024-06-03T03:00:00Z");

    @TempDir
    Path folder;

    private final Disk disk = new LocalDisk();
    private final List<String> provided = new ArrayList<>();
    private Home home = new Home(Path.of("unset"));
    private Path live = Path.of("unset");
    private Publisher publisher = new Publisher(home, disk, new SymlinkLiveRoot(live, disk), 2, false);

    @BeforeEach
    void prepare() throws IOException {
        home = new Home(folder.resolve("home"));
        home.prepare(disk);
        live = home.root().resolve("live");
        publisher = start();
    }

    private Publisher start() {
        return start(2);
    }

    private Publisher start(int keepReleases) {
        return new Publisher(home, disk, new SymlinkLiveRoot(live, disk), keepReleases, false);
    }

    /** A target whose files' contents are their texts. */
    private Target target(int sequence, Map<String, String> files) {
        return target(sequence, files, CUT.plusSeconds(sequence));
    }

    private Target target(int sequence, Map<String, String> files, Instant modified) {
        List<TreeFile> tree = new ArrayList<>();
        files.forEach((path, text) -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            tree.add(new TreeFile(path, bytes.length, Digest.ofContent(bytes), modified, sequence));
        });
        Contents contents = (wanted, into) -> {
            for (TreeFile file : wanted) {
                provided.add(file.path());
                byte[] bytes = files.getOrDefault(file.path(), "").getBytes(StandardCharsets.UTF_8);
                disk.write(into.resolve(file.path()), new ByteArrayInputStream(bytes), Disk.Access.PUBLIC);
            }
        };
        return new Target("pel-2024", String.format("%06d", sequence), Tree.of(tree), null, contents);
    }

    private Map<String, String> liveFiles() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (var paths = Files.walk(live.toRealPath())) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(
                        live.toRealPath().relativize(path).toString(),
                        new String(Files.readAllBytes(path), StandardCharsets.UTF_8));
            }
        }
        return files;
    }

    @Test
    void theLiveRootShowsExactlyTheTree() throws Exception {
        Publisher.Shown shown = publisher.show(target(1, Map.of("index.html", "one", "a/b/c.json", "{}")));
        assertThat(shown.switched()).isTrue();
        assertThat(liveFiles()).isEqualTo(Map.of("index.html", "one", "a/b/c.json", "{}"));
        assertThat(live.toRealPath())
                .isEqualTo(home.releases().resolve(shown.release()).toRealPath());
        assertThat(Files.getLastModifiedTime(live.resolve("index.html")).toInstant())
                .isEqualTo(CUT.plusSeconds(1));
    }

    @Test
    void aWebServerOfAnotherUserMayReadReleasesAndNothingElse() throws Exception {
        publisher.show(target(1, Map.of("a/b.json", "{}")));
        assertThat(permissions(live.toRealPath())).isEqualTo("rwxr-xr-x");
        assertThat(permissions(live.toRealPath().resolve("a"))).isEqualTo("rwxr-xr-x");
        assertThat(permissions(live.resolve("a/b.json"))).isEqualTo("rw-r--r--");
        assertThat(permissions(home.root())).isEqualTo("rwx--x--x");
        assertThat(permissions(home.archive())).isEqualTo("rwx------");
        assertThat(permissions(home.incoming())).isEqualTo("rwx------");
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    /** Files that stand ready in a folder of their own are taken with it: none is copied, linked or asked for again. */
    @Test
    void aFolderThatHoldsAllThatIsMissingIsMovedIntoPlace() throws Exception {
        Instant first = CUT.plusSeconds(1);
        publisher.show(target(1, Map.of("same.css", "css", "d/a.json", "1"), first));
        Target next = target(2, Map.of("same.css", "css", "d/a.json", "2", "d/e/b.json", "3"), CUT.plusSeconds(1));
        Path ready = Files.createDirectory(home.work().resolve("unpacked"));
        Files.createDirectories(ready.resolve("d/e"));
        Files.writeString(ready.resolve("d/a.json"), "2");
        Files.writeString(ready.resolve("d/e/b.json"), "3");
        Object inode = Files.getAttribute(ready.resolve("d/a.json"), "unix:ino");
        List<String> missing = new ArrayList<>();
        Contents contents = new Contents() {
            @Override
            public Path ready(List<TreeFile> files) {
                files.forEach(file -> missing.add(file.path()));
                return ready;
            }

            @Override
            public void provide(List<TreeFile> files, Path into) {
                throw new AssertionError("nothing is missing");
            }
        };
        publisher.show(new Target(next.event(), next.label(), next.tree(), null, contents));
        assertThat(missing).containsExactlyInAnyOrder("d/a.json", "d/e/b.json");
        assertThat(liveFiles()).isEqualTo(Map.of("same.css", "css", "d/a.json", "2", "d/e/b.json", "3"));
        assertThat(Files.getAttribute(live.resolve("d/a.json"), "unix:ino")).isEqualTo(inode);
        assertThat(Files.getLastModifiedTime(live.resolve("d/e/b.json")).toInstant())
                .isEqualTo(CUT.plusSeconds(1));
        assertThat(ready).doesNotExist();
    }

    @Test
    void unchangedFilesAreLinkedAndChangedOnesWrittenFresh() throws Exception {
        Instant first = CUT.plusSeconds(1);
        publisher.show(target(1, Map.of("same.css", "css", "a.json", "1"), first));
        Path before = live.toRealPath();
        provided.clear();
        publisher.show(target(2, Map.of("same.css", "css", "a.json", "2"), first));
        assertThat(provided).containsExactly("a.json");
        assertThat(Files.getAttribute(live.resolve("same.css"), "unix:ino"))
                .isEqualTo(Files.getAttribute(before.resolve("same.css"), "unix:ino"));
        assertThat(Files.readString(before.resolve("a.json")))
                .as("releases are immutable")
                .isEqualTo("1");
    }

    @Test
    void showingTheSameAgainSwitchesNothing() throws Exception {
        publisher.show(target(1, Map.of("index.html", "one")));
        provided.clear();
        assertThat(publisher.show(target(1, Map.of("index.html", "one"))).switched())
                .isFalse();
        assertThat(start().show(target(1, Map.of("index.html", "one"))).switched())
                .as("nor after a restart")
                .isFalse();
        assertThat(provided).isEmpty();
    }

    @Test
    void aReleaseChangedByHandIsNotShownAgain() throws Exception {
        publisher.show(target(1, Map.of("index.html", "one")));
        Path tampered = live.toRealPath();
        Files.writeString(tampered.resolve("index.html"), "two!");
        assertThat(start().show(target(1, Map.of("index.html", "one"))).switched())
                .isTrue();
        assertThat(liveFiles()).isEqualTo(Map.of("index.html", "one"));
        assertThat(tampered).as("kept as evidence").exists();
    }

    @Test
    void whatCannotBeBuiltLeavesTheOldPage() throws Exception {
        publisher.show(target(1, Map.of("index.html", "one")));
        Target broken = target(2, Map.of("index.html", "two"));
        Target failing = new Target(broken.event(), broken.label(), broken.tree(), null, (files, into) -> {
            throw new IOException("no space left on device");
        });
        assertThatThrownBy(() -> publisher.show(failing))
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("no space left on device");
        assertThat(liveFiles()).isEqualTo(Map.of("index.html", "one"));
        try (var left = Files.list(home.releases().resolve("pel-2024"))) {
            assertThat(left).hasSize(1);
        }
    }

    @Test
    void aRealFolderIsNeverReplaced() throws Exception {
        Files.createDirectory(live);
        Files.writeString(live.resolve("precious.html"), "mine");
        assertThatThrownBy(() -> publisher.show(target(1, Map.of("index.html", "one"))))
                .isInstanceOfSatisfying(
                        MachineException.class, e -> assertThat(e.code()).isEqualTo("live-root-occupied"));
        assertThat(live.resolve("precious.html")).hasContent("mine");
    }

    @Test
    void oldReleasesGoButNeverTheLiveOneOrTheOneBefore() throws Exception {
        for (int sequence = 1; sequence <= 5; sequence++) {
            publisher.show(target(sequence, Map.of("index.html", "n" + sequence)));
        }
        publisher.show(target(1, Map.of("index.html", "n1"))); // a rollback to the oldest
        publisher.removeOldReleases();
        assertThat(liveFiles()).isEqualTo(Map.of("index.html", "n1"));
        try (var left = Files.list(home.releases().resolve("pel-2024"))) {
            assertThat(left.map(path -> path.getFileName().toString().substring(0, 6)))
                    .contains("000001", "000005")
                    .hasSizeLessThanOrEqualTo(4);
        }
    }

    private List<String> releases() throws IOException {
        try (var left = Files.list(home.releases().resolve("pel-2024"))) {
            return left.map(path -> path.getFileName().toString().substring(0, 6))
                    .sorted()
                    .toList();
        }
    }

    /** Made in this order, as far as their folders' times tell. */
    private void showOneAfterAnother(int sequences) throws Exception {
        for (int sequence = 1; sequence <= sequences; sequence++) {
            publisher.show(target(sequence, Map.of("index.html", "n" + sequence)));
            Files.setLastModifiedTime(live.toRealPath(), FileTime.from(CUT.plusSeconds(sequence)));
        }
    }

    @Test
    void oneReleaseToGoBackToStaysEvenRightAfterARestartWithOneToKeep() throws Exception {
        publisher = start(1);
        showOneAfterAnother(4);
        publisher.removeOldReleases();
        assertThat(releases()).containsExactly("000003", "000004");

        publisher = start(1);
        publisher.show(target(4, Map.of("index.html", "n4")));
        publisher.removeOldReleases();
        assertThat(releases()).as("nobody remembers what was before").containsExactly("000003", "000004");

        publisher.show(target(3, Map.of("index.html", "n3"))); // a rollback
        publisher = start(1);
        publisher.show(target(3, Map.of("index.html", "n3")));
        publisher.removeOldReleases();
        assertThat(releases()).containsExactly("000003", "000004");
        assertThat(liveFiles()).isEqualTo(Map.of("index.html", "n3"));
    }

    /** Folders are listed in any order; some file systems give the last one first. */
    @Test
    void theNewestIsWhichWasMadeLastAsItsTimeTells() throws Exception {
        publisher = start(1);
        publisher.show(target(1, Map.of("index.html", "n1")));
        Path first = live.toRealPath();
        showOneAfterAnother(4);
        Files.setLastModifiedTime(first, FileTime.from(CUT.plusSeconds(100)));
        publisher.removeOldReleases();
        assertThat(releases()).containsExactly("000001", "000003", "000004");
    }

    @Test
    void nothingIsRemovedWhileNobodyKnowsForSureWhatIsLive() throws Exception {
        showOneAfterAnother(4);
        publisher.show(target(1, Map.of("index.html", "n1")));
        publisher = start(1);
        publisher.removeOldReleases();
        assertThat(releases()).hasSize(4);
        assertThat(liveFiles()).isEqualTo(Map.of("index.html", "n1"));
    }

    @Test
    void readersNeverMeetAMissingOrMixedPage() throws Exception {
        publisher.show(target(1, Map.of("a", "1", "b", "1")));
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger reads = new AtomicInteger();
        List<String> torn = java.util.Collections.synchronizedList(new ArrayList<>());
        Thread reader = new Thread(() -> {
            while (!stop.get()) {
                try {
                    Path release = live.toRealPath();
                    String a = Files.readString(release.resolve("a"));
                    String b = Files.readString(release.resolve("b"));
                    if (!a.equals(b)) {
                        torn.add(a + " beside " + b);
                    }
                } catch (IOException e) {
                    torn.add(e.toString());
                }
                reads.incrementAndGet();
            }
        });
        reader.start();
        try {
            for (int sequence = 2; sequence < 100 || reads.get() < 100; sequence++) {
                publisher.show(target(sequence, Map.of("a", "" + sequence, "b", "" + sequence)));
            }
        } finally {
            stop.set(true);
            reader.join();
        }
        assertThat(torn).isEmpty();
    }

    @Test
    void whereNothingIsLiveYetThereIsNothingToCompress() throws Exception {
        publisher = new Publisher(home, disk, new SymlinkLiveRoot(live, disk), 2, true);
        publisher.precompress();
        assertThat(live).doesNotExist();
    }

    @Test
    void largeTextFilesGetTwinsThatAreNoPartOfTheTree() throws Exception {
        String large = "{\"a\": 1}".repeat(1_000);
        publisher = new Publisher(home, disk, new SymlinkLiveRoot(live, disk), 2, true);
        Instant first = CUT.plusSeconds(1);
        publisher.show(
                target(1, Map.of("a.json", large, "b.json", large + " ", "small.json", "1", "c.zip", large), first));
        publisher.precompress();
        assertThat(liveFiles().keySet()).contains("a.json.gz", "b.json.gz").doesNotContain("small.json.gz", "c.zip.gz");
        try (var in = new java.util.zip.GZIPInputStream(Files.newInputStream(live.resolve("a.json.gz")))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(large);
        }
        assertThat(Files.getLastModifiedTime(live.resolve("a.json.gz")).toInstant())
                .isEqualTo(first);
        Path before = live.toRealPath();

        assertThat(start().show(target(
                                1,
                                Map.of("a.json", large, "b.json", large + " ", "small.json", "1", "c.zip", large),
                                first))
                        .switched())
                .as("twins do not make a release look changed by hand")
                .isFalse();
        publisher.show(target(2, Map.of("a.json", large, "b.json", large + "  "), first));
        publisher.precompress();
        assertThat(Files.getAttribute(live.resolve("a.json.gz"), "unix:ino"))
                .isEqualTo(Files.getAttribute(before.resolve("a.json.gz"), "unix:ino"));
        assertThat(live.resolve("b.json.gz")).exists();
    }

    @Test
    void theWaitingPageIsTheSameAtEveryStartAndCannotBeInjectedInto() throws Exception {
        Target page = pages("Radio <b>Uno</b>").waiting("pel-2024").target();
        publisher.show(page);
        assertThat(live.resolve("index.html")).content().contains("Radio &lt;b&gt;Uno&lt;/b&gt;");
        assertThat(start().show(pages("Radio <b>Uno</b>").waiting("pel-2024").target())
                        .switched())
                .isFalse();
    }

    private OwnPages pages(String difusor) {
        return new OwnPages(difusor, live.resolveSibling("pages"), disk);
    }
}
