package mx.difusor.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import mx.difusor.agent.model.Forecast;
import org.junit.jupiter.api.Test;

class FillingTest {

    private static final Instant NOW = Instant.parse("2024-06-03T08:00:00Z");

    @Test
    void samplesAreFewAndAClockThatIsPutBackStartsAnew() {
        Filling filling = new Filling();
        Instant now = NOW;
        for (int second = 0; second < 4 * 3600; second += 10) {
            now = NOW.plusSeconds(second);
            assertThat(filling.samples()).isLessThanOrEqualTo(181);
            Optional<Instant> full = filling.fullAt(now, second, 3600);
            assertThat(full.isPresent()).isEqualTo(second >= Forecast.SHORTEST.toSeconds());
        }
        assertThat(filling.fullAt(now, 4 * 3600, 3600).orElseThrow())
                .isBetween(now.plusSeconds(3500), now.plusSeconds(3700));
        assertThat(filling.fullAt(NOW.minusSeconds(1), 0, 3600)).isEmpty();
        assertThat(filling.samples()).isEqualTo(1);
    }
}
