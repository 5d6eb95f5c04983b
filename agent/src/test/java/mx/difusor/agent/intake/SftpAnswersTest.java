package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.apache.sshd.sftp.common.SftpException;
import org.apache.sshd.sftp.server.SftpSubsystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients of each version are told when something is refused or fails. */
class SftpAnswersTest {
    private static final SftpAnswers ANSWERS = new SftpAnswers();

    /** The version alone counts. */
    private static SftpSubsystemEnvironment version(int version) {
        return (SftpSubsystemEnvironment) Proxy.newProxyInstance(
                SftpSubsystemEnvironment.class.getClassLoader(),
                new Class<?>[] {SftpSubsystemEnvironment.class},
                (proxy, method, arguments) -> version);
    }

    private static int status(int version, Throwable e) {
        return ANSWERS.resolveSubStatus(version(version), 1, e, 3);
    }

    private static String text(int status, Throwable e) {
        return ANSWERS.resolveErrorMessage(version(3), 1, e, status, 3);
    }

    @ParameterizedTest
    @CsvSource({
        "FORBIDDEN, 3, 3",
        "NAME, 4, 20",
        "TOO_LARGE, 4, 15",
        "TOO_MANY, 4, 15",
        "OVER_BUDGET, 4, 14",
        "NO_SPACE, 4, 14",
        "BUSY, 4, 4",
        "BROKEN, 4, 4"
    })
    void aRefusalIsSaidInWordsAndInAStatusThatTheClientKnows(Refused.Kind kind, int inVersion3, int inVersion4) {
        Refused refused = new Refused(kind, "in words");
        assertThat(status(3, refused)).isEqualTo(inVersion3);
        assertThat(status(4, refused)).isEqualTo(inVersion4);
        assertThat(text(inVersion3, refused)).isEqualTo("in words");
    }

    @Test
    void whatTheDiskSaysIsToldWithoutItsPath() {
        assertThat(status(3, new NoSuchFileException("/home/x"))).isEqualTo(2);
        assertThat(text(2, new NoSuchFileException("/home/x"))).isEqualTo("no such file or folder");
        assertThat(status(3, new NotDirectoryException("/home/x"))).isEqualTo(2);
        assertThat(status(3, new FileAlreadyExistsException("/home/x"))).isEqualTo(4);
        assertThat(status(6, new FileAlreadyExistsException("/home/x"))).isEqualTo(11);
        assertThat(text(4, new FileAlreadyExistsException("/home/x"))).isEqualTo("a file of that name exists already");
        assertThat(status(3, new AccessDeniedException("/home/x"))).isEqualTo(4);
        assertThat(text(4, new AccessDeniedException("/home/x"))).isEqualTo("permission denied");
        assertThat(status(3, new IOException("/home/x"))).isEqualTo(4);
        assertThat(text(4, new IOException("/home/x"))).isEqualTo("General failure");
    }

    @Test
    void theEndOfAFileAndWhatIsNotServedHaveStatusesOfTheirOwn() {
        assertThat(status(3, new EOFException())).isEqualTo(1);
        assertThat(status(3, new UnsupportedOperationException("no locks"))).isEqualTo(8);
        assertThat(status(3, new SftpException(7, "lost"))).isEqualTo(7);
        assertThat(status(6, new SftpException(9, "invalid handle"))).isEqualTo(4);
    }
}
