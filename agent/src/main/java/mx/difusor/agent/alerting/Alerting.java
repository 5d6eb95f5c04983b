package mx.difusor.agent.alerting;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.ChannelTrial;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/** Tells people outside this host what holds on it: docs/alerts.md. */
public final class Alerting implements AutoCloseable {

    /** What was announced, in the home. */
    static final String FILE = "announced.json";

    /** For an operator's test of all channels at once; the command's connection lasts no longer. */
    static final Duration TRIAL = Duration.ofSeconds(15);

    private final Clock clock;
    private final LongSupplier nanos;
    private final AnnouncedFile file;
    private final Announcer announcer;
    private final ChannelTroubles troubles;
    private final List<Channel> channels;
    private final List<Outbox> outboxes;
    private final @Nullable Heartbeat heartbeat;
    private final Semaphore trial = new Semaphore(1);

    /** Reads what an earlier run announced; nothing is told before {@link #start}. */
    public static Alerting of(AlertingSettings settings, Disk disk, Trouble trouble, Clock clock) {
        Wording wording = new Wording(settings);
        WebCall web = new WebCall();
        Sleeper sleeper = duration -> Thread.sleep(duration.toMillis());
        AlertingSettings.Beat beat = settings.heartbeat();
        Heartbeat heartbeat = beat == null ? null : new Heartbeat(beat, web, trouble, System::nanoTime, sleeper);
        return new Alerting(
                settings.home().resolve(FILE),
                disk,
                channels(settings, wording, web),
                heartbeat,
                trouble,
                clock,
                System::nanoTime,
                sleeper);
    }

    private static List<Channel> channels(AlertingSettings settings, Wording wording, WebCall web) {
        List<Channel> channels = new ArrayList<>();
        AlertingSettings.Webhook webhook = settings.webhook();
        if (webhook != null) {
            channels.add(new WebhookChannel(webhook, wording, web));
        }
        AlertingSettings.Mail mail = settings.mail();
        if (mail != null) {
            channels.add(new MailChannel(mail, wording));
        }
        if (!settings.command().isEmpty()) {
            channels.add(
                    new CommandChannel(new Program(settings.command(), settings.home(), Program.TIMEOUT), wording));
        }
        if (settings.log()) {
            channels.add(SystemLogChannel.ofThisHost(settings.home(), wording));
        }
        return channels;
    }

    Alerting(
            Path remembered,
            Disk disk,
            List<Channel> channels,
            @Nullable Heartbeat heartbeat,
            Trouble trouble,
            Clock clock,
            LongSupplier nanos,
            Sleeper sleeper) {
        this.clock = clock;
        this.nanos = nanos;
        this.file = new AnnouncedFile(remembered, disk);
        this.announcer = new Announcer(
                channels.isEmpty() ? Kept.NOTHING : file.read(), clock.instant(), Duration.ofNanos(nanos.getAsLong()));
        this.troubles = new ChannelTroubles(trouble);
        this.channels = List.copyOf(channels);
        this.heartbeat = heartbeat;
        this.outboxes = channels.stream()
                .map(one -> new Outbox(one, this::delivered, troubles, clock, sleeper))
                .toList();
    }

    public void start() {
        outboxes.forEach(Outbox::start);
        if (heartbeat != null) {
            heartbeat.start();
        }
    }

    /** The agent's own clock beats. Never blocks. */
    public void beat() {
        if (heartbeat != null) {
            heartbeat.beat();
        }
    }

    /** About once a second, from one thread of its own: it writes to the disk. */
    public void look(List<Alert> active) {
        if (channels.isEmpty()) {
            return;
        }
        synchronized (announcer) {
            List<Announcement> due = announcer.look(active, clock.instant(), up());
            due.forEach(one -> outboxes.forEach(outbox -> outbox.offer(one)));
        }
        remember();
    }

    private void remember() {
        Kept kept = null;
        synchronized (announcer) {
            if (announcer.changed()) {
                kept = announcer.kept(clock.instant(), up());
            }
        }
        if (kept != null) {
            file.write(kept);
        }
    }

    private void delivered(Announcement announcement) {
        synchronized (announcer) {
            announcer.delivered(announcement);
        }
    }

    private Duration up() {
        return Duration.ofNanos(nanos.getAsLong());
    }

    /**
     * Sends a test through each channel, all at once, one try each, within {@link #TRIAL}. A channel that works counts
     * as repaired.
     *
     * @return one for each configured channel; empty where there is none
     * @throws MachineException {@code alert-test-running}: another one is at it
     */
    public List<ChannelTrial> test() throws MachineException {
        if (!trial.tryAcquire()) {
            throw new MachineException(
                    "alert-test-running", "another test of the channels is running", "wait some seconds", null);
        }
        List<Channel> all = new ArrayList<>(channels);
        if (heartbeat != null) {
            all.add(heartbeat);
        }
        try {
            return all.isEmpty() ? List.of() : test(all);
        } finally {
            trial.release();
        }
    }

    private List<ChannelTrial> test(List<Channel> all) {
        ExecutorService threads = Executors.newFixedThreadPool(all.size(), task -> {
            Thread thread = new Thread(task, "alert-test");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Callable<ChannelTrial>> trials = all.stream()
                    .map(one -> (Callable<ChannelTrial>) () -> test(one))
                    .toList();
            List<Future<ChannelTrial>> answers = threads.invokeAll(trials, TRIAL.toMillis(), TimeUnit.MILLISECONDS);
            List<ChannelTrial> results = new ArrayList<>();
            for (int i = 0; i < answers.size(); i++) {
                results.add(answer(all.get(i).name(), answers.get(i)));
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return all.stream()
                    .map(one -> new ChannelTrial(one.name(), "the agent is stopping", Duration.ZERO))
                    .toList();
        } finally {
            threads.shutdownNow();
        }
    }

    private ChannelTrial test(Channel channel) throws InterruptedException {
        long begun = nanos.getAsLong();
        String reason = null;
        try {
            channel.send(Announcement.test(clock.instant()), clock.instant());
            outboxes.stream().filter(one -> one.isOf(channel)).forEach(Outbox::works);
        } catch (ChannelException e) {
            reason = e.reason();
        }
        return new ChannelTrial(channel.name(), reason, Duration.ofNanos(nanos.getAsLong() - begun));
    }

    private static ChannelTrial answer(String channel, Future<ChannelTrial> answer) throws InterruptedException {
        try {
            return answer.get();
        } catch (CancellationException e) {
            return new ChannelTrial(channel, "no answer within " + TRIAL.toSeconds() + " s", TRIAL);
        } catch (ExecutionException e) {
            return new ChannelTrial(channel, String.valueOf(e.getCause()), Duration.ZERO);
        }
    }

    @Override
    public void close() {
        if (heartbeat != null) {
            heartbeat.close();
        }
        outboxes.forEach(Outbox::close);
        // What was delivered since the last look: its end must be told after a start.
        remember();
    }
}
