package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.publish.Release;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The live files against clumsy and wicked hands: found, told, kept, put right. */
@Timeout(120)
class DeskLiveFilesTest {

    private static final Map<String, String> FILES =
            Map.of("index.html", "<h1>sitio</h1>", "datos/votos.json", "{\"votos\": 12345}", "datos/b.json", "[1, 2]");

    @TempDir
    Path folder;

    private GuardedHome at = unset();

    @SuppressWarnings("NullAway") // set before each test
    private static GuardedHome unset() {
        return null;
    }

    @BeforeEach
    void open() throws Exception {
        at = new GuardedHome(folder, true);
        at.arrive(Kind.SITE, 1, FILES);
        at.beats();
    }

    @AfterEach
    void close() throws Exception {
        at.close();
    }

    private interface Alteration {
        void alter(Path release) throws Exception;
    }

    private record Hand(String name, String told, boolean copied, Alteration alteration) {}

    private static final List<Hand> HANDS = List.of(
            new Hand(
                    "changed keeping size and time",
                    "datos/votos.json (changed)",
                    true,
                    release -> GuardedHome.alterKeepingSizeAndTime(release.resolve("datos/votos.json"))),
            new Hand(
                    "truncated",
                    "datos/votos.json (changed)",
                    true,
                    release -> Files.writeString(release.resolve("datos/votos.json"), "{")),
            new Hand(
                    "added",
                    "datos/x.php (added)",
                    true,
                    release -> Files.writeString(release.resolve("datos/x.php"), "<?php")),
            new Hand(
                    "added folder", "nuevo (added)", false, release -> Files.createDirectory(release.resolve("nuevo"))),
            new Hand("missing", "index.html (missing)", false, release -> Files.delete(release.resolve("index.html"))),
            new Hand("symlink in place", "index.html (changed)", false, release -> {
                Files.delete(release.resolve("index.html"));
                Files.createSymbolicLink(release.resolve("index.html"), Path.of("/etc/hostname"));
            }),
            new Hand(
                    "mode closed",
                    "index.html (changed)",
                    true,
                    release -> Files.setPosixFilePermissions(
                            release.resolve("index.html"), PosixFilePermissions.fromString("rw-------"))),
            new Hand(
                    "release folder deleted",
                    "the whole folder (missing)",
                    false,
                    release -> new LocalDisk().deleteTree(release)));

