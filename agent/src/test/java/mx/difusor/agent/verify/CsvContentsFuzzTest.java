package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A {@code .csv} out of any bytes: accepted or refused, always in bounded words. */
class CsvContentsFuzzTest {

    private static final int MAX_KEYS = 50;
    private static final String PATH = "base.csv";

    @FuzzTest
    void everyAnswerIsInBoundedWords(byte[] content) throws IOException {
        CsvContents.Findings found = CsvContents.of(new ByteArrayInputStream(content), MAX_KEYS);
        String problem = found.problem();
        if (problem != null) {
            assertThat(problem).isNotBlank().hasSizeLessThan(500).doesNotContain("\n");
            assertThat(found.base()).isNull();
            assertThat(found.remarks()).isEmpty();
        }
        assertThat(found.remarks()).extracting(Remark::code).doesNotHaveDuplicates();
        for (Remark remark : found.remarks()) {
            assertThat(remark.about(PATH))
                    .hasSizeLessThanOrEqualTo(Remark.MAX_CHARACTERS)
                    .doesNotContain("\n");
        }
        BaseSummary base = found.base();
        if (base != null) {
            assertThat(found.cut()).isNotNull();
            assertThat(base.keptKeys()).isLessThanOrEqualTo(MAX_KEYS);
            BaseSummaries own = new BaseSummaries(Map.of(PATH, base));
            assertThat(own.since(own, List.of(PATH), "itself")).isEmpty();
        }
    }
}
