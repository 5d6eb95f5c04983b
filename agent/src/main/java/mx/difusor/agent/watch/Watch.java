package mx.difusor.agent.watch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls once a second on everything that depends on time. What one of them throws does not keep the others waiting. */
public final class Watch implements AutoCloseable {

    public static final Duration BEAT = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    /** Something that time brings. */
    @FunctionalInterface
    public interface Duty {
        void tick() throws Exception;
    }

    private final List<Duty> duties;
    private final ScheduledExecutorService executor;

    private @Nullable ScheduledFuture<?> beats;

    /** @param thread the name of the thread that all of them share */
    public Watch(String thread, List<Duty> duties) {
        this.duties = List.copyOf(duties);
        this.executor = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, thread));
    }

    public void start() {
        beats = executor.scheduleWithFixedDelay(this::beat, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** One round. */
    public void beat() {
        for (Duty duty : duties) {
            try {
                duty.tick();
            } catch (Exception | Error e) {
                LOG.error("a regular duty failed; it is tried again in a moment: {}", e.toString(), e);
            }
        }
    }

    @Override
    public void close() {
        if (beats != null) {
            beats.cancel(true);
        }
        executor.shutdownNow();
    }
}
