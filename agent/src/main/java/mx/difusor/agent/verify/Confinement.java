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

    private static final Duration INTERRUPTION_GRACE = Duration.ofSeconds(10);

    interface Work<T> {
        T run() throws UnreadablePackageException, IOException;
    }

    private final Duration maxTime;

    Confinement(Duration maxTime) {
        this.maxTime = maxTime;
    }

    /** @throws IOException also when the machine is too slow or the calling thread is interrupted */
    <T> T run(Work<T> work) throws UnreadablePackageException, IOException {
        FutureTask<T> task = new FutureTask<>(work::run);
        Thread thread = new Thread(null, task, "package-reader", STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(maxTime.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw translated(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            end(thread);
            throw interrupted(
                    "reading the package took longer than " + maxTime + ": the disk or the processor is too slow");
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            throw interrupted("reading the package was interrupted");
        }
    }

    /** Its files are the caller's to delete afterwards, so it should write no more. */
    private static void end(Thread thread) throws IOException {
        thread.interrupt();
        try {
            thread.join(INTERRUPTION_GRACE.toMillis());
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
            throw new IOException("a library of the agent cannot be loaded: " + thrown, thrown);
        } else if (thrown instanceof RuntimeException bug) {
            throw bug;
        }
        throw (Error) thrown;
    }
}
