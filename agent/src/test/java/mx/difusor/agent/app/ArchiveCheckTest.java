package mx.difusor.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.archive.ArchiveInspection;
import mx.difusor.agent.archive.HistoryCheck;
import mx.difusor.agent.cli.ArchiveAccess;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.desk.StoredPackage;
import mx.difusor.agent.model.HistoryHead;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that end early come round to everything; what is no longer as it was accepted is named. */
class ArchiveCheckTest {

    private static final HistoryCheck FINE = new HistoryCheck(HistoryHead.NONE, List.of());

    @TempDir
    Path folder;

    private CareBench bench = unset();
    private Config config = unset();
    private Instant now = Instant.EPOCH;

    /** Each look at the clock takes so long. */
    private Duration step = Duration.ofSeconds(1);

    private long nanos;

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // set before each test
    private static <T> T unset() {
        return null;
    }

    @BeforeEach
    void fill() throws Exception {
        bench = new CareBench(folder);
        config = bench.filled("home", 1, 2, 3, 4);
        now = bench.began.plusSeconds(3600);
    }

    private ArchiveAccess.Checked run(@Nullable String event, @Nullable Duration most) throws Exception {
        now = now.plusSeconds(1);
        StoredPackage stored = new StoredPackage(Wiring.authenticator(config), Wiring.reader());
        try (ArchiveInspection archive = inspect()) {
            return new ArchiveCheck(stored, Clock.fixed(now, ZoneOffset.UTC), () -> nanos += step.toNanos())
                    .run(archive, event, most, FINE, CareBench.SILENT);
        }
    }

    private ArchiveInspection inspect() throws Exception {
        return ArchiveInspection.open(Wiring.home(config), bench.disk, Wiring.manifests(Wiring.reader()));
    }

    private List<String> oldestFirst() throws Exception {
        List<String> found = new ArrayList<>();
        try (ArchiveInspection archive = inspect()) {
            archive.oldestChecked(null, 99)
                    .forEach(one -> found.add(
                            one.manifest().event() + " " + one.manifest().sequence()));
        }
        return found;
    }

    @Test
    void aRunThatEndsEarlyIsGoneOnWithByTheNext() throws Exception {
        List<String> before = oldestFirst();
        assertThat(before).hasSize(8);
        ArchiveAccess.Checked first = run(null, Duration.ofSeconds(4));
        assertThat(first.packages()).isEqualTo(3);
        assertThat(oldestFirst().subList(0, 5)).isEqualTo(before.subList(3, 8));
        assertThat(oldestFirst().subList(5, 8)).isEqualTo(before.subList(0, 3));
        assertThat(run(null, Duration.ofSeconds(6)).packages()).isEqualTo(5);
        assertThat(oldestFirst()).isEqualTo(before);
    }

    @Test
    void itSaysWhenEverythingWillHaveBeenRead() throws Exception {
        ArchiveAccess.Share share = run(null, Duration.ofSeconds(3)).share();
        assertThat(share).isNotNull();
        assertThat(java.util.Objects.requireNonNull(share).packages()).isEqualTo(8);
        assertThat(share.runs()).isBetween(4L, 5L);
        // Two of eight took four looks at the clock.
        assertThat(share.all()).isBetween(Duration.ofSeconds(14), Duration.ofSeconds(18));
        assertThat(run(null, null).share()).isNull();
        assertThat(run(null, Duration.ofHours(1)).share()).as("time for all").isNull();
    }

    @Test
    void atLeastOnePackageIsReadHoweverShortTheTime() throws Exception {
        step = Duration.ofHours(1);
        assertThat(run(null, Duration.ofSeconds(1)).packages()).isEqualTo(1);
    }

    @Test
    void whatIsDamagedIsNamedAndRemembered() throws Exception {
        ArchiveExportTest.flip(Wiring.home(config).archive().resolve("pel/2/corte ñ-2.zip"));
        assertThat(run(CareBench.DRILL, null).damaged()).isEmpty();
        assertThat(run(CareBench.EVENT, null).damaged())
                .singleElement()
                .satisfies(one -> assertThat(one.event() + " " + one.sequence()).isEqualTo("pel 2"));
        try (ArchiveInspection archive = inspect()) {
            assertThat(archive.damages()).containsOnlyKeys("archive/pel/2");
        }
    }

    @Test
    void foldersWithoutARowAndRowsWithoutAFolderAreNamed() throws Exception {
        Path events = Wiring.home(config).archive();
        bench.disk.deleteTree(events.resolve("pel/3"));
        Files.createDirectories(events.resolve("pel/77"));
        Files.createDirectories(events.resolve("pel/.new-1"));
        List<ArchiveAccess.Damage> damaged = run(null, null).damaged();
        assertThat(damaged).extracting(ArchiveAccess.Damage::sequence).containsExactly(77L, 3L);
        assertThat(damaged.get(0).message()).contains("archive/pel/77 is not in the index");
        assertThat(damaged.get(1).message()).contains("gone");
        assertThat(run(CareBench.DRILL, null).damaged()).isEmpty();
    }

    /** Whoever knows nothing of retirements would miss them: the log says that they were accepted. */
    @Test
    void packagesOfARetiredEventAreNotMissedButThoseThatVanishAre() throws Exception {
        bench.rooms.export(config, CareBench.DRILL, folder.resolve("out"), CareBench.SILENT);
        bench.disk.deleteTree(Wiring.home(config).archive().resolve("pel/1"));
        try (Archive archive = bench.open(config)) {
            assertThat(archive.history(CareBench.EVENT).packages()).hasSize(4);
        }
        bench.rooms.retire(config, CareBench.DRILL, folder.resolve("out"), "maria", "over", CareBench.SILENT);
        ArchiveAccess.Checked checked = bench.rooms.check(config, null, null, CareBench.SILENT);
        assertThat(checked.alterations()).isEmpty();
        assertThat(checked.damaged()).singleElement().satisfies(one -> {
            assertThat(one.event() + " " + one.sequence()).isEqualTo("pel 1");
            assertThat(one.message()).contains("gone");
        });
    }
}
