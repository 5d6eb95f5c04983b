package mx.difusor.agent.verify;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** A gzipped tar comes from the network. */
class TarGzFuzzTest {

    /** Whatever it is: a verdict; and what we accept, another reader reads as we do. */
    @FuzzTest
    void aTarGzIsRefusedOrMeansTheSameToAnotherReader(byte[] tar) throws IOException {
        Path file = FuzzBench.file(tar);
        try {
            Map<String, String> ours = FuzzBench.read(file, "p.tar.gz");
            if (ours != null) {
                OtherReaders.expectSameTar(new GZIPInputStream(new ByteArrayInputStream(tar)), ours);
            }
        } finally {
            Files.delete(file);
        }
    }
}
