package mx.difusor.agent.verify;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A zstd-compressed tar comes from the network. */
class TarZstFuzzTest {

    /** Whatever it is: a verdict; and what we accept, another reader reads as we do. */
    @FuzzTest
    void aTarZstIsRefusedOrMeansTheSameToAnotherReader(byte[] tar) throws IOException {
        Path file = FuzzBench.file(tar);
        try {
            Map<String, String> ours = FuzzBench.read(file, "p.tar.zst");
            if (ours != null) {
                OtherReaders.expectSameTar(new ZstdInputStream(new ByteArrayInputStream(tar)), ours);
            }
        } finally {
            Files.delete(file);
        }
    }
}
