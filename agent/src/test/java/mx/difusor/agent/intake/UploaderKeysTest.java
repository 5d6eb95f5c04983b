package mx.difusor.agent.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file of authorized keys is told to hold before anybody logs in by it. */
class UploaderKeysTest {

    @TempDir
    Path folder;

    @Test
    void linesWithoutAKeyAreNoFaultAndOnesThatCannotBeReadAreNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("iee.pub"), "# a comment\n\n   \nssh-ed25519 AAAA\n");
        UploaderKeys found = UploaderKeys.of(file);
        assertThat(found.keys()).isZero();
        assertThat(found.skipped()).singleElement().asString().startsWith(file + ":4: ");
    }

    @Test
    void aFileThatIsTooLongIsNotRead() throws IOException {
        int most = Math.toIntExact(AuthorizedKeys.MAX_BYTES);
        Path file = Files.writeString(folder.resolve("iee.pub"), "#".repeat(most));
        assertThat(UploaderKeys.of(file).keys()).isZero();
        Files.writeString(file, "#".repeat(most + 1));
        assertThatThrownBy(() -> UploaderKeys.of(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("larger than");
    }

    @Test
    void anAccentInACommentIsNoFault() throws IOException {
        Path file = folder.resolve("iee.pub");
        for (Charset charset : List.of(ISO_8859_1, UTF_16)) {
            Files.write(file, "# de Jos\u00e9\n".getBytes(charset));
            assertThat(UploaderKeys.of(file)).as("%s", charset).isEqualTo(new UploaderKeys(0, List.of()));
        }
    }
}
