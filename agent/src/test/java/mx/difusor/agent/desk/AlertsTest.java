package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.Test;

/** What lasts is shown until it ends, what happened for a day. */
class AlertsTest {

    private static final Instant BEGAN = Instant.parse("2024-06-03T03:00:00Z");

    private final SettableClock clock = new SettableClock(BEGAN);
    private final Alerts alerts = new Alerts(clock);

    @Test
    void aConditionsBeginningStaysAndItsWordsAreTheNewest() {
        alerts.raise("disk", "80 % are full");
        clock.pass(Duration.ofDays(3));
        alerts.raise("disk", "90 % are full");
        assertThat(alerts.active()).containsExactly(new Alert("disk", BEGAN, "90 % are full"));
        alerts.clear("disk");
        alerts.clear("disk");
        assertThat(alerts.active()).isEmpty();
    }

    @Test
    void whatHappenedIsShownForADay() {
        alerts.incident("moved", "once");
        clock.pass(Alerts.INCIDENT_SHOWN);
        assertThat(alerts.active()).extracting(Alert::message).containsExactly("once");
        clock.pass(Duration.ofMillis(1));
        assertThat(alerts.active()).isEmpty();
    }

    @Test
    void everyIncidentIsCountedWhoeverLooksAndHoweverLongAgo() {
        alerts.incident("moved", "once");
        alerts.incident("moved", "and in the same moment again");
        assertThat(alerts.active()).containsExactly(new Alert("moved", BEGAN, "and in the same moment again", true, 2));
        clock.pass(Alerts.INCIDENT_SHOWN.multipliedBy(2));
        assertThat(alerts.active()).isEmpty();
        alerts.incident("moved", "anew");
        alerts.incident("other", "first");
        assertThat(alerts.active()).extracting(Alert::times).containsExactly(3L, 1L);
    }

    @Test
    void whatLastsUnderTheCodeOfWhatHappenedAndEndedOutlivesTheDay() {
        alerts.incident("moved", "once");
        alerts.clear("moved");
        alerts.raise("moved", "all the time");
        clock.pass(Alerts.INCIDENT_SHOWN.multipliedBy(2));
        assertThat(alerts.active()).extracting(Alert::message).containsExactly("all the time");
    }

    @Test
    void whatAMachineSaysIsShownWithItsCure() {
        alerts.raise(new MachineException("disk", "it is full", "clear it", null));
        assertThat(alerts.active()).containsExactly(new Alert("disk", BEGAN, "it is full; clear it"));
    }
}
