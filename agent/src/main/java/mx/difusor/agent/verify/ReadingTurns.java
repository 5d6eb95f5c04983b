package mx.difusor.agent.verify;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The packages that are being read at this moment. Those that need much memory take turns, so that a heap of 256 MB
 * bears the worst that the limits allow, however many are read at once.
 */
final class ReadingTurns {

    /** A dictionary or window up to this size is small: {@code xz -7} and every level of zstd below {@code --long}. */
    static final long SMALL_DECODER_BYTES = 16L << 20;

    static final int SMALL_ENTRIES = 5_000;
    static final int SMALL_METADATA_BYTES = 1 << 20;
    static final int SMALL_JSON_BYTES = 1 << 20;

    /** Rather a heap in need than an election's package behind one that hangs. */
    static final Duration MAX_WAIT = Duration.ofMinutes(5);

    private final Semaphore large = new Semaphore(1, true);
    private final Set<Turn> reading = new HashSet<>();
    private final Duration maxWait;

    ReadingTurns() {
        this(MAX_WAIT);
    }

    ReadingTurns(Duration maxWait) {
        this.maxWait = maxWait;
    }

    /** A package begins to be read; to be closed when that ends. */
    Turn begin() {
        Turn turn = new Turn();
        synchronized (reading) {
            reading.add(turn);
            if (reading.size() > 1) {
                reading.forEach(one -> one.accompanied = true);
            }
        }
        return turn;
    }

    /** One package's; for all threads that read it. */
    final class Turn implements AutoCloseable {
        private boolean holdsLarge;
        private boolean asked;
        private volatile boolean accompanied;

        /** To be called before the memory is taken; waits while another package that needs much is being read. */
        synchronized void needs(long amount, long small) throws InterruptedIOException {
            if (amount <= small || asked) {
                return;
            }
            asked = true;
            try {
                holdsLarge = large.tryAcquire(maxWait.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("reading the package was interrupted");
            }
        }

        /** Whether another package was being read too: then memory that runs out may be that one's fault. */
        boolean accompanied() {
            return accompanied;
        }

        @Override
        public void close() {
            synchronized (reading) {
                reading.remove(this);
            }
            if (holdsLarge) {
                holdsLarge = false;
                large.release();
            }
        }
    }
}
