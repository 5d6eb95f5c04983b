package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A {@code .json} out of any bytes; what is let through, a strict reader of the whole tree reads too. */
class JsonContentsFuzzTest {

    private static final ObjectMapper STRICT = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    @FuzzTest
    void whatIsLetThroughIsJsonAndTheRestIsRefusedInWords(byte[] content) throws IOException {
        JsonContents.Findings found = JsonContents.of(new ByteArrayInputStream(content));
        String problem = found.problem();
        if (problem == null) {
            String text = new String(content, StandardCharsets.UTF_8);
            assertThat(text.getBytes(StandardCharsets.UTF_8)).isEqualTo(content);
            assertThat(STRICT.readTree(text.startsWith("\ufeff") ? text.substring(1) : text))
                    .isNotNull();
        } else {
            assertThat(problem).isNotBlank().hasSizeLessThan(2_000).doesNotContain("\n");
            assertThat(found.cut()).isNull();
        }
    }
}
