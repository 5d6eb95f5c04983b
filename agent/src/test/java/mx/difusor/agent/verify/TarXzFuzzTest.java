package mx.difusor.agent.verify;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.tukaani.xz.XZInputStream;

/** An xz-compressed tar comes from the network. */
class TarXzFuzzTest {

    /** Whatever it is: a verdict; and what we accept, another reader reads as we do. */
    @FuzzTest
    void aTarXzIsRefusedOrMeansTheSameToAnotherReader(byte[] tar) throws IOException {
        Path file = FuzzBench.file(tar);
        try {
            Map<String, String> ours = FuzzBench.read(file, "p.tar.xz");
            if (ours != null) {
                OtherReaders.expectSameTar(new XZInputStream(new ByteArrayInputStream(tar)), ours);
            }
        } finally {
            Files.delete(file);
        }
    }
}
