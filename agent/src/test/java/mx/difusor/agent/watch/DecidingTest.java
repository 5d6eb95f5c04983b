package mx.difusor.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import mx.difusor.agent.desk.Alerts;
import mx.difusor.agent.desk.DecidingThread;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DecidingTest {

    private final Alerts alerts = new Alerts(Clock.fixed(Instant.parse("2024-06-03T03:00:00Z"), ZoneOffset.UTC));

    @Test
    void aDecisionThatHangsIsAnAlertUntilOneIsMade() throws Exception {
        CountDownLatch disk = new CountDownLatch(1);
        try (DecidingThread hanging = new DecidingThread(Duration.ZERO);
                DecidingThread well = new DecidingThread()) {
            new Deciding(() -> decide(hanging, disk), alerts).tick();
            assertThat(alerts.active()).singleElement().satisfies(alert -> {
                assertThat(alert.code()).isEqualTo("storage-slow");
                assertThat(alert.message())
                        .contains("a decision takes longer than")
                        .contains("check the disk");
            });
            new Deciding(() -> decide(hanging, disk), alerts).tick();
            assertThat(alerts.active()).hasSize(1);

            disk.countDown();
            new Deciding(() -> decide(well, disk), alerts).tick();
            assertThat(alerts.active()).isEmpty();
        }
    }

    private static void decide(DecidingThread deciding, CountDownLatch disk) throws MachineException {
        deciding.call(() -> {
            disk.await();
            return null;
        });
    }

    @Test
    void whatElseFailsIsTheWatchsAndLeavesTheAlertAsItIs() {
        MachineException other = new MachineException("stopping", "the agent is stopping", "try again", null);
        alerts.raise("storage-slow", "since before");
        Deciding deciding = new Deciding(
                () -> {
                    throw other;
                },
                alerts);

        assertThatThrownBy(deciding::tick).isSameAs(other);
        assertThat(alerts.active()).extracting(Alert::code).containsExactly("storage-slow");
    }
}
