package mx.difusor.agent.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AvailabilityTest {

    private static final Instant HOUR = Instant.parse("2024-06-03T03:00:00Z");

    private static ProbedHour hour(int after, int probes, int good) {
        return new ProbedHour(HOUR.plusSeconds(3600L * after), probes, good, 40);
    }

    @Test
    void itIsTheGoodProbesOfAll() {
        List<ProbedHour> hours = List.of(hour(0, 60, 60), hour(1, 60, 57));
        Availability both = Availability.of(hours, HOUR, HOUR.plusSeconds(7200));
        assertThat(both).isEqualTo(new Availability(120, 117));
        assertThat(both.ratio()).isEqualTo(0.975);
    }

    @Test
    void onlyHoursThatOverlapTheTimeCount() {
        List<ProbedHour> hours = List.of(hour(0, 1, 1), hour(1, 2, 2), hour(2, 4, 4), hour(3, 8, 8));
        Instant since = HOUR.plusSeconds(3600);
        assertThat(Availability.of(hours, since, since.plusSeconds(3600)).probes())
                .isEqualTo(2 + 4);
        assertThat(Availability.of(hours, since.plusSeconds(3599), since.plusSeconds(3600))
                        .probes())
                .isEqualTo(2 + 4);
        assertThat(Availability.of(hours, since.minusSeconds(1), since).probes())
                .isEqualTo(1 + 2);
    }

    @Test
    void itIsNeverRoundedUpAndNothingIsSaidOfNothing() {
        assertThat(new Availability(43_200, 43_156).ratio()).isEqualTo(0.998981);
        assertThat(new Availability(10_000_000, 9_999_999).ratio()).isLessThan(1.0);
        assertThat(new Availability(43_200, 43_200).ratio()).isEqualTo(1.0);
        assertThat(new Availability(0, 0).ratio()).isNull();
    }
}
