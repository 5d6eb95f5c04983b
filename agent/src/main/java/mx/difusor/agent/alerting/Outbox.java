package mx.difusor.agent.alerting;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits for one channel, and the thread that carries it: in order, again and again with growing pauses, so that a
 * dead channel keeps nobody but itself waiting, and an announcement that it does not take keeps no other.
 */
final class Outbox implements AutoCloseable {

    /** The alert about channels that do not work. */
    static final String ALERT = "alert-channel-failed";

    /** Announcements that wait at most; the oldest go first, because the newest tell how things stand. */
    static final int CAPACITY = 100;

    /** Before the second try, the third, ...; the last one for all further ones. */
    static final List<Duration> PAUSES = List.of(
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(5),
            Duration.ofMinutes(10));

    /** About six hours, longer where several wait for their next try; then it is given up. */
    static final int TRIES = 40;

    /** Of one announcement: then the others go first. In a row: then the channel counts as failing. */
    static final int FAILING_AFTER = 3;

    /** What is new waits no longer for what stands back. */
    static final Duration STEP = Duration.ofSeconds(5);

    /** What a hung channel may delay a stop. */
    private static final Duration STOP = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    private final Channel channel;
    private final Consumer<Announcement> delivered;
    private final ChannelTroubles troubles;
    private final Clock clock;
    private final Sleeper sleeper;
    private final WaitingLine line = new WaitingLine();
    private final Missed missed = new Missed();
    private final Thread thread;
    private int failuresInARow;

    /** @param delivered told of each one that the channel took */
    Outbox(Channel channel, Consumer<Announcement> delivered, ChannelTroubles troubles, Clock clock, Sleeper sleeper) {
        this.channel = channel;
        this.delivered = delivered;
        this.troubles = troubles;
        this.clock = clock;
        this.sleeper = sleeper;
        this.thread = new Thread(this::carry, "alert-" + channel.name());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Waits for nothing outside. That a channel fails is not told through itself. */
    void offer(Announcement announcement) {
        if (announcement.code().equals(ALERT) && troubles.failing(channel.name())) {
            return;
        }
        // What was missed comes back under the same lock: no beginning gets behind its end.
        synchronized (missed) {
            missed.told(announcement);
            line.add(announcement).ifPresent(this::madeRoom);
        }
    }

    private void madeRoom(WaitingLine.Waiting oldest) {
        LOG.warn(
                "{}: {} was delivered to {}, {} wait already",
                channel.name(),
                oldest.announcement.id(),
                oldest.reached ? "some alone" : "nobody",
                CAPACITY);
        if (!oldest.reached) {
            missed.add(oldest.announcement);
        }
    }

    private void carry() {
        Rounds.untilInterrupted(this::turn, sleeper);
    }

    boolean isEmpty() {
        return line.isEmpty();
    }

    /** One try of what is next. What stands back waits for its pause first, unless something new comes. */
    void turn() throws InterruptedException {
        WaitingLine.Waiting one = line.next();
        while (one.left.compareTo(Duration.ZERO) > 0) {
            if (line.hasFresh()) {
                return;
            }
            Duration step = one.left.compareTo(STEP) < 0 ? one.left : STEP;
            sleeper.sleep(step);
            one.left = one.left.minus(step);
        }
        if (line.sends(one)) {
            try {
                attempt(one);
            } finally {
                line.sent();
            }
        }
    }

    private void attempt(WaitingLine.Waiting one) throws InterruptedException {
        Announcement announcement = one.announcement;
        one.tries++;
        try {
            channel.send(announcement, clock.instant());
            line.delivered(one);
            failuresInARow = 0;
            works();
            delivered.accept(announcement);
        } catch (ChannelException e) {
            LOG.warn("{}: {} is not delivered: {}", channel.name(), announcement.id(), e.reason());
            if (e.reached()) {
                one.reached = true;
                delivered.accept(announcement);
            }
            failed(one, e);
        } catch (RuntimeException | Error e) {
            // Memory that is short for a moment, too: the thread goes on.
            LOG.error("{}: {} cannot be sent: {}", channel.name(), announcement.id(), e.toString(), e);
            failed(one, new ChannelException(e.toString(), true, e));
        }
    }

    private void failed(WaitingLine.Waiting one, ChannelException e) throws InterruptedException {
        failuresInARow++;
        if (!e.again() || failuresInARow >= FAILING_AFTER) {
            if (!e.reached()) {
                troubles.fails(channel.name(), e.reason());
            } else if (troubles.reachesSome(channel.name(), e.reason())) {
                repaired();
            }
        }
        if (!e.again() || one.tries >= TRIES) {
            LOG.warn("{}: {} is given up, tries: {}", channel.name(), one.announcement.id(), one.tries);
            if (line.remove(one) && !one.reached) {
                missed.add(one.announcement);
            }
            return;
        }
        Duration pause = PAUSES.get(Math.min(one.tries, PAUSES.size()) - 1);
        if (one.tries < FAILING_AFTER && !one.reached) {
            sleeper.sleep(pause);
        } else {
            one.left = pause;
            line.back(one);
        }
    }

    boolean isOf(Channel other) {
        return channel == other;
    }

    /** The channel was seen to work. Any thread. */
    void works() {
        if (troubles.works(channel.name())) {
            repaired();
        }
    }

    private void repaired() {
        line.hurry();
        synchronized (missed) {
            missed.take(clock.instant()).forEach(this::offer);
        }
    }

    /** What waits is not delivered; the next run announces it again if it still holds. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(STOP.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