    @TestFactory
    List<DynamicTest> whateverAHandDoesIsFoundToldKeptAndPutRight() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Hand hand : HANDS) {
            tests.add(DynamicTest.dynamicTest(hand.name(), () -> {
                at.pass(Repairs.FORGOTTEN);
                assertPutRight(hand);
            }));
        }
        return tests;
    }

    private void assertPutRight(Hand hand) throws Exception {
        Map<String, String> right = at.page();
        Path altered = at.release();
        int incidents = at.logged(DeskLiveFiles.ALTERED).size();
        Set<Path> before = Set.copyOf(at.evidence());
        hand.alteration().alter(altered);

        at.beats();

        assertThat(at.page()).isEqualTo(right);
        assertThat(at.release()).isNotEqualTo(altered);
        String by = "pel/" + at.release().getFileName();
        assertThat(at.alert(DeskLiveFiles.ALTERED))
                .contains("altered the live release pel/" + altered.getFileName() + ": " + hand.told())
                .contains("replaced by " + by)
                .as("one alone was altered")
                .doesNotContain(" more");
        List<Path> kept = new ArrayList<>(at.evidence());
        kept.removeAll(before);
        assertThat(kept).hasSize(1);
        assertThat(at.alert(DeskLiveFiles.ALTERED)).contains(kept.get(0).toString());
        JsonNode incident = GuardedHome.incident(kept.get(0));
        assertThat(incident.path("replacedBy").asText()).isEqualTo(by);
        assertThat(incident.at("/files/0/copy").isTextual()).isEqualTo(hand.copied());
        if (hand.copied()) {
            String path = incident.at("/files/0/path").asText();
            assertThat(kept.get(0).resolve("1")).hasSameBinaryContentAs(altered.resolve(path));
        }
        List<JsonNode> logged = at.logged(DeskLiveFiles.ALTERED);
        assertThat(logged).hasSize(incidents + 1);
        assertThat(logged.get(incidents).path("replacedBy").asText()).isEqualTo(by);
        assertThat(logged.get(incidents).path("evidence").asText())
                .isEqualTo(kept.get(0).getFileName().toString());
        assertThat(logged.get(incidents).at("/files/0/expected").asText()).isNotEmpty();
        at.beats();
        assertThat(at.logged(DeskLiveFiles.ALTERED)).as("once").hasSize(incidents + 1);
    }

    @Test
    void aLiveRootThatWasMovedOrDeletedIsPointedBack() throws Exception {
        Path right = at.release();
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.delete(at.live());
        at.guard.tick();
        assertThat(at.release()).isEqualTo(right);
        assertThat(at.alert(DeskLiveFiles.ALTERED)).contains("the live root pointed at nothing");
        Files.delete(at.live());
        Files.createSymbolicLink(at.live(), elsewhere);
        at.guard.tick();
        assertThat(at.release()).isEqualTo(right);
        assertThat(at.alert(DeskLiveFiles.ALTERED)).contains("the live root pointed at " + elsewhere);
        assertThat(at.logged("root-moved")).hasSize(2);
    }

    @Test
    void aLiveRootThatIsMovedAgainAndAgainIsPutRightEachTimeButNotToldEachTime() throws Exception {
        Path right = at.release();
        for (int i = 0; i < 20; i++) {
            Files.delete(at.live());
            at.guard.tick();
            assertThat(at.release()).isEqualTo(right);
        }
        assertThat(at.logged("root-moved")).hasSize(Repairs.AT_ONCE);
    }

    @Test
    void aFolderInPlaceOfTheLiveRootIsToldUntilSomebodyTakesItAway() throws Exception {
        Files.delete(at.live());
        Files.createDirectory(at.live());
        at.guard.tick();
        assertThat(at.alert("live-root-occupied")).contains("not a link");
        assertThat(at.live()).isEmptyDirectory();
        Files.delete(at.live());
        at.guard.tick();
        assertThat(at.live().resolve("index.html")).hasContent("<h1>sitio</h1>");
        at.guard.tick();
        assertThat(at.alert("live-root-occupied")).isEmpty();
    }

    @Test
    void aFileThatWasAlteredBeforeANewPackageCameIsFoundInTheNewRelease() throws Exception {
        Path shared = at.release().resolve("datos/votos.json");
        GuardedHome.alterKeepingSizeAndTime(shared);
        at.arrive(Kind.DATA, 2, Map.of("datos/b.json", "[3]"));
        assertThat(at.live().resolve("datos/votos.json"))
                .as("linked, so altered too")
                .hasSameBinaryContentAs(shared);
        at.beats();
        assertThat(at.live().resolve("datos/votos.json")).hasContent("{\"votos\": 12345}");
        assertThat(at.live().resolve("datos/b.json")).hasContent("[3]");
        assertThat(at.alert(DeskLiveFiles.ALTERED)).contains("datos/votos.json (changed)");
        at.arrive(Kind.DATA, 3, Map.of("datos/b.json", "[4]"));
        assertThat(at.live().resolve("datos/votos.json")).hasContent("{\"votos\": 12345}");
    }

    @Test
    void aPackageThatComesWhileOneReleaseIsReadIsNotReplacedByIt() throws Exception {
        at.files.checkBytes(1);
        GuardedHome.alterKeepingSizeAndTime(at.release().resolve("index.html"));
        at.arrive(Kind.SITE, 2, Map.of("index.html", "<h1>nuevo</h1>"));
        Path now = at.release();
        at.beats();
        assertThat(at.release()).isEqualTo(now);
        assertThat(at.live().resolve("index.html")).hasContent("<h1>nuevo</h1>");
    }

    @Test
    void aReplacementThatWasAskedForTooLateReplacesNothing() throws Exception {
        Release before = (Release) Objects.requireNonNull(at.files.release());
        at.arrive(Kind.SITE, 2, Map.of("index.html", "<h1>nuevo</h1>"));
        Path now = at.release();
        assertThat(at.deciding.call(() -> Optional.ofNullable(at.publication.replace(before))))
                .isEmpty();
        assertThat(at.release()).isEqualTo(now);
    }

    @Test
    void whatIsAlteredAgainAndAgainIsPutRightWithGrowingPauses() throws Exception {
        for (int i = 0; i < 20; i++) {
            GuardedHome.alterKeepingSizeAndTime(at.release().resolve("index.html"));
            at.beats();
        }
        assertThat(at.logged(DeskLiveFiles.ALTERED)).hasSize(Repairs.AT_ONCE);
        assertThat(at.evidence()).as("of each time").hasSize(Repairs.AT_ONCE);
        assertThat(at.alert(DeskLiveFiles.ALTERED)).contains("3 times in a row").contains("every 1 min");
        at.alerts.clear(DeskLiveFiles.ALTERED);
        at.beats();
        assertThat(at.alert(DeskLiveFiles.ALTERED)).as("told once").isEmpty();
        Path altered = at.release();
        at.pass(Repairs.FIRST_PAUSE);
        at.beats();
        assertThat(at.release()).isNotEqualTo(altered);
        assertThat(at.live().resolve("index.html")).hasContent("<h1>sitio</h1>");
    }

    @Test
    void aDamagedArchiveMakesNothingWorseAndAMendedOnePutsThePageRight() throws Exception {
        byte[] good = Files.readAllBytes(at.archived(1));
        GuardedHome.alterKeepingSizeAndTime(at.archived(1));
        Path before = at.release();
        GuardedHome.alterKeepingSizeAndTime(before.resolve("index.html"));
        for (int i = 0; i < 20; i++) {
            at.beats();
            at.pass(Duration.ofMinutes(1));
        }
        assertThat(at.release()).isEqualTo(before);
        assertThat(at.alert("release-failed")).contains("p1.zip is damaged");
        assertThat(at.alert(DeskLiveFiles.ALTERED)).contains("index.html (changed)", "it cannot be put right");
        assertThat(at.evidence()).as("kept once").hasSize(1);
        assertThat(at.logged(DeskLiveFiles.ALTERED))
                .as("logged once")
                .singleElement()
                .satisfies(
                        entry -> assertThat(entry.path("replacedBy").isNull()).isTrue());
        try (var releases = Files.list(before.getParent())) {
            assertThat(releases.map(path -> path.getFileName().toString()))
                    .as("nothing half built")
                    .noneMatch(name -> name.startsWith(".") || name.contains("-r"));
        }

        Files.write(at.archived(1), good);
        at.pass(Repairs.LONGEST_PAUSE);
        at.beats();
        assertThat(at.live().resolve("index.html")).hasContent("<h1>sitio</h1>");
        assertThat(at.alert("release-failed")).isEmpty();
        assertThat(at.logged(DeskLiveFiles.ALTERED))
                .as("that it is right again")
                .hasSize(2);
    }

    @Test
    void whatAHandPutRightIsNoAlertAnyMoreAndIsNewWhenItHappensAgain() throws Exception {
        GuardedHome.alterKeepingSizeAndTime(at.archived(1));
        Path index = at.release().resolve("index.html");
        GuardedHome.alterKeepingSizeAndTime(index);
        at.files.checkBytes(Long.MAX_VALUE);
        assertThat(at.alert("release-failed")).contains("p1.zip is damaged");
        GuardedHome.alterKeepingSizeAndTime(index);
        at.files.checkNames();
        assertThat(at.alert("release-failed")).as("its bytes were not read yet").isNotEmpty();
        at.files.checkBytes(Long.MAX_VALUE);
        assertThat(at.alert("release-failed")).isEmpty();
        GuardedHome.alterKeepingSizeAndTime(index);
        at.files.checkBytes(Long.MAX_VALUE);
        assertThat(at.evidence()).hasSize(2);
    }

    @Test
    void whatOnlySomeLooksFindRightIsAnAlertStill() throws Exception {
        GuardedHome.alterKeepingSizeAndTime(at.archived(1));
        at.files.checkBytes(1); // a pass that has begun
        Path added = Files.writeString(at.release().resolve("x.php"), "<?php");
        at.files.checkNames();
        assertThat(at.alert("release-failed")).isNotEmpty();
        at.files.checkBytes(Long.MAX_VALUE);
        at.files.checkBytes(Long.MAX_VALUE);
        assertThat(at.alert("release-failed")).as("names are not right").isNotEmpty();
        at.pass(Repairs.LONGEST_PAUSE);
        at.files.checkBytes(1);
        at.files.checkNames(); // which fails again
        Files.delete(added);
        at.files.checkNames();
        at.files.checkBytes(Long.MAX_VALUE);
        assertThat(at.alert("release-failed")).as("that pass had begun before").isNotEmpty();
        at.files.checkBytes(Long.MAX_VALUE);
        assertThat(at.alert("release-failed")).isEmpty();
    }

    @Test
    void whatPublicationCouldNotDoIsNotEndedByTheGuard() throws Exception {
        at.arriveUnbuildable(2, Map.of("index.html", "<h1>nuevo</h1>"));
        Path index = at.release().resolve("index.html");
        GuardedHome.alterKeepingSizeAndTime(at.archived(1));
        GuardedHome.alterKeepingSizeAndTime(index);
        at.files.checkBytes(Long.MAX_VALUE);
        GuardedHome.alterKeepingSizeAndTime(index);
        at.beats();
        assertThat(at.publication.pending()).isNotNull();
        assertThat(at.alert("release-failed")).isNotEmpty();
    }

    @Test
    void aNewCutTakesNothingFromAnAlteredPageThatCouldNotBePutRight() throws Exception {
        GuardedHome.alterKeepingSizeAndTime(at.archived(1));
        GuardedHome.alterKeepingSizeAndTime(at.release().resolve("datos/votos.json"));
        at.beats();
        assertThat(at.alert("release-failed")).isNotEmpty();
        at.arrive(Kind.SITE, 2, Map.of("index.html", "<h1>nuevo</h1>", "datos/votos.json", "{\"votos\": 12345}"));
        assertThat(at.live().resolve("index.html")).hasContent("<h1>nuevo</h1>");
        assertThat(at.live().resolve("datos/votos.json")).hasContent("{\"votos\": 12345}");
    }

    @Test
    void norFromOneThatIsToBePutRightOnlyAfterAPause() throws Exception {
        for (int i = 0; i <= Repairs.AT_ONCE; i++) {
            GuardedHome.alterKeepingSizeAndTime(at.release().resolve("datos/votos.json"));
            at.beats();
        }
        assertThat(at.alert(DeskLiveFiles.ALTERED)).contains("3 times in a row");
        at.arrive(Kind.DATA, 2, Map.of("datos/b.json", "[3]"));
        assertThat(at.live().resolve("datos/b.json")).hasContent("[3]");
        assertThat(at.live().resolve("datos/votos.json")).hasContent("{\"votos\": 12345}");
    }

    @Test
    void norAfterAStartBeforeItsBytesWereRead() throws Exception {
        GuardedHome.alterKeepingSizeAndTime(at.release().resolve("datos/votos.json"));
        at.restart();
        at.arrive(Kind.DATA, 2, Map.of("datos/b.json", "[3]"));
        assertThat(at.live().resolve("datos/votos.json")).hasContent("{\"votos\": 12345}");
    }

    @Test
    void aPassThatFoundNothingProvesWhatItRead() throws Exception {
        at.restart();
        at.guard.tick();
        GuardedHome.alterKeepingSizeAndTime(at.release().resolve("datos/votos.json"));
        Path shared = at.release().resolve("datos/votos.json");
        at.arrive(Kind.DATA, 2, Map.of("datos/b.json", "[3]"));
        assertThat(at.live().resolve("datos/votos.json"))
                .as("linked without being read again")
                .hasSameBinaryContentAs(shared);
    }

    @Test
    void anotherWholePackageInThePlaceOfTheArchivedOneIsNotPublished() throws Exception {
        at.arrive(Kind.SITE, 2, Map.of("index.html", "<h1>falso</h1>", "datos/votos.json", "{\"votos\": 54321}"));
        at.arrive(Kind.SITE, 3, FILES);
        Files.copy(at.archived(2), at.archived(3), StandardCopyOption.REPLACE_EXISTING);
        Path before = at.release();
        Files.writeString(before.resolve("datos/extra.json"), "{}");
        at.beats();
        assertThat(at.release()).isEqualTo(before);
        assertThat(at.alert("release-failed")).contains("not those of its receipt");
    }

    @Test
    void anAlteredPageIsPutRightThoughTheNewestPackageCannotBeShown() throws Exception {
        at.arriveUnbuildable(2, Map.of("index.html", "<h1>nuevo</h1>"));
        assertThat(at.alert("release-failed")).isNotEmpty();
        GuardedHome.alterKeepingSizeAndTime(at.archived(2));
        GuardedHome.alterKeepingSizeAndTime(at.release().resolve("index.html"));
        Files.delete(at.live());
        at.beats();
        assertThat(at.live().resolve("index.html")).hasContent("<h1>sitio</h1>");
    }

    @Test
    void theWaitingPageAndANoticeAreGuardedToo() throws Exception {
        at.arrive(Kind.NOTICE, 2, Map.of("index.html", "<h1>aviso</h1>"));
        GuardedHome.alterKeepingSizeAndTime(at.release().resolve("index.html"));
        at.beats();
        assertThat(at.live().resolve("index.html")).hasContent("<h1>aviso</h1>");

        Path other = Files.createDirectory(folder.resolve("waiting"));
        try (GuardedHome waiting = new GuardedHome(other, false)) {
            Map<String, String> right = waiting.page();
            GuardedHome.alterKeepingSizeAndTime(waiting.release().resolve("index.html"));
            waiting.beats();
            assertThat(waiting.page()).isEqualTo(right);
            assertThat(waiting.alert(DeskLiveFiles.ALTERED)).contains("index.html (changed)");
        }
    }

    @Test
    void whatWasAlteredWhileTheAgentWasDownIsTold() throws Exception {
        Files.writeString(at.release().resolve("index.html"), "<h1>ajeno</h1>");
        GuardedHome.alterKeepingSizeAndTime(at.release().resolve("datos/b.json"));
        at.restart();
        assertThat(at.live().resolve("index.html"))
                .as("right before anybody asks")
                .hasContent("<h1>sitio</h1>");
        at.beats();
        assertThat(at.alert(DeskLiveFiles.ALTERED))
                .contains("index.html (changed)")
                .contains("replaced by");
        assertThat(at.evidence()).hasSize(1);
        assertThat(at.evidence().get(0).resolve("1")).hasContent("<h1>ajeno</h1>");
        assertThat(at.live().resolve("datos/b.json")).hasContent("[1, 2]");
        assertThat(at.logged(DeskLiveFiles.ALTERED))
                .singleElement()
                .satisfies(entry -> assertThat(entry.path("replacedBy").asText())
                        .isEqualTo("pel/" + at.release().getFileName()));
    }

    @Test
    void whatOnlyItsBytesTellIsFoundAfterAStartToo() throws Exception {
        GuardedHome.alterKeepingSizeAndTime(at.release().resolve("index.html"));
        at.restart();
        at.guard.tick();
        assertThat(at.live().resolve("index.html")).hasContent("<h1>sitio</h1>");
    }

    @Test
    void aNameThatSomebodyElseChoseDoesNotForgeALineOfTheLog() throws Exception {
        Files.createFile(at.release().resolve("x\n2026 INFO all is well"));
        at.beats();
        assertThat(at.alert(DeskLiveFiles.ALTERED)).contains("x?2026 INFO all is well (added)");
        for (int i = 0; i < 10; i++) {
            Files.createFile(at.release().resolve("y" + i));
        }
        at.beats();
        assertThat(at.alert(DeskLiveFiles.ALTERED)).contains("and 5 more");
    }

    @Test
    void lookingDoesNotWaitForTheDecidingThreadNorKeepItBusy() throws Exception {
        CountDownLatch free = new CountDownLatch(1);
        ExecutorService busy = Executors.newSingleThreadExecutor();
        try {
            Future<?> held = busy.submit(() -> at.deciding.call(() -> free.await(100, TimeUnit.SECONDS)));
            at.beats();
            assertThat(held.isDone()).isFalse();
            free.countDown();
            assertThat(held.get()).isEqualTo(true);
        } finally {
            busy.shutdown();
        }
    }

    @Test
    void filesThatCannotBeReadAreAnAlertOfTheirOwnAndReplaceNothing() throws Exception {
        Path data = at.release().resolve("datos");
        Path aside = folder.resolve("aside");
        Path before = at.release();
        Files.move(data, aside);
        Files.createSymbolicLink(data, data); // the system answers with an error for every path through it
        assertThat(at.files.checkBytes(Long.MAX_VALUE)).isTrue();
        assertThat(at.alert(DeskLiveFiles.BLIND)).contains("cannot be compared");
        assertThat(at.release()).isEqualTo(before);
        Files.delete(data);
        Files.move(aside, data);
        assertThat(at.files.checkBytes(Long.MAX_VALUE)).isTrue();
        assertThat(at.alert(DeskLiveFiles.BLIND)).isEmpty();
    }

    @Test
    void evidenceThatCannotBeKeptDoesNotKeepThePageWrong() throws Exception {
        new LocalDisk().deleteTree(at.home.evidence());
        Files.createFile(at.home.evidence());
        Files.writeString(at.release().resolve("index.html"), "<h1>ajeno</h1>");
        at.beats();
        assertThat(at.live().resolve("index.html")).hasContent("<h1>sitio</h1>");
        assertThat(at.alert(DeskLiveFiles.ALTERED)).contains("replaced by").doesNotContain("is kept in");
    }
}
