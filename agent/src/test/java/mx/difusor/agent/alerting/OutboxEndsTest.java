package mx.difusor.agent.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whoever hears of a beginning hears of its end, and nobody of a beginning that is over. */
class OutboxEndsTest {

    private static final Announcement BEGIN = Settings.BEGIN;
    private static final Announcement END = Settings.END;

    private final Map<Announcement, ChannelException> refused = new HashMap<>();
    private final List<Announcement> sent = new ArrayList<>();
    private final List<Announcement> taken = new ArrayList<>();
    private final List<Duration> slept = new ArrayList<>();
    private final ChannelTroubles troubles = new ChannelTroubles(new OutboxTest.RecordedTrouble());
    private @Nullable Runnable meanwhile;
    private @Nullable Runnable asleep;

    private final Outbox outbox = new Outbox(
            new Channel() {
                @Override
                public String name() {
                    return "mail";
                }

                @Override
                public void send(Announcement announcement, Instant at) throws ChannelException {
                    sent.add(announcement);
                    if (meanwhile != null) {
                        meanwhile.run();
                    }
                    ChannelException refusal = refused.get(announcement);
                    if (refusal != null) {
                        throw refusal;
                    }
                    taken.add(announcement);
                }
            },
            announcement -> {},
            troubles,
            Clock.fixed(Settings.AT, ZoneOffset.UTC),
            duration -> {
                slept.add(duration);
                if (asleep != null) {
                    asleep.run();
                }
            });

    private static ChannelException nobody(boolean again) {
        return new ChannelException("broken", again, null);
    }

    private static ChannelException partly() {
        return ChannelException.partly("full mailbox", true, null);
    }

    private static Announcement about(int number) {
        return Announcement.begin("code-" + number, Settings.SINCE, "message");
    }

    private void turns(int turns) throws InterruptedException {
        for (int i = 0; i < turns; i++) {
            outbox.turn();
        }
    }

    private void fillWithRefused() {
        for (int i = 0; i < Outbox.CAPACITY; i++) {
            refused.put(about(i), nobody(true));
            outbox.offer(about(i));
        }
    }

    private void untilEmpty() throws InterruptedException {
        while (!outbox.isEmpty()) {
            outbox.turn();
        }
    }

    @Test
    void aBeginningThatIsGivenUpIsNotToldAfterItsEnd() throws Exception {
        refused.put(BEGIN, nobody(true));
        List.of(BEGIN, END).forEach(outbox::offer);
        turns(Outbox.TRIES);
        assertThat(sent).hasSize(Outbox.TRIES).containsOnly(BEGIN);
        refused.clear();
        untilEmpty();
        assertThat(taken).containsExactly(END);
    }

    @Test
    void aBeginningThatMadeRoomIsNotToldAfterItsEnd() throws Exception {
        refused.put(BEGIN, nobody(true));
        List.of(BEGIN, END).forEach(outbox::offer);
        turns(Outbox.FAILING_AFTER);
        for (int i = 0; i < Outbox.CAPACITY - 1; i++) {
            outbox.offer(about(i));
        }
        refused.clear();
        untilEmpty();
        assertThat(taken).hasSize(Outbox.CAPACITY).contains(END).doesNotContain(BEGIN);
    }

    @Test
    void oneOfADigestThatIsOverIsLeftOutWhenTheOthersAreToldAfterAll() throws Exception {
        Announcement digest = Announcer.digest(List.of(BEGIN, about(1)), Settings.SINCE);
        refused.put(digest, nobody(true));
        List.of(digest, END).forEach(outbox::offer);
        turns(Outbox.TRIES);
        refused.clear();
        untilEmpty();
        assertThat(taken).containsExactly(END, about(1));
    }

    @Test
    void theOneThatCameFirstMakesRoomHoweverOftenTheyWereTried() throws Exception {
        fillWithRefused();
        turns(2 * Outbox.FAILING_AFTER);
        refused.put(about(Outbox.CAPACITY), nobody(true));
        outbox.offer(about(Outbox.CAPACITY));
        sent.clear();
        turns(Outbox.CAPACITY * Outbox.FAILING_AFTER);
        assertThat(sent).contains(about(1), about(Outbox.CAPACITY)).doesNotContain(about(0));
    }

    @Test
    void whatIsOnItsWayMakesNoRoomAndIsToldOnce() throws Exception {
        for (int i = 0; i < Outbox.CAPACITY; i++) {
            outbox.offer(about(i));
        }
        troubles.fails("mail", "broken");
        meanwhile = () -> {
            meanwhile = null;
            outbox.offer(about(Outbox.CAPACITY));
        };
        untilEmpty();
        assertThat(taken).hasSize(Outbox.CAPACITY + 1).doesNotHaveDuplicates().contains(about(1));
        assertThat(taken.get(taken.size() - 1)).as("it made room").isEqualTo(about(1));
    }

    @Test
    void whatMadeRoomWhileItWaitsIsNotSentAsWell() throws Exception {
        fillWithRefused();
        turns(Outbox.CAPACITY * Outbox.FAILING_AFTER);
        sent.clear();
        asleep = () -> {
            asleep = null;
            outbox.offer(Announcement.end("code-5", Settings.SINCE, Settings.UNTIL, "message"));
        };
        turns(1);
        assertThat(sent).isEmpty();
        turns(1);
        assertThat(sent).containsExactly(about(1));
    }

    @Test
    void whatSomeHaveIsNotToldToThemAgainWhenItMadeRoom() throws Exception {
        refused.put(about(0), partly());
        outbox.offer(about(0));
        turns(1);
        for (int i = 1; i <= Outbox.CAPACITY; i++) {
            outbox.offer(about(i));
        }
        refused.clear();
        troubles.fails("mail", "broken");
        untilEmpty();
        assertThat(sent).hasSize(Outbox.CAPACITY + 1);
        assertThat(taken).doesNotContain(about(0));
    }

    @Test
    void theEndWaitsForNoneOfThoseWhoLackTheBeginning() throws Exception {
        refused.put(BEGIN, partly());
        outbox.offer(BEGIN);
        turns(1);
        assertThat(slept).isEmpty();
        refused.put(END, nobody(true));
        outbox.offer(END);
        turns(Outbox.FAILING_AFTER);
        sent.clear();
        turns(2);
        assertThat(sent).as("in turns").containsExactly(BEGIN, END);
        refused.remove(END);
        turns(2);
        assertThat(taken).contains(END);
    }

    @Test
    void whoLacksTheBeginningGetsItBeforeTheEndOrNotAtAll() throws Exception {
        refused.putAll(Map.of(BEGIN, partly(), END, partly()));
        outbox.offer(BEGIN);
        turns(1);
        outbox.offer(END);
        turns(5);
        refused.clear();
        untilEmpty();
        assertThat(taken).as("both are wanting").containsExactly(BEGIN, END);

        taken.clear();
        refused.put(BEGIN, partly());
        outbox.offer(BEGIN);
        turns(1);
        outbox.offer(END);
        turns(1);
        assertThat(taken).containsExactly(END);
        assertThat(outbox.isEmpty()).as("nobody waits for the beginning").isTrue();
    }

    @Test
    void anEndThatWentAheadIsBehindItsBeginningAgainForThoseWhoLackBoth() throws Exception {
        refused.putAll(Map.of(BEGIN, partly(), END, nobody(true)));
        outbox.offer(BEGIN);
        turns(1);
        outbox.offer(END);
        turns(Outbox.FAILING_AFTER + 1);
        refused.put(END, partly());
        turns(1);
        refused.clear();
        untilEmpty();
        assertThat(taken).containsExactly(BEGIN, END);
    }
}
