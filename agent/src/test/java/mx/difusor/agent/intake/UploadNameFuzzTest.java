package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The name of an upload, and of its receipt, comes from the network. */
class UploadNameFuzzTest {

    private static final Path FOLDER = Path.of("/var/lib/difusor/incoming/iee");

    /** Whatever the name: one plain file of the uploader's own folder, or a refusal in words. */
    @FuzzTest
    void aNameIsOneFileInItsFolderOrRefused(byte[] raw) {
        String text = new String(raw, StandardCharsets.UTF_8);
        try {
            UploadName name = UploadName.parse(text);
            Path file = name.in(FOLDER);
            assertThat(file.normalize()).isEqualTo(file);
            assertThat(file.getParent()).isEqualTo(FOLDER);
            assertThat(FOLDER.resolve(name.archive() + ".json").normalize().getParent())
                    .isEqualTo(FOLDER);
        } catch (Refused refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }
}
