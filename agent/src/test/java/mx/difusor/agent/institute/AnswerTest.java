package mx.difusor.agent.institute;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AnswerTest {

    private static Answer live(String outcome, String receivedAt, String liveAt) throws IOException {
        return Answer.parse("{\"outcome\":\"%s\",\"publication\":\"live\",\"receivedAt\":\"%s\",\"liveAt\":\"%s\"}"
                .formatted(outcome, receivedAt, liveAt)
                .getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aPackageThatWentLiveSaysHowLongItTook() throws IOException {
        assertThat(live("accepted", "2024-06-03T03:00:00.100Z", "2024-06-03T03:00:00.400Z")
                        .untilLive())
                .hasValue(Duration.ofMillis(300));
    }

    @Test
    void oneThatWasLiveBeforeItCameAgainDoesNot() throws IOException {
        assertThat(live("duplicate", "2024-06-03T03:10:00Z", "2024-06-03T03:00:00Z")
                        .untilLive())
                .isEmpty();
    }
}
