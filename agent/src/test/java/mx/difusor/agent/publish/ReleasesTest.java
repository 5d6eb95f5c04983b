package mx.difusor.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.model.TreeFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which release is taken for a tree, which is linked to, and which goes. */
class ReleasesTest {

    private static final Map<String, String> FIRST = Map.of("same.json", "s", "a.json", "1");
    private static final Map<String, String> SECOND = Map.of("same.json", "s", "a.json", "2");

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
}
