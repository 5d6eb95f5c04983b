package mx.difusor.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.archive.Checksums;
import mx.difusor.agent.cli.ArchiveAccess;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one agent exported, another takes as it takes uploads: after every check, whole, once. */
class ArchiveImportTest {

    @TempDir
    Path folder;

    private CareBench bench = unset();
    private Config from = unset();
    private Config to = unset();

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // set before each test
    private static <T> T unset() {
        return null;
    }

    @BeforeEach
    void exportThreePackages() throws Exception {
        bench = new CareBench(folder);
        from = bench.filled("from", 1, 2, 12);
        to = bench.home("to", CareBench.EVENT);
        bench.rooms.export(from, CareBench.EVENT, folder.resolve("out"), CareBench.SILENT);
        bench.rooms.export(from, CareBench.EVENT, folder.resolve("out.tar"), CareBench.SILENT);
    }

    private ArchiveAccess.Imported bringIn(String name) throws MachineException {
        return bench.rooms.bringIn(to, folder.resolve(name), "maria", CareBench.SILENT);
    }

    private Map<String, Digest> archived() throws IOException {
        return CareBench.files(Wiring.home(to).archive());
    }

    /** Code of each refusal by its place. */
    private static Map<String, String> codes(ArchiveAccess.Imported imported) {
        return imported.refused().stream()
                .collect(Collectors.toMap(
                        ArchiveAccess.Refused::where, ArchiveAccess.Refused::code, (a, b) -> a, TreeMap::new));
    }

    @Test
    void anotherHostServesTheSameTreeFromAFolderOrATar() throws Exception {
        assertThat(bringIn("out.tar")).isEqualTo(new ArchiveAccess.Imported(3, 0, 0, java.util.List.of()));
        assertThat(bench.tree(to, CareBench.EVENT)).isEqualTo(bench.tree(from, CareBench.EVENT));

        to = bench.home("third", CareBench.EVENT);
        assertThat(bringIn("out").imported()).isEqualTo(3);
        assertThat(bench.tree(to, CareBench.EVENT)).isEqualTo(bench.tree(from, CareBench.EVENT));
        assertThat(Wiring.home(to).work()).isEmptyDirectory();
    }

    @Test
    void filesAreTheSameByteForByteAndReceiptsKeepTheirTimes() throws Exception {
        bringIn("out.tar");
        Map<String, Digest> before = CareBench.files(Wiring.home(from).archive().resolve("pel"));
        Map<String, Digest> after = CareBench.files(Wiring.home(to).archive().resolve("pel"));
        assertThat(after.keySet()).isEqualTo(before.keySet());
        before.forEach((path, digest) -> {
            if (!path.endsWith("receipt.json")) {
                assertThat(after).containsEntry(path, digest);
            }
        });
        try (Archive one = bench.open(from);
                Archive other = bench.open(to)) {
            Receipt was = one.receipt(CareBench.EVENT, 12).orElseThrow();
            Receipt is = other.receipt(CareBench.EVENT, 12).orElseThrow();
            // The receipt speaks of the log of the host where it stands.
            assertThat(is.witnessing(java.util.Objects.requireNonNull(was.history())))
                    .isEqualTo(was);
            assertThat(other.problems()).isEmpty();
        }
        assertThat(Files.readAllLines(Wiring.home(to).history()))
                .hasSize(3)
                .allMatch(line -> line.contains("\"what\":\"imported\"") && line.contains("\"by\":\"maria\""));
    }

    @Test
    void importingTwiceChangesNothing() throws Exception {
        bringIn("out.tar");
        Map<String, Digest> before = CareBench.files(Wiring.home(to).root());
        assertThat(bringIn("out")).isEqualTo(new ArchiveAccess.Imported(0, 3, 0, java.util.List.of()));
        assertThat(CareBench.files(Wiring.home(to).root())).isEqualTo(before);
    }

    @Test
    void aDamagedPackageIsMadeWholeAgain() throws Exception {
        bringIn("out");
        Map<String, Digest> whole = archived();
        ArchiveExportTest.flip(Wiring.home(to).archive().resolve("pel/2/corte ñ-2.zip"));
        Files.delete(Wiring.home(to).archive().resolve("pel/12/corte ñ-12.zip.p7s"));
        assertThat(bringIn("out")).isEqualTo(new ArchiveAccess.Imported(0, 1, 2, java.util.List.of()));
        assertThat(archived()).isEqualTo(whole);
        assertThat(Files.readString(Wiring.home(to).history())).contains("\"what\":\"mended\"");
        // The damage did not reach what was imported from, nor does another import find any.
        assertThat(bringIn("out").already()).isEqualTo(3);
    }

