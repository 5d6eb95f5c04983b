package mx.difusor.agent.disk;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Does the same to every item of a list, several at once, and ends when all of it has ended. Where something fails the
 * failure of the first such item in the list's order is thrown, as if it had been done one after another: all items
 * before it were done to their end.
 */
public final class InParallel {

    /**
     * Files that are synced at once. A sync is nearly all waiting, and a journal takes many with one write of its own
     * (docs/performance.md has the figures).
     */
    public static final int SYNCS = 64;

    /** Lists up to this length are done by the caller alone: threads would cost more than they bring. */
    public static final int ALONE = 16;

    /** Nothing here recurses deeply. */
    private static final long STACK_BYTES = 1L << 20;

    /** What is done to one item. */
    @FunctionalInterface
    public interface Step<T, X extends Exception> {
        void on(T item) throws X, IOException;
    }

    private InParallel() {}

    /**
     * @param threads at most so many at once, the caller's own among them
     * @throws InterruptedIOException when the caller was interrupted meanwhile; nothing runs any more then either
     */
    public static <T, X extends Exception> void forEach(int threads, List<T> items, Step<T, X> step)
            throws X, IOException {
        Shared<T, X> shared = new Shared<>(items, step);
        List<Thread> helpers = new ArrayList<>();
        int helping = items.size() <= ALONE ? 0 : Math.min(threads, items.size()) - 1;
        try {
            for (int i = 0; i < helping; i++) {
                helpers.add(started(shared));
            }
        } catch (OutOfMemoryError e) {
            // No more threads: fewer will do.
        }
        shared.run();
        boolean interrupted = shared.await(helpers);
        shared.rethrow();
        if (interrupted) {
            throw new InterruptedIOException("interrupted");
        }
    }

    private static Thread started(Runnable work) {
        Thread thread = new Thread(null, work, Thread.currentThread().getName() + "-helper", STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static final class Shared<T, X extends Exception> implements Runnable {
        private final List<T> items;
        private final Step<T, X> step;
        private final AtomicInteger next = new AtomicInteger();
        private volatile int failedAt;
        private @Nullable Throwable failure;

        Shared(List<T> items, Step<T, X> step) {
            this.items = items;
            this.step = step;
            this.failedAt = items.size();
        }

        @Override
        public void run() {
            for (int i = next.getAndIncrement(); i < failedAt; i = next.getAndIncrement()) {
                try {
                    step.on(items.get(i));
                } catch (Throwable e) { // StackOverflowError and OutOfMemoryError too: the caller's to judge
                    failed(i, e);
                }
            }
        }

        private synchronized void failed(int at, Throwable e) {
            if (at < failedAt) {
                failedAt = at;
                failure = e;
            }
        }

        /** An interruption of the caller is passed on; what does not heed it is waited for all the same. */
        boolean await(List<Thread> helpers) {
            boolean interrupted = false;
            for (Thread helper : helpers) {
                while (helper.isAlive()) {
                    try {
                        helper.join();
                    } catch (InterruptedException e) {
                        interrupted = true;
                        helpers.forEach(Thread::interrupt);
                    }
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return interrupted;
        }

        @SuppressWarnings("unchecked") // a step throws nothing else
        synchronized void rethrow() throws X, IOException {
            if (failure instanceof Error error) {
                throw error;
            } else if (failure != null) {
                throw (X) failure; // or one that need not be declared, or an IOException: what it is called makes no
                // difference
            }
        }
    }
}
