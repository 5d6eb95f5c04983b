package mx.difusor.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.archive.Retirement;
import mx.difusor.agent.cli.ArchiveAccess;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Verdict;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A drill's space is freed only where an export holds all of it, and nobody forgets that it was there. */
class ArchiveRetirementTest {

    @TempDir
    Path folder;

    private CareBench bench = unset();
    private Config config = unset();

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // set before each test
    private static <T> T unset() {
        return null;
    }

    @BeforeEach
    void exportADrill() throws Exception {
        bench = new CareBench(folder);
        config = bench.filled("home", 1, 2, 12);
        for (String name : new String[] {"out", "out.tar"}) {
            bench.rooms.export(config, CareBench.DRILL, folder.resolve(name), CareBench.SILENT);
        }
    }

    private ArchiveAccess.Retired retire(String event, String export) throws MachineException {
        return bench.rooms.retire(
                config, event, folder.resolve(export), "maria", "the drill is over", CareBench.SILENT);
    }

    private void expectRefused(String event, String export, String message) throws Exception {
        Map<String, Digest> before = CareBench.files(Wiring.home(config).root());
        assertThatThrownBy(() -> retire(event, export)).isInstanceOfSatisfying(MachineException.class, e -> {
            assertThat(e.code()).isEqualTo("retire-refused");
            assertThat(e).hasMessageContaining(message).hasMessageContaining("nothing was retired");
        });
        assertThat(CareBench.files(Wiring.home(config).root())).isEqualTo(before);
    }

    private Path drill() {
        return Wiring.home(config).archive().resolve(CareBench.DRILL);
    }

    @Test
    void theSpaceIsFreedAndTheRecordStays() throws Exception {
        Files.createDirectories(Wiring.home(config).releases().resolve("simulacro/000012"));
        ArchiveAccess.Retired retired = retire(CareBench.DRILL, "out.tar");

        assertThat(retired.packages()).isEqualTo(3);
        assertThat(CareBench.files(folder.resolve("out"))).containsEntry("SHA256SUMS", new Digest(retired.checksums()));
        assertThat(drill()).isDirectoryContaining("glob:**/retired.json");
        assertThat(CareBench.files(drill())).hasSize(1);
        assertThat(Wiring.home(config).releases().resolve("simulacro")).doesNotExist();
        assertThat(Files.readAllLines(Wiring.home(config).history()))
                .last()
                .asString()
                .contains(
                        "\"what\":\"retired\"",
                        "\"event\":\"simulacro\",\"packages\":3,\"bytes\":" + retired.bytes(),
                        "\"export\":\"" + retired.checksums(),
                        "\"by\":\"maria\",\"why\":\"the drill is over\"");
        try (Archive archive = bench.open(config)) {
            assertThat(archive.packages()).isEqualTo(3);
            assertThat(archive.problems()).isEmpty();
            Retirement retirement = archive.retirements().of(CareBench.DRILL).orElseThrow();
            assertThat(retirement.removing()).isFalse();
            assertThat(retirement.packages())
                    .extracting(Retirement.Gone::sequence)
                    .containsExactly(1L, 2L, 12L);
        }
        assertThat(bench.rooms.check(config, null, null, CareBench.SILENT).whole())
                .isTrue();
    }

    @Test
    void theEventThatIsPublishedStays() throws Exception {
        bench.rooms.export(config, CareBench.EVENT, folder.resolve("live.tar"), CareBench.SILENT);
        expectRefused(CareBench.EVENT, "live.tar", "pel is the event that is published");
    }

    @Test
    void theEventThatAnOperatorActivatedStays() throws Exception {
        Files.writeString(
                Wiring.home(config).activation(),
                "{\"event\":\"simulacro\",\"configured\":\"pel\",\"by\":\"ana\",\"why\":\"\","
                        + "\"at\":\"2024-06-02T20:00:00Z\"}");
        expectRefused(CareBench.DRILL, "out.tar", "simulacro is the event that is published");
    }

    @Test
    void theEventThatTheLiveRootShowsStays() throws Exception {
        Path release = Files.createDirectories(Wiring.home(config).releases().resolve("simulacro/000012"));
        Files.createSymbolicLink(config.publish().live(), release);
        expectRefused(CareBench.DRILL, "out.tar", "the live root shows simulacro");
    }

