package mx.difusor.agent.desk;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import mx.difusor.agent.model.MachineException;

/** The one thread that decides: it owns history and the live root, so that nothing else needs a lock. */
public final class DecidingThread implements AutoCloseable {

    /** A disk that hangs longer is reported to whoever waits; the decision itself goes on. */
    static final Duration TIMEOUT = Duration.ofMinutes(5);

    /** The first publication of a start may write gigabytes; service managers wait 15 min for it and what is before it. */
    static final Duration FIRST_TIMEOUT = Duration.ofMinutes(14);

    private static final int CLOSE_TIMEOUT_SECONDS = 30;

    private final ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "deciding"));

    private final AtomicBoolean waiting = new AtomicBoolean();
    private final Duration patience;

    public DecidingThread() {
        this(TIMEOUT);
    }

    /** @param patience of those who wait for a decision */
    public DecidingThread(Duration patience) {
        this.patience = patience;
    }

    /**
     * Whether it has answered since it was asked last, and asks it again if so; never waits. False while a decision is
     * being made, and for ever once one does not end.
     */
    public boolean answers() {
        if (!waiting.compareAndSet(false, true)) {
            return false;
        }
        try {
            executor.execute(() -> waiting.set(false));
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** Runs it after everything that was asked for before, and waits. */
    public <T> T call(Callable<T> decision) throws MachineException {
        return call(decision, patience);
    }

    /** As {@link #call}, before anything is published: whoever gave up then would begin anew at the next start. */
    public <T> T callFirst(Callable<T> decision) throws MachineException {
        return call(decision, FIRST_TIMEOUT);
    }

    private <T> T call(Callable<T> decision, Duration limit) throws MachineException {
        Future<T> future;
        try {
            future = executor.submit(decision);
        } catch (RejectedExecutionException e) {
            throw new MachineException("stopping", "the agent is stopping", "try again when it runs", e);
        }
        try {
            return future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MachineException("stopping", "the agent is stopping", "try again when it runs", e);
        } catch (TimeoutException e) {
            throw new MachineException(
                    "storage-slow",
                    "a decision takes longer than " + limit.toSeconds() + " s",
                    "check the disk: it does not answer",
                    e);
        } catch (ExecutionException e) {
            throw unwrapped(e);
        }
    }

    private static MachineException unwrapped(ExecutionException e) {
        if (e.getCause() instanceof MachineException machine) {
            return machine;
        }
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        throw new IllegalStateException(e.getCause());
    }

    @Override
    public void close() {
        executor.shutdown();
        try {
            executor.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
