package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import mx.difusor.agent.disk.LocalDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThroughputTest {

    private static final long BYTES = 4_000_000;

    @TempDir
    private Path folder;

    private Throughput throughput(long bytes, boolean stock, Duration limit) {
        return new Throughput(folder.resolve("scratch 'año'"), bytes, new LocalDisk(), stock, limit);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRealEndpointTakesWholeFilesAndNothingIsLeft(boolean stock) throws Exception {
        Throughput.Result result = throughput(BYTES, stock, Throughput.LIMIT).measure();

        assertThat(result.client()).isEqualTo(stock ? "OpenSSH sftp" : "MINA SSHD");
        assertThat(result.bytesPerSecond()).hasSize(Throughput.RUNS).allMatch(rate -> rate > 0);
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatTakesTooLongIsGivenUp(boolean stock) {
        Throughput tooShort = throughput(200_000_000, stock, Duration.ofMillis(20));

        assertThatThrownBy(tooShort::measure).isInstanceOf(IOException.class).hasMessageContaining("takes more than");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whereNothingCanBeWrittenThereIsNoFigure() throws IOException {
        Files.writeString(folder.resolve("scratch 'año'"), "a file");

        assertThatThrownBy(() -> throughput(BYTES, true, Throughput.LIMIT).measure())
                .isInstanceOf(IOException.class);
    }

    @Test
    void theKeyThatAServerShowsIsSeenWithoutLoggingIn() throws Exception {
        try (Door door = Door.open(folder)) {
            assertThat(ShownKey.at("127.0.0.1", Integer.parseInt(door.port())))
                    .contains(HostKeys.fingerprint(folder.resolve("keys")));
            assertThat(ShownKey.at("127.0.0.1", 1)).isEqualTo(Optional.empty());
        }
    }

    @Test
    void aFileOfAuthorizedKeysTellsWhichLinesLetIn() throws IOException {
        HostKeys.ensure(folder.resolve("k"), new LocalDisk());
        String good = Files.readString(folder.resolve("k").resolve(HostKeys.PUBLIC));
        Path file = Files.writeString(
                folder.resolve("iee.pub"), "# IEE\n" + good + "\nfrom=\"1.2.3.4\" " + good + "\nrubbish\n");

        UploaderKeys keys = UploaderKeys.of(file);

        assertThat(keys.keys()).isEqualTo(1);
        assertThat(keys.skipped()).hasSize(2);
        assertThat(keys.skipped().get(0)).startsWith(file + ":").contains("options before the key");
    }

    @Test
    void aLargeFileOfAuthorizedKeysIsNotRead() throws IOException {
        Path file = Files.write(folder.resolve("iee.pub"), new byte[(int) AuthorizedKeys.MAX_BYTES + 1]);

        assertThatThrownBy(() -> UploaderKeys.of(file)).hasMessageContaining("larger than");
    }
}
