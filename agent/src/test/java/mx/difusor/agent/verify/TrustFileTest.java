package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of trust is read whole or not at all. */
class TrustFileTest {

    private static final String BLOCK = "-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n";

    @TempDir
    Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("trusted"), text);
    }

    private void assertBad(Path file, String what) {
        assertThatThrownBy(() -> TrustFile.derBlocks(file, "CERTIFICATE"))
                .isInstanceOf(MachineException.class)
                .hasMessage("the trust file " + file + " " + what);
    }

    @Test
    void everyBlockOfItsLabelIsTakenAndNoOther() throws Exception {
        String other = BLOCK.replace("CERTIFICATE", "X509 CRL");
        assertThat(TrustFile.derBlocks(file("notes\n" + BLOCK + other + BLOCK), "CERTIFICATE"))
                .containsExactly(new byte[] {1, 2, 3}, new byte[] {1, 2, 3});
    }

    @Test
    void whatIsNotPemIsTakenAsItIs() throws Exception {
        assertThat(TrustFile.derBlocks(file("der"), "CERTIFICATE"))
                .containsExactly("der".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void aFileThatWasCutOffIsNotTakenInPart() throws Exception {
        assertBad(file(BLOCK + BLOCK.substring(0, BLOCK.length() - 5)), "holds a PEM block without its end");
    }

    @Test
    void aBlockThatIsNotBase64IsDamaged() throws Exception {
        assertBad(file(BLOCK.replace("AQID", "A")), "holds a damaged PEM block");
    }

    @Test
    void aFileHasItsLimit() throws Exception {
        Path most = Files.write(folder.resolve("most"), new byte[TrustFile.MAX_BYTES]);
        assertThat(TrustFile.read(most)).hasSize(TrustFile.MAX_BYTES);
        assertBad(
                Files.write(folder.resolve("more"), new byte[TrustFile.MAX_BYTES + 1]),
                "is larger than " + TrustFile.MAX_BYTES + " bytes");
    }
}
