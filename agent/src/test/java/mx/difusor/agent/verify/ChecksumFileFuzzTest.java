package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A {@code .sha256} comes from the network. */
class ChecksumFileFuzzTest {

    private static final SignatureFuzzBench BENCH = new SignatureFuzzBench();

    /** Whatever the file: nothing, or a digest that stands in it. */
    @FuzzTest
    void onlyADigestOfTheFileIsRead(byte[] bytes) throws IOException {
        Path file = Files.write(BENCH.folder.resolve("signed.zip.sha256"), bytes);
        ChecksumFile.read(file, "signed.zip")
                .ifPresent(digest -> assertThat(new String(bytes, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT))
                        .contains(digest.hex()));
    }
}
