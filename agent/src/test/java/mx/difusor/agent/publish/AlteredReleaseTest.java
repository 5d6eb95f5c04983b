package mx.difusor.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was altered once is never shown, linked or taken for right again. */
class AlteredReleaseTest {

    private static final String LARGE = "{\"votos\": 12345}".repeat(200);
    private static final Map<String, String> FIRST = Map.of("same.json", LARGE, "a.json", "1");
    private static final Map<String, String> SECOND = Map.of("same.json", LARGE, "a.json", "2");

    @TempDir
    Path folder;

    private Shop shop = unset();

    @SuppressWarnings("NullAway") // set before each test
    private static Shop unset() {
        return null;
    }

    @BeforeEach
    void open() throws Exception {
        shop = new Shop(folder, true);
    }

    private Object inode(Path release) throws IOException {
        return Files.getAttribute(release.resolve("same.json"), "unix:ino");
    }

    private Release showAnew(int sequence, Map<String, String> files) throws Exception {
        shop.publisher.showAnew(shop.target(sequence, files));
        shop.publisher.precompress();
        return java.util.Objects.requireNonNull(shop.publisher.settled());
    }

    private static void assertWhole(Release release) throws IOException {
        assertThat(release.folder().resolve("same.json")).hasContent(LARGE);
        assertThat(Inspection.of(release).first()).isEmpty();
        try (Rereading rereading = new Rereading(release)) {
            rereading.advance(Long.MAX_VALUE);
            assertThat(rereading.findings().first()).isEmpty();
        }
    }

    @Test
    void aReleaseShownAnewSharesNothingWithAnyOther() throws Exception {
        shop.show(1, FIRST);
        Release altered = shop.show(2, SECOND);
        Shop.alterKeepingSizeAndTime(altered.folder().resolve("same.json"));
        Shop.alterKeepingSizeAndTime(altered.folder().resolve("same.json.gz"));
        shop.provided.clear();
        Release anew = showAnew(2, SECOND);
        assertThat(shop.provided).containsExactlyInAnyOrder("same.json", "a.json");
        assertThat(anew.folder()).isNotEqualTo(altered.folder());
        assertThat(inode(anew.folder())).isNotEqualTo(inode(altered.folder()));
        assertWhole(anew);

        shop.provided.clear();
        Release third = shop.show(3, Map.of("same.json", LARGE, "a.json", "3"));
        assertThat(shop.provided)
                .as("what was written anew is good to be linked")
                .containsExactly("a.json");
        assertWhole(third);
    }

    private static final Map<String, String> THIRD = Map.of("same.json", LARGE, "a.json", "3");

    private void assertNothingIsLinkedTo(Release altered) throws Exception {
        shop.provided.clear();
        Release next = shop.show(3, THIRD);
        assertThat(shop.provided).containsExactlyInAnyOrder("same.json", "a.json");
        assertThat(inode(next.folder())).isNotEqualTo(inode(altered.folder()));
        assertWhole(next);
        shop.provided.clear();
        assertThat(inode(shop.show(4, FIRST).folder())).isEqualTo(inode(next.folder()));
        assertThat(shop.provided).containsExactly("a.json");
    }

    @Test
    void theNextCutLinksNothingOfAnAlteredReleaseThatCouldNotBeShownAnew() throws Exception {
        shop.show(1, FIRST);
        Release altered = shop.show(2, SECOND);
        Shop.alterKeepingSizeAndTime(altered.folder().resolve("same.json"));
        Shop.alterKeepingSizeAndTime(altered.folder().resolve("same.json.gz"));
        Target target = shop.target(2, SECOND);
        Target unreadable =
                new Target(target.event(), target.label(), target.tree(), target.newest(), (files, into) -> {
                    throw new IOException("the package is damaged");
                });
        assertThatThrownBy(() -> shop.publisher.showAnew(unreadable)).isInstanceOf(MachineException.class);
        assertNothingIsLinkedTo(altered);
    }

    @Test
    void norOfOneThatTheGuardHasFoundAlteredAndNobodyPutRight() throws Exception {
        Release altered = shop.show(2, SECOND);
        Shop.alterKeepingSizeAndTime(altered.folder().resolve("same.json"));
        Shop.alterKeepingSizeAndTime(altered.folder().resolve("same.json.gz"));
        shop.publisher.distrust(altered);
        assertNothingIsLinkedTo(altered);
    }

