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

    private static void deliver(Outbox outbox) throws InterruptedException {
        outbox.offer(Settings.BEGIN);
        while (!outbox.isEmpty()) {
            outbox.turn();
        }
    }

    private static Announcement about(String code) {
        return Announcement.begin(code, Settings.SINCE, "message");
    }

    @Test
    void itIsTriedAgainWithGrowingPausesUntilItWorks() throws Exception {
        ScriptedChannel channel = new ScriptedChannel("webhook", 8);
        Outbox outbox = outbox(channel);
        outbox.offer(Settings.BEGIN);
        List<Long> pauses = new ArrayList<>();
        while (!outbox.isEmpty()) {
            slept.clear();
            outbox.turn();
            pauses.add(slept.stream().mapToLong(Duration::toSeconds).sum());
        }
        assertThat(delivered).containsExactly(Settings.BEGIN);
        assertThat(pauses).containsExactly(5L, 15L, 0L, 60L, 120L, 300L, 600L, 600L, 600L);
        assertThat(trouble.changes.get(0)).isEqualTo("raise alert-channel-failed");
        assertThat(trouble.changes).endsWith("clear alert-channel-failed");
        assertThat(trouble.standing).isEmpty();
    }

    @Test
    void twoFailuresAreNoAlertAndThreeAre() throws Exception {
        deliver(outbox(new ScriptedChannel("webhook", 2)));
        assertThat(trouble.changes).isEmpty();
        deliver(outbox(new ScriptedChannel("webhook", 3)));
        assertThat(trouble.changes).containsExactly("raise alert-channel-failed", "clear alert-channel-failed");
    }

    @Test
    void itIsGivenUpAfterItsTries() throws Exception {
        ScriptedChannel channel = new ScriptedChannel("mail", Integer.MAX_VALUE);
        deliver(outbox(channel));
        assertThat(channel.sent).hasSize(Outbox.TRIES);
        assertThat(slept.stream().mapToLong(Duration::toSeconds).sum()).isEqualTo(5 + 15 + 60 + 120 + 300 + 34 * 600);
        assertThat(delivered).isEmpty();
        assertThat(trouble.standing)
                .containsEntry(Outbox.ALERT, "mail: broken; repair it, then run `difusor alert test`");
    }

    @Test
    void whatCannotHealIsNotTriedAgainAndIsAnAlertAtOnce() throws Exception {
        ScriptedChannel channel = new ScriptedChannel("webhook", 1);
        channel.again = false;
        deliver(outbox(channel));
        assertThat(channel.sent).hasSize(1);
        assertThat(slept).isEmpty();
        assertThat(trouble.standing).containsKey(Outbox.ALERT);
    }

    /** Refuses what its test says, and takes the rest. */
    private static Channel picky(String code, AtomicInteger failures, boolean again) {
        return new Channel() {
            @Override
            public String name() {
                return "command";
            }

            @Override
            public void send(Announcement announcement, Instant at) throws ChannelException {
                if (announcement.code().equals(code) && failures.getAndDecrement() > 0) {
                    throw new ChannelException("ended with code 1", again, null);
                }
            }
        };
    }

    private static void turns(Outbox outbox, int turns) throws InterruptedException {
        for (int i = 0; i < turns; i++) {
            outbox.turn();
        }
    }

    @Test
    void whatAChannelDoesNotTakeKeepsNothingElseWaiting() throws Exception {
        Outbox outbox = outbox(picky("odd", new AtomicInteger(Integer.MAX_VALUE), true));
        List.of("odd", "late", "site-down").forEach(code -> outbox.offer(about(code)));
        turns(outbox, Outbox.FAILING_AFTER + 2);
        assertThat(delivered).containsExactly(about("late"), about("site-down"));
        assertThat(trouble.changes).containsExactly("raise alert-channel-failed", "clear alert-channel-failed");
        slept.clear();
        outbox.turn();
        assertThat(slept).as("after its end nothing waits for a pause").isEmpty();
        outbox.turn();
        assertThat(slept.stream().mapToLong(Duration::toSeconds).sum()).isEqualTo(120);
        assertThat(trouble.standing).as("three in a row").isEmpty();
    }

    @Test
    void whatIsNewWaitsForNoLongPause() throws Exception {
        List<Outbox> one = new ArrayList<>();
        Outbox outbox = new Outbox(
                picky("odd", new AtomicInteger(Integer.MAX_VALUE), true), delivered::add, troubles, CLOCK, duration -> {
                    slept.add(duration);
                    if (slept.size() == 4) {
                        one.get(0).offer(about("late"));
                    }
                });
        one.add(outbox);
        outbox.offer(about("odd"));
        turns(outbox, Outbox.FAILING_AFTER + 2);
        assertThat(delivered).containsExactly(about("late"));
        assertThat(slept).as("5 s, 15 s, and two steps of a minute").hasSize(4);
    }

    @Test
    void nothingOvertakesItsOwnBeginningAndTheOthersKeepTheirOrder() throws Exception {
        Outbox outbox = outbox(picky("odd", new AtomicInteger(5), true));
        Announcement begin = about("odd");
        Announcement end = Announcement.end("odd", Settings.SINCE, Settings.UNTIL, "message");
        Announcement digest = new Announcement(
                Announcement.State.END, Announcement.SEVERAL, Settings.UNTIL, Settings.UNTIL, "", List.of(end));
        List.of(begin, digest, about("late"), about("site-down")).forEach(outbox::offer);
        while (!outbox.isEmpty()) {
            outbox.turn();
        }
        assertThat(delivered).containsExactly(about("late"), about("site-down"), begin, digest);
    }

    @Test
    void whatWasRefusedForGoodIsToldWhenTheChannelWorksUnlessItHasEnded() throws Exception {
        ScriptedChannel channel = new ScriptedChannel("webhook", 2);
        channel.again = false;
        Outbox outbox = outbox(channel);
        Announcement over = about("site-old");
        Announcement digest = Announcer.digest(List.of(about("interrupted"), over), Settings.SINCE);
        List.of(about("late"), digest).forEach(outbox::offer);
        turns(outbox, 2);
        assertThat(outbox.isEmpty()).isTrue();
        Announcement end = Announcement.end("site-old", Settings.SINCE, Settings.UNTIL, "message");
        outbox.offer(end);
        while (!outbox.isEmpty()) {
            outbox.turn();
        }
        assertThat(delivered).containsExactly(end, about("late"), about("interrupted"));
        assertThat(trouble.standing).isEmpty();
    }

    @Test
    void manyThatWereRefusedComeInOneDigest() throws Exception {
        ScriptedChannel channel = new ScriptedChannel("webhook", Announcer.SINGLY + 1);
        channel.again = false;
        Outbox outbox = outbox(channel);
        for (int i = 0; i <= Announcer.SINGLY; i++) {
            outbox.offer(about("code-" + i));
            outbox.turn();
        }
        deliver(outbox);
        assertThat(delivered).extracting(Announcement::code).containsExactly("late", Announcement.SEVERAL);
        assertThat(delivered.get(1).more()).hasSize(Announcer.SINGLY + 1);
    }

    @Test
    void oneThatTheChannelRefusesAgainAndAgainIsForgotten() throws Exception {
        AtomicInteger refusals = new AtomicInteger(Integer.MAX_VALUE);
        Outbox outbox = outbox(picky("odd", refusals, false));
        outbox.offer(about("odd"));
        for (int i = 0; i < 10; i++) {
            deliver(outbox);
        }
        assertThat(Integer.MAX_VALUE - refusals.get()).isEqualTo(Missed.MOST + 1);
        assertThat(delivered).hasSize(10);
        assertThat(trouble.standing).isEmpty();
    }

    @Test
    void anErrorIsTriedAgainAndEndsNoThread() {
        AtomicInteger errors = new AtomicInteger(1);
        Outbox outbox = outbox(new Channel() {
            @Override
            public String name() {
                return "mail";
            }

            @Override
            public void send(Announcement announcement, Instant at) {
                if (errors.getAndDecrement() > 0) {
                    throw new NoClassDefFoundError("for the test");
                }
            }
        });
        outbox.start();
        outbox.offer(Settings.BEGIN);
        Awaitility.await().until(() -> delivered.size() == 1);
        assertThat(trouble.changes).isEmpty();
        outbox.close();
    }

    @Test
    void aFaultOfOursIsTriedAgainAndKeepsNoOtherFromBeingTold() {
        AtomicInteger tries = new AtomicInteger();
        Outbox outbox = outbox(new Channel() {
            @Override
            public String name() {
                return "webhook";
            }

            @Override
            public void send(Announcement announcement, Instant at) {
                if (announcement.code().equals("odd")) {
                    tries.incrementAndGet();
                    throw new IllegalStateException("fault");
                }
            }
        });
        outbox.start();
        outbox.offer(about("odd"));
        outbox.offer(about("late"));
        Awaitility.await().until(() -> delivered.size() == 1);
        assertThat(delivered).extracting(Announcement::code).containsExactly("late");
        Awaitility.await().until(() -> tries.get() == Outbox.TRIES);
        outbox.close();
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
        ScriptedChannel channel = new ScriptedChannel("webhook", 1);
        channel.again = false;
        Outbox outbox = new Outbox(channel, delivered::add, new ChannelTroubles(failing), CLOCK, slept::add);
        outbox.start();
        outbox.offer(about("odd"));
        outbox.offer(about("late"));
        Awaitility.await().until(() -> delivered.contains(about("late")));
        assertThat(slept).containsExactly(Rounds.PAUSE);
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
