package mx.difusor.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.config.ConfigReader;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code difusor verify} says what the desk would say. */
class OfflineCheckTest {

    @TempDir
    Path folder;

    private static Verdict check(CareBench bench, Config config, Candidate candidate) throws Exception {
        return new OfflineCheck(bench.disk, bench.clock).check(config, candidate);
    }

    @ParameterizedTest
    @CsvSource({
        "pel, true, so this is a test, but pel is a real event",
        "simulacro, false, so this is no test, but simulacro is a drill",
    })
    void aTestAmongTheResultsOfAnElectionIsRefusedAndAnElectionAmongThoseOfADrill(
            String event, boolean states, String message) throws Exception {
        CareBench bench = new CareBench(folder);
        Config config = bench.home("home", CareBench.EVENT);
        Map<String, Digest> before = CareBench.files(folder.resolve("home"));

        Verdict wrong = check(bench, config, bench.pack(event, 1, Map.of("a.json", "{\"simulacro\": " + states + "}")));
        Verdict right =
                check(bench, config, bench.pack(event, 1, Map.of("a.json", "{\"simulacro\": " + !states + "}")));

        assertThat(wrong).isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo(Reason.CUT_INVALID);
            assertThat(rejected.message()).contains(message);
            assertThat(rejected.manifest()).isNotNull();
        });
        assertThat(right).isInstanceOf(Verdict.Accepted.class);
        assertThat(CareBench.files(folder.resolve("home"))).isEqualTo(before);
    }

    @Test
    void anEventThatIsNotConfiguredIsUnknownWhateverThePackageStates() throws Exception {
        CareBench bench = new CareBench(folder);
        Candidate candidate = bench.pack("otro", 1, Map.of("a.json", "{\"simulacro\": true}"));

        assertThat(check(bench, bench.home("home", CareBench.EVENT), candidate))
                .isInstanceOfSatisfying(
                        Verdict.Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(Reason.EVENT_UNKNOWN));
    }

    @Test
    void whatTheArchiveHasNoRoomForIsRefused() throws Exception {
        CareBench bench = new CareBench(folder);
        Config config = bench.filled("home", 1);
        Path yaml = folder.resolve("home/difusor.yaml");
        Candidate candidate = bench.pack(CareBench.EVENT, 2, "cut 2");
        assertThat(check(bench, config, candidate)).isInstanceOf(Verdict.Accepted.class);

        Files.writeString(yaml, Files.readString(yaml) + "archive: {budget: 1MB}\n");
        assertThat(check(bench, ConfigReader.read(yaml), candidate)).isInstanceOf(Verdict.Accepted.class);
        Candidate large = bench.pack(CareBench.EVENT, 2, noise(1_100_000));
        assertThat(check(bench, ConfigReader.read(yaml), large))
                .isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> {
                    assertThat(rejected.reason()).isEqualTo(Reason.BUDGET_EXCEEDED);
                    assertThat(rejected.message())
                            .matches("the package has \\d+ bytes, but only 9\\d{5} of the archive's budget are left;"
                                    + " ask the difusor to raise archive.budget");
                });
        Candidate unsigned = new Candidate("iee", large.name(), large.archive(), List.of(), null, bench.began);
        assertThat(reason(check(bench, ConfigReader.read(yaml), unsigned)))
                .as("room is asked about before signatures")
                .isEqualTo(Reason.BUDGET_EXCEEDED);
        assertThat(reason(check(bench, config, unsigned))).isEqualTo(Reason.SIGNATURE_MISSING);
    }

    @Test
    void whatIsKeptAlreadyTakesNoRoom() throws Exception {
        CareBench bench = new CareBench(folder);
        Config config = bench.home("home", CareBench.EVENT);
        Candidate kept = bench.pack(CareBench.EVENT, 1, noise(600_000));
        try (Archive archive = bench.open(config)) {
            bench.accept(archive, kept);
        }
        Path yaml = folder.resolve("home/difusor.yaml");
        Files.writeString(yaml, Files.readString(yaml) + "archive: {budget: 1MB}\n");
        Config full = ConfigReader.read(yaml);
        assertThat(check(bench, full, kept)).isInstanceOf(Verdict.Duplicate.class);

        byte[] bytes = Files.readAllBytes(kept.archive());
        bytes[bytes.length / 2] ^= 1;
        Files.write(kept.archive(), bytes);
        assertThat(reason(check(bench, full, kept))).isEqualTo(Reason.BUDGET_EXCEEDED);
    }

    @Test
    void norDoesWhatWasKeptUntilItsEventWasRetired() throws Exception {
        CareBench bench = new CareBench(folder);
        Config config = bench.home("home", CareBench.EVENT);
        Candidate gone = bench.pack(CareBench.DRILL, 1, noise(600_000));
        try (Archive archive = bench.open(config)) {
            bench.accept(archive, gone);
            bench.accept(archive, bench.pack(CareBench.EVENT, 1, noise(500_000)));
        }
        Path export = folder.resolve("out.tar");
        bench.rooms.export(config, CareBench.DRILL, export, CareBench.SILENT);
        bench.rooms.retire(config, CareBench.DRILL, export, "maria", "", CareBench.SILENT);
        Path yaml = folder.resolve("home/difusor.yaml");
        Files.writeString(yaml, Files.readString(yaml) + "archive: {budget: 1MB}\n");
        assertThat(check(bench, ConfigReader.read(yaml), gone)).isInstanceOf(Verdict.Duplicate.class);
    }

    @Test
    void theBytesOfAnAcceptedPackageWithoutTheirSignatureAreTheSameAgain() throws Exception {
        CareBench bench = new CareBench(folder);
        Config config = bench.home("home", CareBench.EVENT);
        Candidate kept = bench.pack(CareBench.EVENT, 1, "cut 1");
        Candidate unsigned = new Candidate("iee", kept.name(), kept.archive(), List.of(), null, bench.began);
        assertThat(reason(check(bench, config, unsigned))).isEqualTo(Reason.SIGNATURE_MISSING);
        try (Archive archive = bench.open(config)) {
            bench.accept(archive, kept);
        }
        assertThat(check(bench, config, unsigned))
                .isInstanceOfSatisfying(
                        Verdict.Duplicate.class,
                        again -> assertThat(again.manifest().sequence()).isEqualTo(1));
        Candidate foreign = bench.pack(CareBench.EVENT, 2, "cut 2");
        Candidate mistaken = new Candidate("iee", kept.name(), kept.archive(), foreign.signatures(), null, bench.began);
        assertThat(reason(check(bench, config, mistaken))).isEqualTo(Reason.SIGNATURE_INVALID);
    }

    private static Reason reason(Verdict verdict) {
        return ((Verdict.Rejected) verdict).reason();
    }

    /** Letters that no archive makes shorter than three quarters of their number. */
    private static String noise(int length) {
        StringBuilder text = new StringBuilder(length);
        java.util.Random random = new java.util.Random(1);
        while (text.length() < length * 4 / 3) {
            text.append((char) (' ' + random.nextInt(90)));
        }
        return text.toString();
    }
}
