package mx.difusor.agent.speed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import mx.difusor.agent.e2e.Shell;
import mx.difusor.agent.e2e.Site;
import org.junit.jupiter.api.Test;

/** From the start of the process until {@code /readyz} says so. */
class StartSpeedIT {

    /** In the time of a Java program that only prints its version. */
    private static final double OF_A_BARE_JVM = 120;

    private final Size size = Size.asked();

    @Test
    void readyWithinTwoSeconds() throws Exception {
        Tables table = Tables.comparing("Start to readiness", "how", "java -version");
        try (Place place = Place.onDisk();
                Site site = Site.open(place.folder)) {
            Comparison plain = Comparison.of(
                    1,
                    size.pairs,
                    () -> {
                        double time = site.timedStart(List.of());
                        site.stop();
                        return time;
                    },
                    Comparison.whole(() -> Shell.run(place.folder, java.util.Map.of(), List.of("java", "-version"))
                            .ok()));
            table.compare("java -jar", plain);
            assertThat(plain.ratio()).isLessThan(OF_A_BARE_JVM);
        }
    }
}
