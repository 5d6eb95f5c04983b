package mx.difusor.agent.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForecastTest {
    private static final Instant NOW = Instant.parse("2024-06-03T08:00:00Z");

    /** A cut of so many bytes every quarter of an hour, for so long until so long ago. */
    private static List<Forecast.Sample> cuts(long bytes, Duration from, Duration until) {
        List<Forecast.Sample> samples = new ArrayList<>();
        long taken = 1_000;
        for (Duration ago = from; !ago.isNegative(); ago = ago.minusMinutes(15)) {
            taken += ago.compareTo(until) >= 0 ? bytes : 0;
            samples.add(new Forecast.Sample(NOW.minus(ago), taken));
        }
        return samples;
    }

    @Test
    void whatGrewInTheLastHoursGoesOn() {
        // 400 an hour, 800 are left.
        List<Forecast.Sample> steady = cuts(100, Forecast.WINDOW, Duration.ZERO);
        assertThat(Forecast.fullAt(steady, 800)).contains(NOW.plus(Duration.ofHours(2)));
        assertThat(Forecast.fullAt(steady, 0)).contains(NOW);
    }

    @Test
    void whatIsLongAgoDoesNotCount() {
        List<Forecast.Sample> samples = new ArrayList<>();
        samples.add(new Forecast.Sample(NOW.minus(Duration.ofHours(9)), -1_000_000));
        samples.addAll(cuts(100, Forecast.WINDOW, Duration.ZERO));
        assertThat(Forecast.fullAt(samples, 800)).contains(NOW.plus(Duration.ofHours(2)));
    }

    @Test
    void nothingIsForetoldWhereNothingCameInLately() {
        assertThat(Forecast.fullAt(List.of(), 800)).isEmpty();
        assertThat(Forecast.fullAt(cuts(0, Forecast.WINDOW, Duration.ZERO), 800))
                .isEmpty();
        assertThat(Forecast.fullAt(cuts(-5, Forecast.WINDOW, Duration.ZERO), 800))
                .isEmpty();
        assertThat(Forecast.fullAt(cuts(100, Forecast.WINDOW, Duration.ofMinutes(75)), 800))
                .isEmpty();
        assertThat(Forecast.fullAt(cuts(100, Forecast.WINDOW, Duration.ofMinutes(45)), 800))
                .isPresent();
    }

    @Test
    void nothingIsForetoldFromAGlanceOrBeyondTheHorizon() {
        Forecast.Sample before =
                new Forecast.Sample(NOW.minus(Forecast.SHORTEST).plusSeconds(1), 0);
        assertThat(Forecast.fullAt(List.of(before, new Forecast.Sample(NOW, 10)), 10))
                .isEmpty();
        assertThat(Forecast.fullAt(cuts(100, Forecast.WINDOW, Duration.ZERO), 400L * 24 * 7))
                .isPresent();
        assertThat(Forecast.fullAt(cuts(100, Forecast.WINDOW, Duration.ZERO), 400L * 24 * 8))
                .isEmpty();
        assertThat(Forecast.fullAt(cuts(1, Forecast.WINDOW, Duration.ZERO), Long.MAX_VALUE))
                .isEmpty();
    }

    @Test
    void theTimeIsTheEventsAndNamesAnotherDay() {
        ZoneOffset pacific = ZoneOffset.ofHours(-7);
        Instant full = Instant.parse("2024-06-03T11:10:40Z");
        assertThat(Forecast.text(full, NOW, pacific)).isEqualTo("04:10");
        assertThat(Forecast.text(full, Instant.parse("2024-06-03T06:59:00Z"), pacific))
                .isEqualTo("2024-06-03 04:10");
    }

    @Test
    void nothingIsForetoldWhereLessIsTakenThanHoursAgo() {
        List<Forecast.Sample> samples = List.of(
                new Forecast.Sample(NOW.minus(Forecast.WINDOW), 1_000),
                new Forecast.Sample(NOW.minus(Forecast.LATELY), 100),
                new Forecast.Sample(NOW, 200));
        assertThat(Forecast.fullAt(samples, 800)).isEmpty();
    }
}
