package mx.difusor.agent.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import mx.difusor.agent.config.HomeFixture;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Signer;
import mx.difusor.agent.model.Verdict;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {

    private static final Signer IEE = new Signer("CN=IEE Chihuahua", "1");

    @TempDir
    private Path folder;

    private CommandFixture fixture = new CommandFixture(Path.of(""));

    @BeforeEach
    void makeHome() throws IOException {
        fixture = new CommandFixture(folder);
        new HomeFixture(folder).write(HomeFixture.LEAST);
        Files.writeString(folder.resolve("prep.zip"), "zip");
    }

    @Test
    void signaturesAndChecksumAreFoundBesideTheFile() throws IOException {
        for (String suffix : List.of(".p7s", ".asc", ".sha256", ".p7s.old")) {
            Files.writeString(folder.resolve("prep.zip" + suffix), "x");
        }

        fixture.run("verify", "prep.zip");

        assertThat(requireNonNull(fixture.check.asked))
                .isEqualTo(new Candidate(
                        "verify",
                        "prep.zip",
                        folder.resolve("prep.zip"),
                        List.of(folder.resolve("prep.zip.p7s"), folder.resolve("prep.zip.asc")),
                        folder.resolve("prep.zip.sha256"),
                        CommandFixture.NOW));
    }

    /** As the endpoint takes them. */
    @Test
    void endingsMayBeInAnyCase() throws IOException {
        for (String name : List.of(
                "PREP.ZIP",
                "PREP.ZIP.P7S",
                "PREP.ZIP.Asc",
                "PREP.ZIP.SHA256",
                "OTRO.PREP.ZIP.P7S",
                "PREP.ZIP.OLD.P7S")) {
            Files.writeString(folder.resolve(name), "x");
        }
        Files.createDirectory(folder.resolve("PREP.ZIP.SIG"));

        fixture.run("verify", "PREP.ZIP");

        assertThat(requireNonNull(fixture.check.asked))
                .isEqualTo(new Candidate(
                        "verify",
                        "PREP.ZIP",
                        folder.resolve("PREP.ZIP"),
                        List.of(folder.resolve("PREP.ZIP.P7S"), folder.resolve("PREP.ZIP.Asc")),
                        folder.resolve("PREP.ZIP.SHA256"),
                        CommandFixture.NOW));
    }

    @Test
    void anAcceptedPackageIsShownWithItsManifestAndSigners() {
        fixture.check.verdict = new Verdict.Accepted(FakeArchive.MANIFEST, List.of(IEE), List.of("a count shrinks"));

        assertThat(fixture.run("verify", "prep.zip"))
                .isEqualTo(new CommandFixture.Outcome(
                        0,
                        HelpTest.lines(
                                "prep.zip: would be accepted",
                                "  signer: CN=IEE Chihuahua",
                                "  event: pel-2024",
                                "  kind: data",
                                "  sequence: 17",
                                "  cut: 2024-06-02T23:45:00-07:00 (final)",
                                "  files: 2 (42 bytes)",
                                "  removes: viejo.json",
                                "  warning: a count shrinks"),
                        ""));
    }

    @Test
    void aRejectedPackageExitsWith4AndNamesCodeMessageAndCure() {
        fixture.check.verdict = Verdict.Rejected.of(Reason.PATH_UNSAFE, "a path leaves the package", "../x")
                .knowing(null, List.of(IEE));

        assertThat(fixture.run("verify", "prep.zip"))
                .isEqualTo(new CommandFixture.Outcome(
                        ExitCode.REJECTED,
                        HelpTest.lines(
                                "prep.zip: would be rejected",
                                "  path-unsafe: a path leaves the package (../x)",
                                "  cure: rename the file: relative path, no .. or \\, no control characters, none of"
                                        + " : * ? \" < > |",
                                "  signer: CN=IEE Chihuahua"),
                        ""));
    }

    @Test
    void theSamePackageAgainWouldBeADuplicate() {
        fixture.check.verdict = new Verdict.Duplicate(FakeArchive.MANIFEST, List.of(IEE));

        CommandFixture.Outcome outcome = fixture.run("verify", "prep.zip");

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(outcome.out()).startsWith("prep.zip: was accepted before");
    }

    @Test
    void programsReadTheVerdictAsJson() throws IOException {
        fixture.check.verdict = Verdict.Rejected.of(Reason.SIGNATURE_MISSING, "no signature");
        CommandFixture.Outcome rejected = fixture.run("verify", "prep.zip", "--json");
        JsonNode no = new JsonMapper().readTree(rejected.out());
        assertThat(rejected.exitCode()).isEqualTo(ExitCode.REJECTED);
        assertThat(no.path("outcome").asText()).isEqualTo("rejected");
        assertThat(no.path("reason").path("code").asText()).isEqualTo("signature-missing");
        assertThat(no.path("reason").path("cure").asText()).isNotBlank();
        assertThat(no.path("manifest").isNull()).isTrue();

        fixture.check.verdict = new Verdict.Accepted(FakeArchive.MANIFEST, List.of(IEE), List.of());
        JsonNode yes = new JsonMapper()
                .readTree(fixture.run("verify", "prep.zip", "--json").out());
        assertThat(yes.path("outcome").asText()).isEqualTo("accepted");
        assertThat(yes.path("reason").isNull()).isTrue();
        assertThat(yes.path("signers").path(0).asText()).isEqualTo("CN=IEE Chihuahua");
        assertThat(yes.path("manifest").path("sequence").asLong()).isEqualTo(17);
        assertThat(yes.path("manifest").path("files")).hasSize(2);
    }

    @Test
    void aFileThatIsNotThereFails() {
        CommandFixture.Outcome outcome = fixture.run("verify", "gone.zip");

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err()).contains("no such file: " + folder.resolve("gone.zip"));
        assertThat(fixture.check.asked).isNull();
    }
}
