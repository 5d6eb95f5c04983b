package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.publish.Inspection;
import mx.difusor.agent.publish.Publisher;
import mx.difusor.agent.publish.Release;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The guard's hands where something happens between one of their moves and the next, or nothing can be seen. */
@Timeout(120)
class DeskLiveFilesEdgesTest {

    /** Names of this length: few of them make a path that the system does not take. */
    private static final String LONG_NAME = "n".repeat(250);

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private GuardedHome at;

    @BeforeEach
    void open() throws Exception {
        at = new GuardedHome(folder, true);
        at.arrive(Kind.SITE, 1, Map.of("index.html", "<h1>sitio</h1>", "datos/a.json", "[1]", "datos/b.json", "[2]"));
        at.beats();
    }

    @AfterEach
    void close() throws Exception {
        at.close();
    }

    private void replaceTheRoot(boolean byAFolder) throws IOException {
        Files.delete(at.live());
        if (byAFolder) {
            Files.createDirectory(at.live());
        }
    }

    private Release live() {
        return (Release) Objects.requireNonNull(at.files.release());
    }

    @Test
    void beforeAnythingIsLiveThereIsNothingToLookAt() {
        DeskLiveFiles none = at.files(new Publisher(at.home, at.disk, at.root, 8, false));
        assertThat(none.release()).isNull();
        none.checkRoot();
        none.checkNames();
        assertThat(none.checkBytes(Long.MAX_VALUE)).isFalse();
        assertThat(at.alerts.active()).isEmpty();
    }

    @Test
    void aRootThatIsQuickIsAskedEachTimeAndASlowOneNowAndThen() {
        int calls = 2 * DeskLiveFiles.SLOW_ROOT_EVERY;
        at.root.asked = 0;
        for (int i = 0; i < calls; i++) {
            at.files.checkRoot();
        }
        assertThat(at.root.asked).isEqualTo(calls);
        at.root.quick = false;
        at.root.asked = 0;
        for (int i = 0; i < calls; i++) {
            at.files.checkRoot();
        }
        assertThat(at.root.asked).isEqualTo(2);
    }

    @Test
    void aReleaseThatIsGoneIsSeenByALookAtTheRootAndNothingElseIs() throws Exception {
        Path before = at.release();
        Files.writeString(before.resolve("x.php"), "<?php");
        at.files.checkRoot();
        assertThat(at.release()).as("names are looked at less often").isEqualTo(before);
        new LocalDisk().deleteTree(before);
        at.files.checkRoot();
        assertThat(at.live().resolve("index.html")).hasContent("<h1>sitio</h1>");
    }

    @Test
    void aTryToPointBackThatTookLongAndFailedIsFollowedByNineTimesItsLength() throws Exception {
        replaceTheRoot(true);
        at.root.whenAsked = () -> at.pass(Duration.ofNanos(2 * Rest.LONG_NANOS));
        at.files.checkRoot();
        at.root.whenAsked = () -> {};
        replaceTheRoot(false);
        at.files.checkRoot();
        assertThat(at.live()).doesNotExist();
        at.pass(Duration.ofNanos(2 * Rest.LONG_NANOS * Rest.TIMES));
        at.files.checkRoot();
        assertThat(at.live().resolve("index.html")).hasContent("<h1>sitio</h1>");
    }

    @Test
    void aTryToPointBackThatFailedAtOnceIsMadeAgainAtOnce() throws Exception {
        at.pass(Duration.ofHours(1));
        replaceTheRoot(true);
        at.files.checkRoot();
        replaceTheRoot(false);
        at.files.checkRoot();
        assertThat(at.live().resolve("index.html")).hasContent("<h1>sitio</h1>");
    }

    @Test
    void aRootThatIsRightAgainWhenItIsTheTurnIsNoIncident() throws Exception {
        replaceTheRoot(false);
        at.root.whenAsked = () -> {
            at.root.whenAsked = () -> {};
            pointItBack();
        };
        at.files.checkRoot();
        assertThat(at.alerts.active()).isEmpty();
        assertThat(at.logged("root-moved")).isEmpty();
    }

