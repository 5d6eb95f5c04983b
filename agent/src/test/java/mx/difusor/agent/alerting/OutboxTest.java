package mx.difusor.agent.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** How one channel's announcements are tried, in order, without keeping anybody else waiting. */
class OutboxTest {

    private static final Clock CLOCK = Clock.fixed(Settings.AT, ZoneOffset.UTC);

    private final List<Duration> slept = new CopyOnWriteArrayList<>();
    private final List<Announcement> delivered = new CopyOnWriteArrayList<>();
    private final RecordedTrouble trouble = new RecordedTrouble();
    private final ChannelTroubles troubles = new ChannelTroubles(trouble);

    /** Alerts as they stand, and every change. */
    static final class RecordedTrouble implements Trouble {
        final TreeMap<String, String> standing = new TreeMap<>();
        final List<String> changes = Collections.synchronizedList(new ArrayList<>());

        @Override
        public synchronized void raise(String code, String message) {
            standing.put(code, message);
            changes.add("raise " + code);
        }

        @Override
        public synchronized void clear(String code) {
            if (standing.remove(code) != null) {
                changes.add("clear " + code);
            }
        }
    }

    /** Fails as often as the test says, then works. */
    static final class ScriptedChannel implements Channel {
        final List<String> sent = new CopyOnWriteArrayList<>();
        final String name;
        final AtomicInteger failures;
        volatile boolean again = true;

        ScriptedChannel(String name, int failures) {
            this.name = name;
            this.failures = new AtomicInteger(failures);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void send(Announcement announcement, Instant at) throws ChannelException {
            sent.add(announcement.id());
            if (failures.getAndDecrement() > 0) {
                throw new ChannelException("broken", again, null);
            }
        }
    }

    private Outbox outbox(Channel channel) {
        return new Outbox(channel, delivered::add, troubles, CLOCK, slept::add);
    }

    private static Announcement about(String code) {
        return Announcement.begin(code, Settings.SINCE, "message");
    }

    @Test
    void itIsTriedAgainWithGrowingPausesUntilItWorks() throws Exception {
        ScriptedChannel channel = new ScriptedChannel("webhook", 8);
        outbox(channel).deliver(Settings.BEGIN);
        assertThat(delivered).containsExactly(Settings.BEGIN);
        assertThat(slept).extracting(Duration::toSeconds).containsExactly(5L, 15L, 60L, 120L, 300L, 600L, 600L, 600L);
        assertThat(trouble.changes.get(0)).isEqualTo("raise alert-channel-failed");
        assertThat(trouble.changes).endsWith("clear alert-channel-failed");
        assertThat(trouble.standing).isEmpty();
    }

    @Test
    void twoFailuresAreNoAlertAndThreeAre() throws Exception {
        outbox(new ScriptedChannel("webhook", 2)).deliver(Settings.BEGIN);
        assertThat(trouble.changes).isEmpty();
        outbox(new ScriptedChannel("webhook", 3)).deliver(Settings.BEGIN);
        assertThat(trouble.changes).containsExactly("raise alert-channel-failed", "clear alert-channel-failed");
    }

    @Test
    void itIsGivenUpAfterItsTries() throws Exception {
        ScriptedChannel channel = new ScriptedChannel("mail", Integer.MAX_VALUE);
        outbox(channel).deliver(Settings.BEGIN);
        assertThat(channel.sent).hasSize(Outbox.TRIES);
        assertThat(slept).hasSize(Outbox.TRIES - 1);
        assertThat(delivered).isEmpty();
        assertThat(trouble.standing)
                .containsEntry(Outbox.ALERT, "mail: broken; repair it, then run `difusor alert test`");
    }

    @Test
    void whatCannotHealIsNotTriedAgainAndIsAnAlertAtOnce() throws Exception {
        ScriptedChannel channel = new ScriptedChannel("webhook", 1);
        channel.again = false;
        outbox(channel).deliver(Settings.BEGIN);
        assertThat(channel.sent).hasSize(1);
        assertThat(slept).isEmpty();
        assertThat(trouble.standing).containsKey(Outbox.ALERT);
    }

    @Test
    void aFaultOfOursEndsTheOneAnnouncementAndNotTheThread() throws Exception {
        Outbox outbox = outbox(new Channel() {
            @Override
            public String name() {
                return "webhook";
            }

            @Override
            public void send(Announcement announcement, Instant at) {
                if (announcement.code().equals("odd")) {
                    throw new IllegalStateException("fault");
                }
            }
        });
        outbox.start();
        outbox.offer(about("odd"));
        outbox.offer(about("late"));
        Awaitility.await().until(() -> delivered.size() == 1);
        assertThat(delivered).extracting(Announcement::code).containsExactly("late");
        outbox.close();
    }

    @Test
    void thatAChannelFailsIsNotToldThroughItself() {
        ScriptedChannel webhook = new ScriptedChannel("webhook", 0);
        ScriptedChannel mail = new ScriptedChannel("mail", 0);
        troubles.fails("webhook", "broken");
        Outbox first = outbox(webhook);
        Outbox second = outbox(mail);
        List.of(first, second).forEach(one -> {
            one.start();
            one.offer(about(Outbox.ALERT));
            one.offer(about("late"));
        });
        Awaitility.await().until(() -> webhook.sent.size() + mail.sent.size() == 3);
        assertThat(webhook.sent).containsExactly(about("late").id());
        assertThat(mail.sent)
                .containsExactly(about(Outbox.ALERT).id(), about("late").id());
        first.close();
        second.close();
    }

    @Test
    void theQueueHasABoundAndTheOldestGo() {
        ScriptedChannel channel = new ScriptedChannel("webhook", 0);
        Outbox outbox = outbox(channel);
        for (int i = 0; i < Outbox.CAPACITY + 7; i++) {
            outbox.offer(about("code-" + i));
        }
        outbox.start();
        Awaitility.await().until(() -> delivered.size() == Outbox.CAPACITY);
        assertThat(delivered.get(0).code()).isEqualTo("code-7");
        assertThat(delivered.get(Outbox.CAPACITY - 1).code()).isEqualTo("code-" + (Outbox.CAPACITY + 6));
        outbox.close();
    }

    @Test
    void aHungChannelKeepsNoOtherWaitingAndNotTheStopEither() {
        CountDownLatch never = new CountDownLatch(1);
        Outbox hung = outbox(new Channel() {
            @Override
            public String name() {
                return "mail";
            }

            @Override
            public void send(Announcement announcement, Instant at) throws InterruptedException {
                never.await();
            }
        });
        Outbox other = outbox(new ScriptedChannel("webhook", 0));
        for (Outbox one : List.of(hung, other)) {
            one.start();
            one.offer(Settings.BEGIN);
        }
        Awaitility.await().until(() -> delivered.size() == 1);
        hung.close();
        other.close();
        Awaitility.await("the end of its thread")
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(one -> one.getName().equals("alert-mail")));
    }

    @Test
    void severalFailingChannelsAreOneAlertThatNamesThem() {
        troubles.fails("webhook", "connection refused");
        troubles.fails("mail", "no answer");
        assertThat(trouble.standing.get(Outbox.ALERT))
                .isEqualTo("mail: no answer; webhook: connection refused; repair it, then run `difusor alert test`");
        troubles.works("webhook");
        assertThat(trouble.standing.get(Outbox.ALERT)).startsWith("mail: no answer; repair");
        troubles.works("mail");
        assertThat(trouble.standing).isEmpty();
    }
}
