package mx.difusor.agent.verify;

import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what really comes out of one archive against every limit, as it comes. Bytes may come on several threads. */
final class UnpackBudget {

    /** A file of a tar has its own header and at most two that describe it. */
    private static final int HEADERS_PER_ENTRY = 3;

    private final PackageLimits limits;
    private final ReadingTurns.Turn turn;
    private final long allowedBytes;
    private final AtomicLong bytes = new AtomicLong();
    private long entries;
    private long headers;

    /** @param packedBytes length of the archive file */
    UnpackBudget(PackageLimits limits, long packedBytes, ReadingTurns.Turn turn) {
        this.limits = limits;
        this.turn = turn;
        long byRatio = Math.max(limits.ratioFloorBytes(), packedBytes * limits.maxRatio());
        this.allowedBytes = Math.min(limits.maxUnpackedBytes(), byRatio);
    }

    PackageLimits limits() {
        return limits;
    }

    ReadingTurns.Turn turn() {
        return turn;
    }

    /** @throws InterruptedIOException when the reading is told to stop */
    void spend(long count) throws UnreadablePackageException, InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("reading the package was interrupted");
        }
        if (bytes.addAndGet(count) > allowedBytes) {
            throw UnreadablePackageException.bomb("the archive unpacks to more than " + allowedBytes
                    + " bytes, which is too much for its size: send fewer files, or in several packages");
        }
    }

    /** A file or a folder. */
    void entry() throws UnreadablePackageException, InterruptedIOException {
        entries(entries + 1);
    }

    /** @param count as the archive announces it */
    void entries(long count) throws UnreadablePackageException, InterruptedIOException {
        entries = count;
        if (entries > limits.maxEntries()) {
            throw UnreadablePackageException.bomb(
                    "the archive has more than " + limits.maxEntries() + " entries: send them in several packages");
        }
        turn.needs(entries, ReadingTurns.SMALL_ENTRIES);
    }

    /** A block of a tar that describes something. */
    void header() throws UnreadablePackageException {
        headers++;
        if (headers > (long) limits.maxEntries() * HEADERS_PER_ENTRY) {
            throw UnreadablePackageException.bomb("the archive has more headers than " + limits.maxEntries()
                    + " files need: make it again with a stock tar");
        }
    }
}
