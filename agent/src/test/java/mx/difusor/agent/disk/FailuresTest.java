package mx.difusor.agent.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Nobody has to know Java to read what the disk said. */
class FailuresTest {

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new AccessDeniedException("/live"), "permission denied: /live"),
                Arguments.of(new NoSuchFileException("/live"), "no such file or folder: /live"),
                Arguments.of(new FileAlreadyExistsException("/live"), "something else stands at /live"),
                Arguments.of(new NotDirectoryException("/live"), "not a folder: /live"),
                Arguments.of(
                        new FileSystemException("/live", null, "No space left on device"),
                        "no space left on device: /live"),
                Arguments.of(new FileSystemException("/live"), "/live"),
                Arguments.of(new IOException("as it is"), "as it is"),
                Arguments.of(new EOFException(), "EOFException"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void inWords(IOException failure, String words) {
        assertThat(Failures.inWords(failure)).isEqualTo(words);
    }
}
