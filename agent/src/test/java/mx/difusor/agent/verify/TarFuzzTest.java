package mx.difusor.agent.verify;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A tar comes from the network. */
class TarFuzzTest {

    /** Whatever it is: a verdict; and what we accept, another reader reads as we do. */
    @FuzzTest
    void aTarIsRefusedOrMeansTheSameToAnotherReader(byte[] tar) throws IOException {
        Path file = FuzzBench.file(tar);
        try {
            Map<String, String> ours = FuzzBench.read(file, "p.tar");
            if (ours != null) {
                OtherReaders.expectSameTar(new ByteArrayInputStream(tar), ours);
            }
        } finally {
            Files.delete(file);
        }
    }
}