    @Test
    void itNeedsTheAgentStopped() throws Exception {
        try (HomeLock lock = HomeLock.take(Wiring.home(to), bench.disk)) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> bringIn("out")).isInstanceOfSatisfying(MachineException.class, e -> {
                assertThat(e.code()).isEqualTo("agent-running");
                assertThat(e).hasMessageContaining("`difusor archive import` needs it stopped");
            });
        }
    }

    @Test
    void aPackageThatCannotBeTrustedIsNamedAndTheOthersAreTaken() throws Exception {
        ArchiveExportTest.flip(folder.resolve("out/pel/2/corte ñ-2.zip"));
        Files.delete(folder.resolve("out/pel/2/corte ñ-2.zip.sha256"));
        sums();
        ArchiveAccess.Imported imported = bringIn("out");
        assertThat(imported.imported()).isEqualTo(2);
        assertThat(codes(imported)).containsExactly(Map.entry("pel/2", "signature-invalid"));
        assertThat(imported.refused().get(0).message()).isNotBlank();
    }

    @Test
    void bytesThatSha256sumsDoesNotListAreRefused() throws Exception {
        Files.writeString(folder.resolve("out/pel/1/receipt.json"), " ", java.nio.file.StandardOpenOption.APPEND);
        Files.delete(folder.resolve("out/pel/2/corte ñ-2.zip.sha256"));
        Files.copy(folder.resolve("out/pel/12/corte ñ-12.zip.p7s"), folder.resolve("out/pel/12/corte ñ-12.zip.sig"));
        assertThat(codes(bringIn("out")))
                .isEqualTo(Map.of(
                        "pel/1", "checksum-mismatch", "pel/2", "checksum-mismatch", "pel/12", "checksum-mismatch"));
        assertThat(archived()).isEmpty();
    }

    /** Writes {@code SHA256SUMS} anew, as whoever forges an export would. */
    private void sums() throws IOException {
        Files.delete(folder.resolve("out/SHA256SUMS"));
        Checksums sums = new Checksums();
        CareBench.files(folder.resolve("out")).forEach(sums::add);
        Files.write(folder.resolve("out/SHA256SUMS"), sums.text());
    }

    private void forge(String sequence, UnaryOperator<String> change) throws IOException {
        Path receipt = folder.resolve("out/pel/" + sequence + "/receipt.json");
        String before = Files.readString(receipt);
        String after = change.apply(before);
        assertThat(after).isNotEqualTo(before);
        Files.writeString(receipt, after);
        sums();
    }

    @Test
    void aForgedReceiptIsRefused() throws Exception {
        Map<String, UnaryOperator<String>> forgeries = Map.of(
                "uploader \"../../x\"", text -> text.replace("\"uploader\" : \"iee\"", "\"uploader\" : \"../../x\""),
                "another cut", text -> text.replace("20:12:00-07:00", "20:11:00-07:00"),
                "another event", text -> text.replace("\"event\" : \"pel\"", "\"event\" : \"otro\""),
                "another sequence", text -> text.replace("\"sequence\" : 12", "\"sequence\" : 13"),
                "another digest", text -> text.replaceFirst("\"sha256\" : \"....", "\"sha256\" : \"0000"),
                "rejected", text -> text.replace("\"outcome\" : \"accepted\"", "\"outcome\" : \"rejected\""),
                "a path", text -> text.replace("\"package\" : \"corte", "\"package\" : \"../2/corte"),
                "the future", text -> text.replaceFirst("\"decidedAt\" : \"....", "\"decidedAt\" : \"2999"),
                "before it came", text -> text.replaceFirst("\"decidedAt\" : \"....", "\"decidedAt\" : \"1999"),
                "not JSON", text -> text.substring(3));
        String good = Files.readString(folder.resolve("out/pel/12/receipt.json"));
        for (var forgery : forgeries.entrySet()) {
            Files.writeString(folder.resolve("out/pel/12/receipt.json"), good);
            to = bench.home("forged " + forgery.getKey().replaceAll("\\W", ""), CareBench.EVENT);
            forge("12", forgery.getValue());
            ArchiveAccess.Imported imported = bringIn("out");
            assertThat(codes(imported).keySet()).as(forgery.getKey()).containsExactly("pel/12");
            assertThat(imported.imported()).as(forgery.getKey()).isEqualTo(2);
        }
        // One that is before its signer's certificate: an end counts, and so does a beginning.
        to = bench.home("early", CareBench.EVENT);
        Files.writeString(folder.resolve("out/pel/12/receipt.json"), good);
        forge("12", text -> text.replaceAll("(\"(decided|received)At\" : \")....", "$12020"));
        assertThat(codes(bringIn("out"))).containsExactly(Map.entry("pel/12", "signature-expired"));
    }

    @Test
    void anotherPackageUnderASequenceThatIsTakenIsRefused() throws Exception {
        try (Archive archive = bench.open(to)) {
            bench.accept(archive, bench.pack(CareBench.EVENT, 2, "other"));
        }
        ArchiveAccess.Imported imported = bringIn("out");
        assertThat(codes(imported)).containsExactly(Map.entry("pel/2", "sequence-conflict"));
        assertThat(imported.imported()).isEqualTo(2);
    }

    @Test
    void anEventThatIsNotConfiguredIsRefused() throws Exception {
        Path yaml = Wiring.home(to).root().resolve("difusor.yaml");
        Files.writeString(
                yaml, Files.readString(yaml).replace("id: pel,", "id: otro,").replace("event: pel", "event: otro"));
        to = mx.difusor.agent.config.ConfigReader.read(yaml);
        assertThat(codes(bringIn("out"))).containsValue("event-unknown").hasSize(3);
    }

    @Test
    void theBudgetHolds() throws Exception {
        Path yaml = Wiring.home(to).root().resolve("difusor.yaml");
        long one = Files.size(folder.resolve("out/pel/1/corte ñ-1.zip"));
        Files.writeString(yaml, Files.readString(yaml) + "archive: {budget: " + one * 2 + "B}\n");
        to = mx.difusor.agent.config.ConfigReader.read(yaml);
        assertThat(codes(bringIn("out"))).containsValue("budget-exceeded").doesNotContainKey("pel/1");
    }

    @Test
    void whatIsNoExportIsRefusedWhole() throws Exception {
        Files.delete(folder.resolve("out/SHA256SUMS"));
        assertThatThrownBy(() -> bringIn("out")).hasMessageContaining("has no SHA256SUMS");
        assertThatThrownBy(() -> bringIn("nowhere")).hasMessageContaining("no such file");
        Files.writeString(folder.resolve("bad.tar"), "no tar");
        assertThatThrownBy(() -> bringIn("bad.tar")).isInstanceOf(MachineException.class);
        assertThat(archived()).isEmpty();
        assertThat(Wiring.home(to).work()).isEmptyDirectory();
    }
}