    @Test
    void anUndecidedPackageOfTheEventIsInTheWayAndOneOfAnotherIsNot() throws Exception {
        Path incoming = Files.createDirectories(Wiring.home(config).incoming().resolve("iee"));
        Candidate candidate = bench.pack(CareBench.DRILL, 13, "late");
        Path upload = incoming.resolve("late.zip");
        Files.copy(candidate.archive(), upload);
        expectRefused(CareBench.DRILL, "out.tar", "late.zip is a package of simulacro that is not decided yet");
        Files.copy(bench.pack(CareBench.EVENT, 13, "other").archive(), upload, StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(incoming.resolve("half.zip"), "half a package");
        assertThat(retire(CareBench.DRILL, "out.tar").packages()).isEqualTo(3);
    }

    @Test
    void anExportThatLacksABytesOfItIsRefused() throws Exception {
        try (Archive archive = bench.open(config)) {
            bench.accept(archive, CareBench.DRILL, 13);
        }
        expectRefused(CareBench.DRILL, "out.tar", "does not hold simulacro/13/");

        config = bench.filled("other", 1, 2, 12);
        expectRefused(CareBench.DRILL, "out.tar", "does not hold simulacro/1/");
    }

    @Test
    void aDamagedExportIsRefused() throws Exception {
        ArchiveExportTest.flip(folder.resolve("out/simulacro/12/corte ñ-12.zip"));
        expectRefused(CareBench.DRILL, "out", "does not hold simulacro/12/corte ñ-12.zip byte for byte");
    }

    /** Both were altered alike, so that the listed digest is that of the altered bytes. */
    @Test
    void anExportWhoseOwnListSaysOtherwiseIsRefused() throws Exception {
        Path sums = folder.resolve("out/SHA256SUMS");
        Files.writeString(
                sums, Files.readString(sums).replaceAll("[0-9a-f]{8}(?=[0-9a-f]{56}  simulacro/2/)", "00000000"));
        expectRefused(CareBench.DRILL, "out", "does not hold simulacro/2/");
    }

    @Test
    void itNeedsTheAgentStopped() throws Exception {
        try (HomeLock lock = HomeLock.take(Wiring.home(config), bench.disk)) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> retire(CareBench.DRILL, "out"))
                    .hasMessageContaining("`difusor archive retire` needs it stopped");
        }
    }

    @Test
    void whatACrashKeptFromBeingRemovedIsRemovedAtTheNextOpening() throws Exception {
        Path aside = folder.resolve("aside");
        bench.disk.createDirectories(aside, mx.difusor.agent.disk.Disk.Access.PRIVATE);
        Files.copy(drill().resolve("2/receipt.json"), aside.resolve("receipt.json"));
        retire(CareBench.DRILL, "out");
        Files.move(aside, drill().resolve("2"));
        Path tombstone = drill().resolve("retired.json");
        Files.writeString(tombstone, Files.readString(tombstone).replace("\"removing\":false", "\"removing\":true"));
        try (Archive archive = bench.open(config)) {
            assertThat(drill().resolve("2")).doesNotExist();
            assertThat(archive.problems()).isEmpty();
        }
        assertThat(tombstone).content().contains("\"removing\":false");
    }

    @Test
    void aPackageOfARetiredEventIsNeverTakenForNew() throws Exception {
        Candidate again = bench.pack(CareBench.DRILL, 2, "cut 2");
        assertThat(offline(again)).isInstanceOf(Verdict.Duplicate.class);
        retire(CareBench.DRILL, "out");
        assertThat(offline(again)).isInstanceOf(Verdict.Duplicate.class);
        assertThat(reason(bench.pack(CareBench.DRILL, 2, "another"))).isEqualTo(Reason.SEQUENCE_CONFLICT);
        assertThat(reason(bench.pack(CareBench.DRILL, 13, "new"))).isEqualTo(Reason.EVENT_UNKNOWN);
    }

    private Verdict offline(Candidate candidate) throws Exception {
        return new OfflineCheck(bench.disk, bench.clock).check(config, candidate);
    }

    private Reason reason(Candidate candidate) throws Exception {
        return ((Verdict.Rejected) offline(candidate)).reason();
    }

    @Test
    void anImportBringsTheEventBack() throws Exception {
        Map<String, Digest> before = CareBench.files(drill());
        retire(CareBench.DRILL, "out");
        assertThat(bench.rooms
                        .bringIn(config, folder.resolve("out"), "maria", CareBench.SILENT)
                        .imported())
                .isEqualTo(3);
        assertThat(CareBench.files(drill()).keySet()).isEqualTo(before.keySet());
        try (Archive archive = bench.open(config)) {
            assertThat(archive.retirements().of(CareBench.DRILL)).isEmpty();
        }
        assertThat(offline(bench.pack(CareBench.DRILL, 13, "new"))).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void whatIsNotBackStaysRetired() throws Exception {
        retire(CareBench.DRILL, "out");
        ArchiveExportTest.flip(folder.resolve("out/simulacro/2/receipt.json"));
        assertThat(bench.rooms
                        .bringIn(config, folder.resolve("out"), "maria", CareBench.SILENT)
                        .refused())
                .hasSize(1);
        for (int i = 0; i < 2; i++) {
            try (Archive archive = bench.open(config)) {
                assertThat(archive.retirements()
                                .of(CareBench.DRILL)
                                .orElseThrow()
                                .packages())
                        .extracting(Retirement.Gone::sequence)
                        .containsExactly(2L);
                assertThat(archive.history(CareBench.DRILL).packages()).hasSize(2);
            }
        }
        assertThat(offline(bench.pack(CareBench.DRILL, 2, "cut 2"))).isInstanceOf(Verdict.Duplicate.class);
    }

    @Test
    void whatIsGoneHereIsRetiredWhereTheExportHoldsIt() throws Exception {
        bench.disk.deleteTree(drill().resolve("2"));
        assertThat(retire(CareBench.DRILL, "out").packages()).isEqualTo(3);
        try (Archive archive = bench.open(config)) {
            assertThat(archive.problems()).isEmpty();
        }
    }

    @Test
    void anEventWhoseFolderIsGoneIsRetiredWhereTheExportHoldsIt() throws Exception {
        bench.disk.deleteTree(drill());
        assertThat(retire(CareBench.DRILL, "out.tar").packages()).isEqualTo(3);
        try (Archive archive = bench.open(config)) {
            assertThat(archive.problems()).isEmpty();
        }
    }

    /** What is gone here can be compared with nothing but what the index knows. */
    @Test
    void whatIsGoneHereAndNotWholeInTheExportIsRefused() throws Exception {
        bench.disk.deleteTree(drill().resolve("2"));
        Path exported = folder.resolve("out/simulacro/2");
        for (String file : List.of("corte ñ-2.zip", "corte ñ-2.zip.p7s", "receipt.json")) {
            Path aside = Files.move(exported.resolve(file), folder.resolve("aside"));
            expectNotWhole();
            Files.move(aside, exported.resolve(file));
        }
        Path sums = folder.resolve("out/SHA256SUMS");
        String listed = Files.readString(sums);
        expectNotWholeListing(sums, listed, "0".repeat(64));
        Files.writeString(sums, listed);
        ArchiveExportTest.flip(exported.resolve("corte ñ-2.zip"));
        expectNotWhole();
        byte[] flipped = Files.readAllBytes(exported.resolve("corte ñ-2.zip"));
        expectNotWholeListing(sums, listed, Digest.ofContent(flipped).hex());
    }

    private void expectNotWholeListing(Path sums, String listed, String digest) throws Exception {
        String altered = listed.replaceAll("[0-9a-f]{64}(?=  simulacro/2/corte ñ-2.zip\\n)", digest);
        assertThat(altered).isNotEqualTo(listed);
        Files.writeString(sums, altered);
        expectNotWhole();
    }

    private void expectNotWhole() {
        assertThatThrownBy(() -> retire(CareBench.DRILL, "out")).isInstanceOfSatisfying(MachineException.class, e -> {
            assertThat(e.code()).isEqualTo("retire-refused");
            assertThat(e).hasMessageContaining("the files of simulacro/2 are gone here");
        });
    }

    @Test
    void anotherPackageDoesNotComeInUnderASequenceOfARetiredEvent() throws Exception {
        Config other = bench.home("other", CareBench.EVENT);
        try (Archive archive = bench.open(other)) {
            bench.accept(archive, bench.pack(CareBench.DRILL, 2, "another"));
        }
        bench.rooms.export(other, CareBench.DRILL, folder.resolve("other.tar"), CareBench.SILENT);
        retire(CareBench.DRILL, "out");
        assertThat(bench.rooms
                        .bringIn(config, folder.resolve("other.tar"), "maria", CareBench.SILENT)
                        .refused())
                .singleElement()
                .satisfies(one -> assertThat(one.code()).isEqualTo("sequence-conflict"));
    }
}
