package mx.difusor.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import mx.difusor.agent.config.HomeFixture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveCommandsTest {

    @TempDir
    private Path folder;

    private CommandFixture fixture = new CommandFixture(Path.of(""));

    @BeforeEach
    void makeHome() throws IOException {
        fixture = new CommandFixture(folder);
        new HomeFixture(folder).write(HomeFixture.LEAST);
    }

    private JsonNode json(Object... arguments) throws IOException {
        return new JsonMapper().readTree(fixture.run(arguments).out());
    }

    @Test
    void listShowsOneLineAPackage() {
        CommandFixture.Outcome outcome = fixture.run("archive", "list", "--event", "pel-2024", "--limit", "5");

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(outcome.out().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "EVENT SEQUENCE KIND CUT BYTES PACKAGE",
                        "pel-2024 17 data 2024-06-02T23:45:00-07:00 1048576 prep-0017.zip");
        assertThat(fixture.archive.asked).containsExactly("list pel-2024 5");
    }

    @Test
    void listAsJsonIsTheReceipts() throws IOException {
        JsonNode list = json("archive", "list", "--json");

        assertThat(list).hasSize(1);
        assertThat(list.path(0).path("package").asText()).isEqualTo("prep-0017.zip");
        assertThat(fixture.archive.asked).containsExactly("list null 100");
    }

    @Test
    void listHasALimit() {
        assertThat(fixture.run("archive", "list", "--limit", "0").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(fixture.run("archive", "list", "--limit", ArchiveListCommand.MAX_LIMIT)
                        .exitCode())
                .isEqualTo(ExitCode.DONE);
        assertThat(fixture.run("archive", "list", "--limit", ArchiveListCommand.MAX_LIMIT + 1)
                        .err())
                .contains("--limit must be from 1 to 100000");
    }

    @Test
    void showTellsReceiptFolderAndFiles() throws IOException {
        CommandFixture.Outcome outcome = fixture.run("archive", "show", "pel-2024", "17");

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(outcome.out())
                .contains("package: prep-0017.zip", "signers: CN=IEE Chihuahua", "publication: live")
                .contains("folder: /home/archive/pel-2024/17 (prep-0017.zip, prep-0017.zip.p7s, receipt.json)")
                .contains("b".repeat(64) + "           30  prep.csv")
                .doesNotContain("reason", "warnings");

        JsonNode json = json("archive", "show", "pel-2024", "17", "--json");
        assertThat(json.path("receipt").path("sequence").asLong()).isEqualTo(17);
        assertThat(json.path("manifest").path("files")).hasSize(2);
        assertThat(json.path("stored")).hasSize(3);
    }

    @Test
    void aPackageThatIsNotThereFails() {
        for (List<Object> arguments : List.<List<Object>>of(
                List.of("archive", "show", "pel-2024", "18"), List.of("archive", "extract", "pel-2024", "18", "out"))) {
            CommandFixture.Outcome outcome = fixture.run(arguments.toArray());
            assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(outcome.err()).contains("no accepted package of pel-2024 has sequence 18", "  cure: see");
        }
    }

    @Test
    void extractWritesIntoANewFolder() {
        assertThat(fixture.run("archive", "extract", "pel-2024", "17", "out"))
                .isEqualTo(new CommandFixture.Outcome(
                        0, HelpTest.lines("2 files written to " + folder.resolve("out")), ""));
        fixture.run("archive", "extract", "pel-2024", "17", "out", "--path", "prep.csv", "data/votos.json");
        assertThat(fixture.archive.asked)
                .containsExactly("extract pel-2024 17 out []", "extract pel-2024 17 out [prep.csv, data/votos.json]");
    }

    @Test
    void extractAndReindexTellProgramsAsTheOthersDo() throws IOException {
        JsonNode extracted = json("archive", "extract", "pel-2024", "17", "out", "--json");
        assertThat(extracted.path("folder").asText())
                .isEqualTo(folder.resolve("out").toString());
        assertThat(extracted.path("event").asText()).isEqualTo("pel-2024");
        assertThat(extracted.path("sequence").asLong()).isEqualTo(17);
        assertThat(extracted.path("files").asLong()).isEqualTo(2);
        assertThat(json("archive", "reindex", "--json").toString()).isEqualTo("{\"packages\":17}");
    }

    @Test
    void extractNeverWritesOverAnything() throws IOException {
        Files.createDirectories(folder.resolve("full/of"));
        Files.createDirectories(folder.resolve("empty"));

        for (String target : List.of("full", "difusor.yaml")) {
            CommandFixture.Outcome outcome = fixture.run("archive", "extract", "pel-2024", "17", target);
            assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(outcome.err()).contains("is there and not an empty folder");
        }
        assertThat(fixture.archive.asked).isEmpty();
        assertThat(fixture.run("archive", "extract", "pel-2024", "17", "empty").exitCode())
                .isEqualTo(ExitCode.DONE);
    }

    @Test
    void extractKnowsOnlyPathsOfTheManifest() {
        CommandFixture.Outcome outcome =
                fixture.run("archive", "extract", "pel-2024", "17", "out", "--path", "../etc/passwd", "prep.csv");

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err()).contains("not in this package: ../etc/passwd");
        assertThat(fixture.archive.asked).isEmpty();
    }

    @Test
    void checkOfAWholeArchiveExitsWith0() throws IOException {
        assertThat(fixture.run("archive", "check"))
                .isEqualTo(new CommandFixture.Outcome(
                        0,
                        HelpTest.lines(
                                "17 packages whole, 17825792 bytes read",
                                "history.log: 41 entries, each follows from the one before it; the last is "
                                        + "5".repeat(64)),
                        ""));
        assertThat(json("archive", "check", "--event", "pel-2024", "--json").toString())
                .isEqualTo("{\"packages\":17,\"bytes\":17825792,\"damaged\":[],\"history\":{\"entries\":41,\"head\":\""
                        + "5".repeat(64) + "\",\"problems\":[]},\"share\":null}");
        assertThat(fixture.archive.asked).containsExactly("check null", "check pel-2024");
    }

    @Test
    void checkListsWhatIsDamagedAndExitsWith1() throws IOException {
        fixture.archive.damaged = List.of(
                new ArchiveAccess.Damage("pel-2024", 3, "prep-0003.zip", "sha256 differs"),
                new ArchiveAccess.Damage("pel-2024", 5, null, "folder is gone"));

        CommandFixture.Outcome outcome = fixture.run("archive", "check");

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.out().lines())
                .startsWith(
                        "damaged: pel-2024 3: sha256 differs (prep-0003.zip)",
                        "damaged: pel-2024 5: folder is gone",
                        "17 packages checked, 2 damaged");
        assertThat(json("archive", "check", "--json")
                        .path("damaged")
                        .path(0)
                        .path("path")
                        .asText())
                .isEqualTo("prep-0003.zip");
    }

    @Test
    void checkOfARewrittenHistoryExitsWith1() throws IOException {
        fixture.archive.alterations = List.of("line 3 is not entry 3");
        CommandFixture.Outcome outcome = fixture.run("archive", "check");
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.out().lines())
                .contains("altered: line 3 is not entry 3")
                .last()
                .asString()
                .contains("compare with the receipts that the Institute holds");
        assertThat(json("archive", "check", "--json").path("history").path("problems"))
                .hasSize(1);
    }

    @Test
    void reindexSaysHowManyItFound() {
        assertThat(fixture.run("archive", "reindex"))
                .isEqualTo(new CommandFixture.Outcome(0, HelpTest.lines("index rebuilt: 17 packages"), ""));
    }

    @Test
    void checkForATimeSaysHowFarItCame() throws IOException {
        fixture.archive.share = new ArchiveAccess.Share(170, 178_257_920, 10, Duration.ofHours(20));
        CommandFixture.Outcome outcome = fixture.run("archive", "check", "--max-duration", "2h");
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(outcome.out()).contains("17 of 170 packages were read", "after 10 such runs, 20:00:00 in all");
        assertThat(json("archive", "check", "--max-duration", "PT2H", "--json").path("share"))
                .hasToString("{\"packages\":170,\"bytes\":178257920,\"runs\":10,\"secondsForAll\":72000}");
        assertThat(fixture.archive.asked).containsExactly("check null for PT2H", "check null for PT2H");
        for (String wrong : List.of("0s", "-PT2H", "PT169H", "soon")) {
            assertThat(fixture.run("archive", "check", "--max-duration", wrong).exitCode())
                    .as(wrong)
                    .isEqualTo(ExitCode.USAGE);
        }
    }

    @Test
    void exportSaysWhatItWroteAndWhatStandsForIt() throws IOException {
        CommandFixture.Outcome outcome = fixture.run("archive", "export", "pel-2024", "out.tar");
        assertThat(outcome.out().lines())
                .containsExactly(
                        "17 packages, 17830000 bytes written to " + folder.resolve("out.tar"),
                        "  sha256 of its SHA256SUMS: " + "e".repeat(64));
        JsonNode json = json("archive", "export", "pel-2024", "out", "--json");
        assertThat(json.path("checksums").asText()).isEqualTo("e".repeat(64));
        assertThat(json.path("export").asText()).isEqualTo(folder.resolve("out").toString());
        assertThat(fixture.archive.asked).containsExactly("export pel-2024 out.tar", "export pel-2024 out");
    }

    @Test
    void exportNamesWhatIsGoneAndFails() throws IOException {
        fixture.archive.gone = List.of("pel-2024/3");
        CommandFixture.Outcome outcome = fixture.run("archive", "export", "pel-2024", "out.tar");
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.out().lines())
                .startsWith("not exported, its files are gone: pel-2024/3")
                .anyMatch(line -> line.startsWith("  cure: mount or restore"));
        assertThat(json("archive", "export", "pel-2024", "out", "--json").path("gone"))
                .hasToString("[\"pel-2024/3\"]");
    }

    @Test
    void importNamesWhatItRefusesAndExitsWith4() throws IOException {
        assertThat(fixture.run("archive", "import", "out.tar"))
                .isEqualTo(new CommandFixture.Outcome(
                        0,
                        HelpTest.lines("15 packages imported, 2 were here already, 1 were damaged and are whole again"),
                        ""));
        fixture.archive.refused =
                List.of(new ArchiveAccess.Refused("pel-2024/3", "signature-invalid", "not the signed bytes"));
        CommandFixture.Outcome outcome = fixture.run("archive", "import", "out.tar");
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.REJECTED);
        assertThat(outcome.out().lines())
                .startsWith("refused: pel-2024/3: signature-invalid: not the signed bytes")
                .anyMatch(line -> line.startsWith("  cure: export them anew"));
        assertThat(json("archive", "import", "out.tar", "--json").path("refused"))
                .hasToString("[{\"where\":\"pel-2024/3\",\"code\":\"signature-invalid\","
                        + "\"message\":\"not the signed bytes\"}]");
        assertThat(fixture.archive.asked).containsOnly("import out.tar by maria");
    }

    @Test
    void retireAsksFirstAndSaysWhatToKeep() throws IOException {
        Object[] command = {"archive", "retire", "simulacro", "--exported", "out.tar", "--why", "it is over"};
        CommandFixture.Outcome refused = fixture.answering("n\n").run(command);
        assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(refused.err()).contains("Delete every package of simulacro here", "nothing was changed");
        assertThat(fixture.archive.asked).isEmpty();
        CommandFixture.Outcome outcome = fixture.answering("y\n").run(command);
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(outcome.out())
                .contains("simulacro is retired: 17 packages, 17825792 bytes freed", "  keep " + folder);
        assertThat(fixture.archive.asked).containsExactly("retire simulacro out.tar by maria: it is over");
        assertThat(fixture.run("archive", "retire", "simulacro").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(json("archive", "retire", "simulacro", "--exported", "x", "--yes", "--json")
                        .path("packages")
                        .asInt())
                .isEqualTo(17);
    }
}