    private void pointItBack() {
        try {
            at.publisher().pointBack(live());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void namesThatCannotBeReadAreToldAndReplaceNothing() throws Exception {
        Path before = at.release();
        Path chain = longerThanAnyPath();
        Path inside = Files.move(chain, before.resolve("d"));
        at.files.checkNames();
        assertThat(at.alert(DeskLiveFiles.BLIND)).contains("cannot be compared");
        assertThat(at.release()).isEqualTo(before);
        untie(Files.move(inside, chain));
    }

    @Test
    void whatWasReplacedAndCannotBeReadIsTold() throws Exception {
        Path altered = at.release();
        Files.writeString(altered.resolve("index.html"), "<h1>ajeno</h1>");
        at.restart();
        Path chain = longerThanAnyPath();
        Path inside = Files.move(chain, altered.resolve("d"));
        at.files.checkRoot();
        assertThat(at.alert(DeskLiveFiles.BLIND)).contains("cannot be compared");
        untie(Files.move(inside, chain));
    }

    /** Two chains of folders, one moved into the other: together they are longer than the system's paths. */
    private Path longerThanAnyPath() throws IOException {
        Path outer = chain("d");
        Files.move(chain("e"), innermost(outer).resolve("e"));
        return outer;
    }

    private Path chain(String name) throws IOException {
        Path first = folder.resolve(name);
        Files.createDirectories(innermost(first));
        return first;
    }

    private static Path innermost(Path first) {
        Path last = first;
        for (int i = 0; i < 9; i++) {
            last = last.resolve(LONG_NAME);
        }
        return last;
    }

    /** So that what cleans up after the test can reach it. */
    private void untie(Path outer) throws IOException {
        Files.move(innermost(outer).resolve("e"), folder.resolve("e"));
    }

    @Test
    void aPassInSmallPortionsComesToItsEnd() throws Exception {
        int portions = 0;
        while (!at.files.checkBytes(1)) {
            portions++;
            assertThat(portions).as("portions of three files").isLessThan(20);
        }
        assertThat(portions).isPositive();
    }

    @Test
    void afterAnAnswerThatFailedAllIsReadAnew() throws Exception {
        Path data = at.release().resolve("datos");
        Path aside = Files.move(data, folder.resolve("aside"));
        Files.createSymbolicLink(data, data);
        assertThat(at.files.checkBytes(Long.MAX_VALUE)).isTrue();
        Files.delete(data);
        Files.move(aside, data);
        GuardedHome.alterKeepingSizeAndTime(data.resolve("a.json"));
        at.files.checkBytes(Long.MAX_VALUE);
        assertThat(at.alert(DeskLiveFiles.ALTERED)).contains("datos/a.json (changed)");
        assertThat(data.getParent()).isNotEqualTo(at.release());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void noFileOfAReleaseThatIsNotLiveAnyMoreIsHeldOpen() throws Exception {
        at.files.checkBytes(1);
        Path before = at.release();
        assertThat(openBelow(before)).hasSize(1);
        at.arrive(Kind.SITE, 2, Map.of("index.html", "<h1>nuevo</h1>"));
        at.files.checkBytes(1);
        assertThat(openBelow(before)).isEmpty();
    }

    /** Nothing where another thread has closed it meanwhile. */
    private static String target(Path handle) throws IOException {
        try {
            return Files.readSymbolicLink(handle).toString();
        } catch (NoSuchFileException | NotLinkException e) {
            return "";
        }
    }

    private static List<String> openBelow(Path release) throws IOException {
        List<String> open = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            for (Path one : (Iterable<Path>) all::iterator) {
                open.add(target(one));
            }
        }
        return open.stream().filter(name -> name.startsWith(release + "/")).toList();
    }

    @Test
    void whatIsFoundInAReleaseThatIsNotLiveAnyMoreIsNobodysConcern() throws Exception {
        Release before = live();
        at.arrive(Kind.SITE, 2, Map.of("index.html", "<h1>nuevo</h1>"));
        Files.writeString(before.folder().resolve("x.php"), "<?php");
        at.files.altered(before, Inspection.of(before));
        assertThat(at.alerts.active()).isEmpty();
        assertThat(at.evidence()).isEmpty();
    }

    @Test
    void thatItIsBeingPutRightIsToldBeforeItIs() throws Exception {
        List<String> told = new ArrayList<>();
        at.root.whenMoved = () -> told.add(at.alert(DeskLiveFiles.ALTERED));
        Files.writeString(at.release().resolve("x.php"), "<?php");
        at.files.checkNames();
        assertThat(told).singleElement().asString().contains("x.php (added)", "it is being put right");
    }

    @Test
    void aPackageThatComesWhileEvidenceIsKeptIsNotReplaced() throws Exception {
        at.spaceAsked = () -> {
            at.spaceAsked = () -> {};
            newSite();
        };
        Files.writeString(at.release().resolve("x.php"), "<?php");
        at.files.checkNames();
        assertThat(at.live().resolve("index.html")).hasContent("<h1>nuevo</h1>");
        assertThat(at.alert(DeskLiveFiles.ALTERED))
                .contains("x.php (added)", "another release is live meanwhile")
                .doesNotContain("replaced by");
        assertThat(at.logged(DeskLiveFiles.ALTERED))
                .singleElement()
                .satisfies(
                        entry -> assertThat(entry.path("replacedBy").isNull()).isTrue());
    }

    private void newSite() {
        try {
            at.arrive(Kind.SITE, 2, Map.of("index.html", "<h1>nuevo</h1>"));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theOldestEvidenceMakesRoomForTheNewest() throws Exception {
        int most = GuardedHome.EVIDENCE.folders();
        for (int i = 0; i <= most; i++) {
            at.pass(Repairs.FORGOTTEN);
            Files.writeString(at.release().resolve("x" + i + ".php"), "<?php");
            at.files.checkNames();
        }
        assertThat(at.logged(DeskLiveFiles.ALTERED)).hasSize(most + 1);
        assertThat(at.evidence()).hasSize(most);
    }
}
