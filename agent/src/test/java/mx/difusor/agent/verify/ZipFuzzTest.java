package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipException;

/** A zip comes from the network. */
class ZipFuzzTest {

    /** Whatever it is: a verdict; and what we accept, every reader reads as we do. */
    @FuzzTest
    void aZipIsRefusedOrMeansTheSameToEveryReader(byte[] zip) throws IOException {
        Path file = FuzzBench.file(zip);
        try {
            Map<String, String> ours = FuzzBench.read(file, "p.zip");
            if (ours != null) {
                assertThat(OtherReaders.zipFile(file)).isEqualTo(ours);
                expectStreamsAgree(zip, ours);
            }
        } finally {
            Files.delete(file);
        }
    }

    /** Readers that never see the directory cannot read some good zips, but never read them otherwise. */
    private static void expectStreamsAgree(byte[] zip, Map<String, String> ours) throws IOException {
        try {
            assertThat(OtherReaders.zipStream(zip)).isEqualTo(ours);
        } catch (ZipException e) {
            assertThat(e).hasMessageContaining("only DEFLATED entries can have EXT descriptor");
        }
    }
}
