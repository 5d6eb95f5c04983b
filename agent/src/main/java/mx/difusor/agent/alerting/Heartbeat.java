package mx.difusor.agent.alerting;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks an address again and again while the agent is well, so that somebody outside notices when that ends: the one
 * alert that a dead host can give.
 */
final class Heartbeat implements Channel, AutoCloseable {

    static final String ALERT = "heartbeat-failed";

    /** Without a beat of the agent's own clock for so long it is not well, and nobody is told that it is. */
    static final Duration WELL = Duration.ofSeconds(30);

    /** Within one round. */
    static final List<Duration> PAUSES = List.of(Duration.ofSeconds(2), Duration.ofSeconds(5));

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    private final URI url;
    private final Duration every;
    private final WebCall web;
    private final Trouble trouble;
    private final LongSupplier nanos;
    private final Sleeper sleeper;
    private final Thread thread;
    private volatile long lastBeat;

    /** @param nanos a monotonic clock */
    Heartbeat(AlertingSettings.Beat settings, WebCall web, Trouble trouble, LongSupplier nanos, Sleeper sleeper) {
        this.url = settings.url();
        this.every = settings.every();
        this.web = web;
        this.trouble = trouble;
        this.nanos = nanos;
        this.sleeper = sleeper;
        this.lastBeat = nanos.getAsLong();
        this.thread = new Thread(this::run, "heartbeat");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** The agent is well at this moment. */
    void beat() {
        lastBeat = nanos.getAsLong();
    }

    @Override
    public String name() {
        return "heartbeat";
    }

    private void run() {
        Rounds.untilInterrupted(this::interval, sleeper);
    }

    private void interval() throws InterruptedException {
        round();
        sleeper.sleep(every);
    }

    /** One interval's work. */
    void round() throws InterruptedException {
        if (nanos.getAsLong() - lastBeat > WELL.toNanos()) {
            LOG.error("no heartbeat is sent: the agent's own clock has not beaten for {} s", WELL.toSeconds());
            return;
        }
        for (int attempt = 0; ; attempt++) {
            try {
                ask();
                trouble.clear(ALERT);
                return;
            } catch (ChannelException e) {
                if (!e.again() || attempt >= PAUSES.size()) {
                    failed(e.reason());
                    return;
                }
            } catch (RuntimeException | Error e) {
                // Memory that is short for a moment, too: the thread goes on.
                LOG.error("the heartbeat cannot be sent: {}", e.toString(), e);
                if (attempt >= PAUSES.size()) {
                    failed(e.toString());
                    return;
                }
            }
            sleeper.sleep(PAUSES.get(attempt));
        }
    }

    private void failed(String reason) {
        trouble.raise(ALERT, reason + "; it is tried again every " + every.toSeconds() + " s");
    }

    private void ask() throws ChannelException, InterruptedException {
        web.send(HttpRequest.newBuilder(url)
                .timeout(WebCall.TIMEOUT)
                .header("User-Agent", "difusor-agent")
                .GET()
                .build());
    }

    /** For an operator's test: one beat. */
    @Override
    public void send(Announcement announcement, Instant at) throws ChannelException, InterruptedException {
        ask();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