    @Test
    void norTwinsThatAreStillToBeMade() throws Exception {
        Release altered = shop.show(1, FIRST);
        shop.publisher.show(shop.target(2, SECOND));
        Shop.alterKeepingSizeAndTime(altered.folder().resolve("same.json.gz"));
        shop.publisher.distrust(altered);
        shop.publisher.precompress();
        assertWhole(java.util.Objects.requireNonNull(shop.publisher.settled()));
    }

    @Test
    void norOfOneThatSharesFilesWithIt() throws Exception {
        Release altered = shop.show(1, FIRST);
        Release second = shop.show(2, SECOND);
        Shop.alterKeepingSizeAndTime(second.folder().resolve("same.json"));
        shop.publisher.distrust(altered);
        assertNothingIsLinkedTo(altered);
    }

    @Test
    void norOfOneThatWasFoundAlteredWhileTheNextWasMadeOfIt() throws Exception {
        Release altered = shop.show(1, FIRST);
        Target target = shop.target(2, SECOND);
        shop.publisher.show(
                new Target(target.event(), target.label(), target.tree(), target.newest(), (files, into) -> {
                    target.contents().provide(files, into);
                    Shop.alterKeepingSizeAndTime(altered.folder().resolve("same.json"));
                    shop.publisher.distrust(altered);
                }));
        shop.publisher.precompress();
        assertNothingIsLinkedTo(altered);
    }

    @Test
    void theFirstCutAfterAStartLinksNothingOfWhatWasAlteredMeanwhile() throws Exception {
        Release altered = shop.show(2, SECOND);
        Shop.alterKeepingSizeAndTime(altered.folder().resolve("same.json"));
        Shop.alterKeepingSizeAndTime(altered.folder().resolve("same.json.gz"));
        shop.start();
        assertThat(shop.show(2, SECOND).folder())
                .as("by names, sizes and times")
                .isEqualTo(altered.folder());
        assertNothingIsLinkedTo(altered);
    }

    @Test
    void theFirstCutAfterAStartLinksWhatIsAsItWasMade() throws Exception {
        Release right = shop.show(2, SECOND);
        shop.start();
        shop.show(2, SECOND);
        shop.provided.clear();
        assertThat(inode(shop.show(3, THIRD).folder())).isEqualTo(inode(right.folder()));
        assertThat(shop.provided).containsExactly("a.json");
    }

    @Test
    void anEmptyFileIsNotTheEndOfWhatIsRead() throws Exception {
        Map<String, String> files = Map.of("a.css", "", "same.json", LARGE);
        Release altered = shop.show(1, files);
        shop.show(2, Map.of("a.json", "2"));
        Shop.alterKeepingSizeAndTime(altered.folder().resolve("same.json"));
        Release back = shop.show(1, files);
        assertThat(back.folder()).isNotEqualTo(altered.folder());
        assertThat(back.folder().resolve("same.json")).hasContent(LARGE);
    }

    /** Else each cut would wait for the bytes of all before it; the guard reads them beside. */
    @Test
    void whatThisRunWroteOrTheGuardHasReadIsLinkedWithoutBeingReadAgain() throws Exception {
        shop.show(1, FIRST);
        shop.start();
        Release read = shop.show(1, FIRST);
        shop.publisher.proved(read);
        Shop.alterKeepingSizeAndTime(read.folder().resolve("same.json"));
        shop.provided.clear();
        Release written = shop.show(2, SECOND);
        assertThat(inode(written.folder())).isEqualTo(inode(read.folder()));
        assertThat(inode(shop.show(3, THIRD).folder())).isEqualTo(inode(read.folder()));
        assertThat(shop.provided).containsExactly("a.json", "a.json");
    }

    @Test
    void anAlteredReleaseIsNotTakenUpAgainAfterARestartEither() throws Exception {
        Release altered = shop.show(2, SECOND);
        Shop.alterKeepingSizeAndTime(altered.folder().resolve("same.json"));
        Release anew = showAnew(2, SECOND);
        shop.start();
        assertThat(shop.show(2, SECOND).folder()).isEqualTo(anew.folder());
        shop.show(3, FIRST);
        shop.start();
        assertThat(shop.show(2, SECOND).folder()).as("a rollback").isEqualTo(anew.folder());
    }

