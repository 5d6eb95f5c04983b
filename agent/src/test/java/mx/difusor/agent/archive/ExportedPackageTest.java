package mx.difusor.agent.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Packages;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A folder that claims to come out of an archive, before anything of it is verified. */
class ExportedPackageTest {

    private static final Instant AT = Instant.parse("2024-06-03T03:00:00.123Z");

    @TempDir
    Path export;

    private Path folder = Path.of("unset");

    @BeforeEach
    void exportOne() throws Exception {
        folder = Files.createDirectories(export.resolve("pel-2024/7"));
        Files.writeString(folder.resolve("prep.zip"), "7");
        Files.write(receipt(), Json.receipt(anAcceptedOnes()));
    }

    private Path receipt() {
        return folder.resolve("receipt.json");
    }

    private static Receipt anAcceptedOnes() {
        return new Receipt(
                "iee",
                "prep.zip",
                Digest.ofContent(new byte[] {'7'}),
                1,
                Receipt.Outcome.ACCEPTED,
                null,
                Receipt.Contents.of(Packages.data(7).manifest()),
                List.of("CN=IEE"),
                Receipt.Publication.LIVE,
                AT,
                AT,
                AT,
                List.of());
    }

    private void forge(UnaryOperator<String> change) throws IOException {
        String before = Files.readString(receipt());
        String after = change.apply(before);
        assertThat(after).isNotEqualTo(before);
        Files.writeString(receipt(), after);
    }

    private void expectRefused(String message) {
        assertThatThrownBy(() -> ExportedPackage.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    @Test
    void allOfAPackagesFilesAreItsOwn() throws Exception {
        for (String ending : List.of(".p7s", ".sig", ".asc", ".sha256")) {
            Files.writeString(folder.resolve("prep.zip" + ending), "x");
        }
        ExportedPackage one = ExportedPackage.read(folder);
        assertThat(one.receipt()).isEqualTo(anAcceptedOnes());
        assertThat(one.contents()).isEqualTo(anAcceptedOnes().contents());
        assertThat(one.candidate())
                .isEqualTo(new Candidate(
                        "iee",
                        "prep.zip",
                        folder.resolve("prep.zip"),
                        List.of(
                                folder.resolve("prep.zip.asc"),
                                folder.resolve("prep.zip.p7s"),
                                folder.resolve("prep.zip.sig")),
                        folder.resolve("prep.zip.sha256"),
                        AT));
        Files.delete(folder.resolve("prep.zip.sha256"));
        assertThat(ExportedPackage.read(folder).candidate().checksum()).isNull();
        Files.delete(folder.resolve("prep.zip.asc"));
        Files.writeString(folder.resolve("prep.zip.ASC"), "x");
        Files.writeString(folder.resolve("prep.zip.SHA256"), "x");
        Candidate upper = ExportedPackage.read(folder).candidate();
        assertThat(upper.checksum()).isEqualTo(folder.resolve("prep.zip.SHA256"));
        assertThat(upper.signatures()).contains(folder.resolve("prep.zip.ASC"));
    }

    @ParameterizedTest
    @CsvSource({
        "accepted, rejected, not that of an accepted package",
        "'\"sequence\" : 7', '\"sequence\" : null', not that of an accepted package",
        "'\"sha256\" : \"', '\"sha\" : \"', not that of an accepted package",
        "pel-2024, pel-2027, its receipt is of pel-2027 7",
        "'\"sequence\" : 7', '\"sequence\" : 8', its receipt is of pel-2024 8",
        "'\"iee\"', '\"../iee\"', its receipt has an impossible uploader",
        "'\"decidedAt\" : \"2024-06-03T03:00:00.123Z', '\"decidedAt\" : \"2024-06-03T03:00:00.122Z', decided before",
        "prep.zip, other.zip, 'it holds prep.zip, which is no part of a package'",
    })
    void aReceiptThatIsNotOfThisPackageIsRefused(String what, String instead, String message) throws Exception {
        forge(text -> text.replace(what, instead));
        expectRefused(message);
    }

    @Test
    void aPackageWithoutItsArchiveFileIsRefused() throws Exception {
        Files.delete(folder.resolve("prep.zip"));
        expectRefused("the archive file that its receipt names is not there");
    }

    @Test
    void whatIsNoPartOfAPackageIsNamed() throws Exception {
        Files.writeString(folder.resolve("other.zip.sig"), "x");
        expectRefused("it holds other.zip.sig, which is no part of a package");
    }

    @Test
    void aReceiptMayBeSoLongAndNoByteLonger() throws Exception {
        byte[] text = Files.readAllBytes(receipt());
        byte[] longest = Arrays.copyOf(text, ExportedPackage.MAX_RECEIPT_BYTES);
        Arrays.fill(longest, text.length, longest.length, (byte) ' ');
        Files.write(receipt(), longest);
        assertThat(ExportedPackage.read(folder).receipt().name()).isEqualTo("prep.zip");
        Files.writeString(receipt(), new String(longest, StandardCharsets.UTF_8) + " ", StandardCharsets.UTF_8);
        expectRefused("its receipt is longer than 1048576 bytes");
    }
}
