package mx.difusor.agent.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who listens outside hears it while the agent is well, and only then. */
class HeartbeatTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);
    private final List<Duration> slept = new CopyOnWriteArrayList<>();
    private final OutboxTest.RecordedTrouble trouble = new OutboxTest.RecordedTrouble();

    @SuppressWarnings("NullAway.Init")
    private Receiver receiver;

    @BeforeEach
    void listen() throws IOException {
        receiver = new Receiver();
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    private Heartbeat heartbeat(Sleeper sleeper) {
        return new Heartbeat(
                new AlertingSettings.Beat(receiver.uri("/ping/hidden"), Duration.ofMinutes(1)),
                new WebCall(),
                trouble,
                nanos::get,
                sleeper);
    }

    private void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    @Test
    void itIsHeardAtEveryInterval() {
        Semaphore intervals = new Semaphore(2);
        Heartbeat heartbeat = heartbeat(duration -> {
            slept.add(duration);
            intervals.acquire();
        });
        heartbeat.start();
        Awaitility.await().until(() -> receiver.came.size() == 3 && slept.size() == 3);
        heartbeat.close();
        assertThat(receiver.came)
                .allMatch(one -> one.method().equals("GET") && one.path().equals("/ping/hidden"));
        assertThat(slept).containsOnly(Duration.ofMinutes(1));
        assertThat(trouble.changes).isEmpty();
    }

    @Test
    void itStopsWhenTheAgentsOwnClockStopsAndGoesOnWithIt() throws Exception {
        Heartbeat heartbeat = heartbeat(slept::add);
        pass(Heartbeat.WELL);
        heartbeat.round();
        assertThat(receiver.came).hasSize(1);
        pass(Duration.ofMillis(1));
        heartbeat.round();
        assertThat(receiver.came).as("not well").hasSize(1);
        heartbeat.beat();
        heartbeat.round();
        assertThat(receiver.came).hasSize(2);
    }

    @Test
    void aFailedOneIsTriedTwiceMoreAndThenAnAlertUntilItIsHeardAgain() throws Exception {
        Heartbeat heartbeat = heartbeat(slept::add);
        receiver.answering(500, 503);
        heartbeat.round();
        assertThat(slept).containsExactlyElementsOf(Heartbeat.PAUSES);
        assertThat(trouble.changes).isEmpty();
        receiver.answering(500, 500, 500);
        heartbeat.round();
        assertThat(trouble.standing.get(Heartbeat.ALERT))
                .isEqualTo(
                        "http://127.0.0.1:" + receiver.uri("").getPort() + " answers 500; it is tried again every 60 s")
                .doesNotContain("hidden");
        heartbeat.round();
        assertThat(trouble.standing).isEmpty();
    }

    /** Memory that is short for a moment, a class that is gone: it ends no thread, and lasting it is an alert. */
    @Test
    void anErrorIsTriedAgainAndIsAnAlertWhereItLasts() throws Exception {
        AtomicInteger errors = new AtomicInteger(1);
        Trouble failing = new Trouble() {
            @Override
            public void raise(String code, String message) {
                trouble.raise(code, message);
            }

            @Override
            public void clear(String code) {
                if (errors.getAndDecrement() > 0) {
                    throw new NoClassDefFoundError("for the test");
                }
                trouble.clear(code);
            }
        };
        Heartbeat heartbeat = new Heartbeat(
                new AlertingSettings.Beat(receiver.uri("/ping/hidden"), Duration.ofMinutes(1)),
                new WebCall(),
                failing,
                nanos::get,
                slept::add);
        heartbeat.round();
        assertThat(receiver.came).hasSize(2);
        assertThat(slept).containsExactly(Heartbeat.PAUSES.get(0));
        assertThat(trouble.changes).isEmpty();
        errors.set(3);
        heartbeat.round();
        assertThat(trouble.standing.get(Heartbeat.ALERT))
                .isEqualTo("java.lang.NoClassDefFoundError: for the test; it is tried again every 60 s");
        heartbeat.round();
        assertThat(trouble.standing).isEmpty();
    }

    @Test
    void anErrorWhereAFailureIsToldEndsNoThreadEither() {
        AtomicInteger errors = new AtomicInteger(1);
        Trouble failing = new Trouble() {
            @Override
            public void raise(String code, String message) {
                if (errors.getAndDecrement() > 0) {
                    throw new NoClassDefFoundError("for the test");
                }
            }

            @Override
            public void clear(String code) {}
        };
        Semaphore pauses = new Semaphore(1);
        receiver.answering(404);
        Heartbeat heartbeat = new Heartbeat(
                new AlertingSettings.Beat(receiver.uri("/ping/hidden"), Duration.ofMinutes(1)),
                new WebCall(),
                failing,
                nanos::get,
                duration -> {
                    slept.add(duration);
                    pauses.acquire();
                });
        heartbeat.start();
        Awaitility.await().until(() -> slept.size() == 2);
        heartbeat.close();
        assertThat(receiver.came).hasSize(2);
        assertThat(slept).containsExactly(Rounds.PAUSE, Duration.ofMinutes(1));
    }

    @Test
    void anAddressThatIsGoneIsNotTriedAgainInTheSameRound() throws Exception {
        Heartbeat heartbeat = heartbeat(slept::add);
        receiver.answering(404);
        heartbeat.round();
        assertThat(slept).isEmpty();
        assertThat(trouble.standing).containsKey(Heartbeat.ALERT);
    }
}
