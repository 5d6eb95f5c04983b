package mx.difusor.agent.alerting;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits for one channel, and the thread that carries it: in order, again and again with growing pauses, so that a
 * dead channel keeps nobody but itself waiting.
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

    /** About six hours; then it is given up, and the next one is tried. */
    static final int TRIES = 40;

    /** Failures in a row from which on the channel counts as failing. */
    static final int FAILING_AFTER = 3;

    /** What a hung channel may delay a stop. */
    private static final Duration STOP = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    private final Channel channel;
    private final Consumer<Announcement> delivered;
    private final ChannelTroubles troubles;
    private final Clock clock;
    private final Sleeper sleeper;
    private final LinkedBlockingDeque<Announcement> waiting = new LinkedBlockingDeque<>(CAPACITY);
    private final Thread thread;

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

    /** Never blocks. That a channel fails is not told through itself. */
    void offer(Announcement announcement) {
        if (announcement.code().equals(ALERT) && troubles.failing(channel.name())) {
            return;
        }
        while (!waiting.offerLast(announcement)) {
            Announcement oldest = waiting.pollFirst();
            if (oldest != null) {
                LOG.warn("{}: {} was never delivered, {} wait already", channel.name(), oldest.id(), CAPACITY);
            }
        }
    }

    private void carry() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                deliver(waiting.takeFirst());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until it is delivered or given up. */
    void deliver(Announcement announcement) throws InterruptedException {
        for (int attempt = 1; attempt <= TRIES; attempt++) {
            try {
                channel.send(announcement, clock.instant());
                troubles.works(channel.name());
                delivered.accept(announcement);
                return;
            } catch (ChannelException e) {
                LOG.warn("{}: {} is not delivered: {}", channel.name(), announcement.id(), e.reason());
                if (e.reached()) {
                    delivered.accept(announcement);
                }
                if (e.reached() && (!e.again() || attempt >= FAILING_AFTER)) {
                    troubles.reachesSome(channel.name(), e.reason());
                } else if (!e.again() || attempt >= FAILING_AFTER) {
                    troubles.fails(channel.name(), e.reason());
                }
                if (!e.again()) {
                    return;
                }
            } catch (RuntimeException e) {
                LOG.error("{}: {} cannot be sent: {}", channel.name(), announcement.id(), e.toString(), e);
                troubles.fails(channel.name(), e.toString());
                return;
            }
            if (attempt < TRIES) {
                sleeper.sleep(PAUSES.get(Math.min(attempt, PAUSES.size()) - 1));
            }
        }
        LOG.warn("{}: {} is given up after {} tries", channel.name(), announcement.id(), TRIES);
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