    @Test
    void anAlteredReleaseIsNotTakenUpAgainWhenItWasMadeToLookRight() throws Exception {
        Release altered = shop.show(2, SECOND);
        Release anew = showAnew(2, SECOND);
        shop.show(3, FIRST);
        Shop.alterKeepingSizeAndTime(anew.folder().resolve("same.json"));
        assertThat(shop.show(2, SECOND).folder())
                .as("distrusted though it is right by now")
                .isNotEqualTo(altered.folder());
    }

    @Test
    void aRollbackDoesNotShowAFileThatWasAlteredThroughAnotherRelease() throws Exception {
        Release first = shop.show(1, FIRST);
        Release second = shop.show(2, SECOND);
        assertThat(inode(first.folder())).isEqualTo(inode(second.folder()));
        Shop.alterKeepingSizeAndTime(second.folder().resolve("same.json"));
        showAnew(2, SECOND);
        Release back = shop.show(1, FIRST);
        assertThat(back.folder()).isNotEqualTo(first.folder());
        assertWhole(back);
    }

    @Test
    void whatWasAlteredWhileTheAgentWasDownIsReplacedAtItsStartAndTold() throws Exception {
        Release altered = shop.show(1, FIRST);
        Files.writeString(altered.folder().resolve("a.json"), "mine");
        Shop.alterKeepingSizeAndTime(altered.folder().resolve("same.json"));
        shop.start();
        Release now = shop.show(1, FIRST);
        assertWhole(now);
        assertThat(shop.publisher.nextReplaced())
                .isEqualTo(new Publisher.Replaced(altered, shop.publisher.name(now.folder())));
        assertThat(shop.publisher.nextReplaced()).isNull();
        shop.start();
        shop.show(1, FIRST);
        assertThat(shop.publisher.nextReplaced()).as("once").isNull();
    }

    @Test
    void thePageThatWasGoodLastIsNotRemovedForAnAlteredOne() throws Exception {
        Release good = shop.show(1, FIRST);
        shop.show(2, SECOND);
        for (int i = 0; i < 9; i++) {
            showAnew(2, SECOND);
        }
        shop.publisher.removeOldReleases();
        assertThat(good.folder()).exists();
    }

    @Test
    void aLinkReachedUnderAnotherNameIsStillTheSameFolder() throws Exception {
        Release release = shop.show(1, FIRST);
        Path other = Files.createSymbolicLink(folder.resolve("other"), shop.home.root());
        Files.delete(shop.live);
        Files.createSymbolicLink(
                shop.live,
                other.resolve("releases")
                        .resolve("pel-2024")
                        .resolve(release.folder().getFileName()));
        assertThat(shop.publisher.pointsAt(release)).isTrue();
        assertThat(shop.publisher.show(shop.target(1, FIRST)).switched()).isFalse();
        Files.delete(shop.live);
        assertThat(shop.publisher.pointsAt(release)).isFalse();
    }

    @Test
    void theReleaseStaysTheSameObjectUntilAnotherIsLive() throws Exception {
        Release release = shop.show(1, FIRST);
        assertThat(shop.show(1, FIRST)).isSameAs(release);
        assertThat(shop.show(2, SECOND)).isNotSameAs(release);
        Path live = shop.live;
        Files.delete(live);
        Files.createDirectory(live);
        Release second = shop.publisher.settled();
        assertThatThrownBy(() -> shop.publisher.show(shop.target(3, FIRST))).isInstanceOf(MachineException.class);
        assertThat(shop.publisher.settled()).as("a failed switch").isSameAs(second);
    }

    @Test
    void whileTwinsAreWrittenNothingIsSettled() throws Exception {
        shop.publisher.show(shop.target(1, FIRST));
        assertThat(shop.publisher.settled()).isNull();
        shop.publisher.precompress();
        assertThat(shop.publisher.settled()).isNotNull();
        shop.publisher.show(shop.target(2, SECOND));
        assertThat(shop.publisher.settled()).isNull();
    }
}
