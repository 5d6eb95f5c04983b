package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import mx.difusor.agent.model.MachineException;

/** Anchors, revocation lists and keyrings are put there by people, half written and mixed up at times. */
class TrustFilesFuzzTest {

    private static final SignatureFuzzBench BENCH = new SignatureFuzzBench();

    /** Whatever the file and whatever it is configured as: trust, or a refusal in words that name it. */
    @FuzzTest
    void aFileIsTakenWholeOrRefusedInWords(byte[] bytes) throws IOException {
        Path file = Files.write(BENCH.folder.resolve("trusted"), bytes);
        for (TrustSettings settings : List.of(
                new TrustSettings(1, List.of(file), List.of(), List.of(), List.of()),
                new TrustSettings(1, List.of(), List.of(), List.of(file), List.of()),
                new TrustSettings(1, List.of(), List.of(), List.of(), List.of(file)))) {
            try {
                assertThat(Authenticator.load(settings)).isNotNull();
            } catch (MachineException e) {
                assertThat(e.code()).isEqualTo("trust-unreadable");
                assertThat(e.getMessage()).contains(file.toString());
                assertThat(e.cure()).isNotBlank();
            }
        }
    }
}
