package mx.difusor.agent.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.Test;

/** Receipts and manifests as they are written and read back. */
class JsonTest extends OneArchive {

    @Test
    void receiptsReadBackAsTheyWereWritten() throws Exception {
        Candidate candidate = candidate("x.zip", "1");
        for (Receipt.Outcome outcome : Receipt.Outcome.values()) {
            Receipt receipt = receipt(candidate, manifest(1), outcome);
            assertThat(Json.receipt(Json.receipt(receipt))).isEqualTo(receipt);
        }
        assertThatThrownBy(() -> Json.receipt("{}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class);
        assertThat(Objects.requireNonNull(Json.manifest(Json.manifest(manifest(1)))))
                .isEqualTo(manifest(1));
    }
}
