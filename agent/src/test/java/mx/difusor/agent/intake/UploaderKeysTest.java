package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
