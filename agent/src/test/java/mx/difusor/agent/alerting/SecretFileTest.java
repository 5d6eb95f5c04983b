package mx.difusor.agent.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a start would refuse is refused while the agent runs, when somebody is there to mend it. */
@DisabledOnOs(OS.WINDOWS)
class SecretFileTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-----w-"})
    void oneThatOtherAccountsCanReadOrChangeIsNotUsedUntilItIsClosed(String open) throws Exception {
        Path file = Files.writeString(folder.resolve("mail.password"), "ñandú y 42\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(open));
        assertThatExceptionOfType(ChannelException.class)
                .isThrownBy(() -> new SecretFile(file).read())
                .withMessage("other accounts can read or change the secret " + file + "; run chmod o-rwx " + file)
                .matches(ChannelException::again);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(new SecretFile(file).read()).isEqualTo("ñandú y 42");
    }
}
