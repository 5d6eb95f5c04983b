package mx.difusor.agent.desk;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.archive.ArchiveInspection;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.verify.ByteSink;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the archive again behind everything else, one package after another, the one that was read the longest ago
 * first. It changes nothing: what is damaged is told, and noted in {@code history.log} once.
 */
public final class Scrub implements AutoCloseable {

    /** Slow enough for a disk that also serves the public: the usual archive's 20 GB take half an hour. */
    public static final long BYTES_PER_SECOND = 10L << 20;

    /** Every package is read at least so often; at that pace 6 TB are. */
    public static final Duration EVERY = Duration.ofDays(7);

    /** When nothing is due, it looks again after this: of a million packages, that takes seconds. */
    static final Duration IDLE = Duration.ofMinutes(10);

    /** Packages that are looked up at once. */
    static final int BATCH = 100;

    /** While packages are being checked it waits; after so long it reads another buffer nevertheless. */
    static final Duration YIELD_LIMIT = Duration.ofMinutes(1);

    private static final Duration YIELD = Duration.ofMillis(200);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
    private static final int CLOSE_TIMEOUT_MILLISECONDS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Scrub.class);

    /** How time passes. */
    @FunctionalInterface
    public interface Sleeper {
        void sleep(Duration duration) throws InterruptedException;
    }

    private final ArchiveInspection archive;
    private final Supplier<StoredPackage> stored;
    private final Archive running;
    private final BooleanSupplier busy;
    private final Clock clock;
    private final Sleeper sleeper;
    private final Thread thread = new Thread(this::run, "scrub");
    private volatile List<String> damaged = List.of();

    /** Folders of packages that {@code history.log} alone knows. */
    private Set<String> missing = Set.of();

    private List<String> stillMissing = List.of();

    /** When what is missing was looked for. */
    private @Nullable Instant looked;

    /**
     * @param archive read by this thread alone, closed with it
     * @param stored what is trusted at the moment
     * @param running the agent's own
     * @param busy whether packages are being checked
     */
    public Scrub(
            ArchiveInspection archive,
            Supplier<StoredPackage> stored,
            Archive running,
            BooleanSupplier busy,
            Clock clock,
            Sleeper sleeper) {
        this.archive = archive;
        this.stored = stored;
        this.running = running;
        this.busy = busy;
        this.clock = clock;
        this.sleeper = sleeper;
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        try {
            readLog();
            while (true) { // an interruption ends both what it does in turn
                if (!quietly()) {
                    sleeper.sleep(IDLE);
                }
            }
        } catch (InterruptedException | CancellationException e) {
            LOG.debug("the scrub ends");
        }
    }

    /** What the start of a long history left for later. */
    void readLog() {
        try {
            Pace pace = new Pace();
            missing = archive.readWhole(running.log(), pace::took);
        } catch (IOException e) {
            LOG.warn("history.log cannot be read again now: {}", Failures.inWords(e));
        } catch (MachineException e) {
            LOG.warn("history.log cannot be held against the archive now: {}; {}", e.getMessage(), e.cure());
        }
    }

    private boolean quietly() {
        try {
            return round();
        } catch (MachineException e) {
            LOG.warn("the archive cannot be read again now: {}; {}", e.getMessage(), e.cure());
            damaged = List.of(e.getMessage());
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("reading the archive again met a defect of the agent", e);
        }
        return false;
    }

    /**
     * Reads what is due, at most {@link #BATCH} packages, and as many that were read in a time to come.
     *
     * @return whether anything was
     * @throws CancellationException when interrupted
     */
    boolean round() throws MachineException {
        boolean any = checkWhatCameBack();
        stillMissing = archive.missing(missing);
        tell();
        for (ArchiveInspection.Kept one : archive.oldestChecked(null, BATCH)) {
            if (archive.checkedAt(one).plus(EVERY).isAfter(clock.instant())) {
                break;
            }
            any = true;
            check(one);
        }
        // Stamped by a clock that ran ahead, they would not be read again before that time has come.
        for (ArchiveInspection.Kept one : archive.checkedAfter(clock.instant(), BATCH)) {
            any = true;
            check(one);
        }
        return any;
    }

    /** While it was gone it may have been found damaged. Many may be gone: they are not looked for again and again. */
    private boolean checkWhatCameBack() throws MachineException {
        Instant now = clock.instant();
        if (looked != null && Duration.between(looked, now).abs().compareTo(IDLE) < 0) {
            return false;
        }
        looked = now;
        boolean any = false;
        Set<String> damages = Set.copyOf(archive.damages().keySet());
        for (String folder : running.lookForMissing()) {
            Optional<ArchiveInspection.Kept> one = damages.contains(folder) ? archive.in(folder) : Optional.empty();
            if (one.isPresent()) {
                any = true;
                check(one.get());
            }
        }
        return any;
    }

    private void check(ArchiveInspection.Kept one) throws MachineException {
        String before = archive.damage(one);
        String damage = stored.get().damage(one, new Pace());
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("the agent is stopping"); // which ends a reading as a broken disk would
        }
        archive.checked(one, clock.instant(), damage);
        if (!damage.isEmpty() && !damage.equals(before)) {
            Map<String, @Nullable Object> about = new LinkedHashMap<>();
            about.put("event", one.manifest().event());
            about.put("sequence", one.manifest().sequence());
            about.put("package", one.receipt().name());
            about.put("cause", damage);
            running.log().note(clock.instant(), "damaged", about);
        }
        tell();
    }

    /** Also what `archive check` found beside the running agent. */
    private void tell() throws MachineException {
        List<String> now = new ArrayList<>(stillMissing);
        archive.damages().forEach((folder, damage) -> now.add(folder + " is damaged: " + damage));
        damaged = List.copyOf(now);
    }

    /** What the last reading of each package found wrong, for people. Any thread. */
    public List<String> damaged() {
        return damaged;
    }

    @Override
    public void close() throws MachineException {
        thread.interrupt();
        try {
            thread.join(CLOSE_TIMEOUT_MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        archive.close();
    }

    /** Sleeps so that on average no more than {@link #BYTES_PER_SECOND} are read, and while there is other work. */
    private final class Pace implements ByteSink {
        private long owedNanos;

        @Override
        public void take(byte[] buffer, int length) {
            took(length);
        }

        void took(int length) {
            owedNanos += Duration.ofSeconds(1).toNanos() * length / BYTES_PER_SECOND;
            if (owedNanos >= SHORTEST_PAUSE.toNanos()) {
                pause(Duration.ofNanos(owedNanos));
                owedNanos = 0;
            }
            Duration yielded = Duration.ZERO;
            while (busy.getAsBoolean() && yielded.compareTo(YIELD_LIMIT) < 0) {
                pause(YIELD);
                yielded = yielded.plus(YIELD);
            }
        }

        private void pause(Duration duration) {
            try {
                sleeper.sleep(duration);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("the agent is stopping");
            }
        }
    }
}
