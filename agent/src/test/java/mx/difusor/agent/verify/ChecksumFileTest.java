package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import mx.difusor.agent.model.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of several lines is meant; what is said about each form by stock tools is in {@code SignaturesTest}. */
class ChecksumFileTest {

    private static final String HEX = "0123456789abcdef".repeat(4);
    private static final String OTHER = "f".repeat(64);

    @TempDir
    private Path folder;

    private void expectFound(String name, String line) throws IOException {
        Path file = Files.writeString(folder.resolve("list.sha256"), OTHER + "  other.zip\n" + line + "\n");
        assertThat(ChecksumFile.read(file, name)).as(line).contains(new Digest(HEX));
    }

    /** As a program on Windows may write it: without a backslash in front nothing is escaped. */
    @Test
    void aPathOfWindowsIsTakenAsItStands() throws IOException {
        expectFound("new.zip", HEX + " *C:\\results\\new.zip");
        expectFound("results.zip", HEX + "  C:\\results.zip");
        expectFound("new.zip", "SHA256 (C:\\new.zip) = " + HEX);
    }

    @Test
    void anEscapedNameIsWhatItStandsFor() throws IOException {
        expectFound("new.zip", "\\" + HEX + "  a\\\\b\\n/new.zip");
        expectFound("b\nc.zip", "\\SHA256 (a\\\\b\\nc.zip) = " + HEX);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\", "new.zip\\", "a\\"})
    void aNameThatEndsInTheMiddleOfAnEscapeIsAnotherName(String name) throws IOException {
        Path file =
                Files.writeString(folder.resolve("list.sha256"), OTHER + "  other.zip\n\\" + HEX + "  " + name + "\n");
        assertThat(ChecksumFile.read(file, "new.zip")).isEmpty();
        assertThat(ChecksumFile.read(file, "other.zip")).contains(new Digest(OTHER));
    }
}
