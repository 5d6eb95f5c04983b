package mx.difusor.agent.verify;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import mx.difusor.agent.model.Reason;

/**
 * Runs the reading of one package in a thread of its own, with a small stack and a time limit: a crafted package that
 * exhausts the stack or the heap ends there, and the agent goes on.
 */
final class Confinement {

    /** Nothing here recurses deeply; what does was made to. */
    static final long STACK_BYTES = 1L << 20;

    /** For a reading that is told to stop; it notices with its next bytes. */
    static final Duration INTERRUPTION_GRACE = Duration.ofSeconds(10);

    interface Work<T> {
        T run(ReadingTurns.Turn turn) throws UnreadablePackageException, IOException;
    }

    private final Duration maxTime;
    private final Duration grace;
    private final ReadingTurns turns = new ReadingTurns();

    Confinement(Duration maxTime) {
        this(maxTime, INTERRUPTION_GRACE);
    }

    Confinement(Duration maxTime, Duration grace) {
        this.maxTime = maxTime;
        this.grace = grace;
    }

    /** @throws IOException also when the machine is too slow or the calling thread is interrupted */
    <T> T run(Work<T> work) throws UnreadablePackageException, IOException {
        FutureTask<T> task = new FutureTask<>(() -> inTurn(work));
        Thread thread = started(task);
        try {
            return task.get(maxTime.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw translated(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            end(thread);
            throw interrupted(
                    "reading the package took longer than " + maxTime + ": the disk or the processor is too slow");
        } catch (InterruptedException e) {
            end(thread);
            Thread.currentThread().interrupt();
            throw interrupted("reading the package was interrupted");
        }
    }

    private <T> T inTurn(Work<T> work) throws UnreadablePackageException, IOException {
        try (ReadingTurns.Turn turn = turns.begin()) {
            try {
                return work.run(turn);
            } catch (OutOfMemoryError e) {
                if (turn.accompanied()) {
                    throw new IOException(
                            "the heap is too small for the packages that are read at once: give the agent more memory",
                            e);
                }
                throw e;
            }
        }
    }

    private static Thread started(Runnable task) throws IOException {
        Thread thread = new Thread(null, task, "package-reader", STACK_BYTES);
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            throw new IOException("this machine gives the agent no more threads: raise its limit of tasks", e);
        }
        return thread;
    }

    /** Its files are the caller's to delete afterwards, so it should write no more. */
    private void end(Thread thread) throws IOException {
        thread.interrupt();
        try {
            thread.join(grace.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted("reading the package was interrupted");
        }
    }

    private static InterruptedIOException interrupted(String message) {
        return new InterruptedIOException(message);
    }

    private static UnreadablePackageException translated(Throwable thrown) throws IOException {
        if (thrown instanceof UnreadablePackageException unreadable) {
            return unreadable;
        } else if (thrown instanceof IOException machine) {
            throw machine;
        } else if (thrown instanceof StackOverflowError) {
            return new UnreadablePackageException(
                    Reason.ARCHIVE_CORRUPT,
                    "the archive is nested deeper than any real one: make it again with a stock tool",
                    null,
                    thrown);
        } else if (thrown instanceof OutOfMemoryError) {
            return new UnreadablePackageException(
                    Reason.ARCHIVE_BOMB,
                    "the package needs more memory than there is: send it in several packages, or give the agent more",
                    null,
                    thrown);
        } else if (thrown instanceof LinkageError) {
            throw unusable(thrown);
        } else if (thrown instanceof RuntimeException bug) {
            throw bug;
        }
        throw (Error) thrown;
    }

    /** What ran out in a static initialiser leaves its class unusable, and this is all that one sees of it later. */
    static IOException unusable(Throwable linkage) {
        return new IOException("a library of the agent cannot be loaded: restart the agent: " + linkage, linkage);
    }
}
