package mx.difusor.agent.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.ChannelTrial;
import mx.difusor.agent.model.MachineException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole room: from alerts that hold to what channels got, over restarts; and the operator's test. */
class AlertingTest {

    private static final Alert LATE = new Alert("late", Settings.SINCE, Settings.MESSAGE);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final AtomicLong nanos = new AtomicLong(77);
    private final OutboxTest.RecordedTrouble trouble = new OutboxTest.RecordedTrouble();

    private Alerting alerting(Channel... channels) {
        return new Alerting(
                folder.resolve(Alerting.FILE),
                new LocalDisk(),
                List.of(channels),
                null,
                trouble,
                Clock.fixed(Settings.AT, ZoneOffset.UTC),
                nanos::get,
                duration -> {});
    }

    private void look(Alerting alerting, int seconds, Alert... active) {
        for (int i = 0; i < seconds; i++) {
            nanos.addAndGet(1_000_000_000L);
            alerting.look(List.of(active));
        }
    }

    @Test
    void everyChannelIsToldAndARestartTellsNothingTwice() throws Exception {
        OutboxTest.ScriptedChannel webhook = new OutboxTest.ScriptedChannel("webhook", 0);
        OutboxTest.ScriptedChannel mail = new OutboxTest.ScriptedChannel("mail", 0);
        Alerting first = alerting(webhook, mail);
        first.start();
        look(first, 10, LATE);
        Awaitility.await().until(() -> webhook.sent.size() == 1 && mail.sent.size() == 1);
        look(first, 1, LATE);
        Path file = folder.resolve(Alerting.FILE);
        Awaitility.await().until(() -> {
            look(first, 1, LATE);
            return Files.readString(file).contains("\"code\":\"late\"");
        });
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        first.close();

        Alerting second = alerting(webhook, mail);
        second.start();
        look(second, 300, LATE);
        look(second, 40);
        Awaitility.await().until(() -> webhook.sent.size() == 2 && mail.sent.size() == 2);
        assertThat(webhook.sent.get(1)).isEqualTo(webhook.sent.get(0));
        second.close();
    }

    @Test
    void whatWasDeliveredJustBeforeAStopIsRemembered() throws Exception {
        OutboxTest.ScriptedChannel webhook = new OutboxTest.ScriptedChannel("webhook", 0);
        Alerting first = alerting(webhook);
        first.start();
        look(first, 6, LATE); // the last one tells it
        Awaitility.await().until(() -> webhook.sent.size() == 1);
        first.close();
        assertThat(folder.resolve(Alerting.FILE)).content().contains("\"code\":\"late\"");

        Alerting second = alerting(webhook);
        second.start();
        look(second, 1, LATE);
        look(second, 40);
        Awaitility.await().until(() -> webhook.sent.size() == 2);
        second.close();
    }

    @Test
    void aFileThatCannotBeReadCostsARepetitionAndNoMore() throws Exception {
        for (String text : List.of("", "{", "[]", "{\"standing\": [{}], \"begun\": {}}", "x".repeat(2 << 20))) {
            Files.writeString(folder.resolve(Alerting.FILE), text);
            OutboxTest.ScriptedChannel webhook = new OutboxTest.ScriptedChannel("webhook", 0);
            try (Alerting alerting = alerting(webhook)) {
                alerting.start();
                look(alerting, 10, LATE);
                Awaitility.await().until(() -> webhook.sent.size() == 1);
            }
        }
    }

    @Test
    void withoutAChannelNothingIsKeptAndTheTestIsEmpty() throws Exception {
        Alerting alerting = alerting();
        alerting.start();
        look(alerting, 20, LATE);
        assertThat(folder.resolve(Alerting.FILE)).doesNotExist();
        assertThat(alerting.test()).isEmpty();
    }

    @Test
    void theTestTellsOfEachChannelAndAWorkingOneCountsAsRepaired() throws Exception {
        OutboxTest.ScriptedChannel webhook = new OutboxTest.ScriptedChannel("webhook", 1);
        webhook.again = false;
        OutboxTest.ScriptedChannel mail = new OutboxTest.ScriptedChannel("mail", 0);
        Alerting alerting = alerting(webhook, mail);
        alerting.start();
        look(alerting, 10, LATE);
        Awaitility.await().until(() -> trouble.standing.containsKey(Outbox.ALERT));
        Awaitility.await().until(() -> mail.sent.size() == 1);
        webhook.failures.set(1);
        List<ChannelTrial> trials = alerting.test();
        assertThat(trials).extracting(ChannelTrial::channel).containsExactly("webhook", "mail");
        assertThat(trials).extracting(ChannelTrial::reason).containsExactly("broken", null);
        assertThat(trouble.standing).containsKey(Outbox.ALERT);
        assertThat(alerting.test()).allMatch(ChannelTrial::worked);
        assertThat(trouble.standing).isEmpty();
        Awaitility.await("what it was not told").until(() -> webhook.sent.size() == 4);
        assertThat(webhook.sent.get(3)).isEqualTo(webhook.sent.get(0)).startsWith("late-");
        assertThat(mail.sent).last().asString().startsWith("test-");
        alerting.close();
    }

    @Test
    void oneTestAtATime() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Alerting alerting = alerting(new Channel() {
            @Override
            public String name() {
                return "command";
            }

            @Override
            public void send(Announcement announcement, Instant at) throws InterruptedException {
                begun.countDown();
                end.await();
            }
        });
        Thread first = new Thread(() -> {
            try {
                alerting.test();
            } catch (MachineException e) {
                throw new IllegalStateException(e);
            }
        });
        first.start();
        begun.await();
        assertThatExceptionOfType(MachineException.class)
                .isThrownBy(alerting::test)
                .matches(e -> e.code().equals("alert-test-running"));
        end.countDown();
        first.join(Duration.ofSeconds(10).toMillis());
        assertThat(alerting.test()).allMatch(ChannelTrial::worked);
    }
}
