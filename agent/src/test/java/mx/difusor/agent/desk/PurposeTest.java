package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.verify.StatedPurpose;
import org.junit.jupiter.api.Test;

class PurposeTest {

    private static final StatedPurpose TEST = new StatedPurpose(true, "a.csv", "SIMULACRO 2");
    private static final StatedPurpose NO_TEST = new StatedPurpose(false, "a.json", "false");

    private static Event event(boolean drill) {
        Instant opens = Instant.parse("2024-06-03T03:00:00Z");
        return new Event("pel", drill, opens, opens.plus(Duration.ofHours(24)), null, Duration.ofMinutes(15), 3);
    }

    @Test
    void aTestIsForADrillAndAnElectionForTheRealThing() {
        assertThat(Purpose.mistaken(event(true), TEST)).isEmpty();
        assertThat(Purpose.mistaken(event(false), NO_TEST)).isEmpty();
        assertThat(Purpose.mistaken(event(false), TEST))
                .hasValue("a.csv says \"SIMULACRO 2\", so this is a test, but pel is a real event; send it under the"
                        + " event that it belongs to");
        assertThat(Purpose.mistaken(event(true), NO_TEST))
                .hasValue("a.json says \"false\", so this is no test, but pel is a drill; send it under the event that"
                        + " it belongs to");
    }

    @Test
    void whatSaysNothingIsForEither() {
        assertThat(Purpose.mistaken(event(true), null)).isEmpty();
        assertThat(Purpose.mistaken(event(false), null)).isEmpty();
    }
}
