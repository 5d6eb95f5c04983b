package mx.difusor.agent.verify;

/** Counts what really comes out of one archive against every limit, as it comes. */
final class UnpackBudget {

    /** A file of a tar has its own header and at most two that describe it. */
    private static final int HEADERS_PER_ENTRY = 3;

    private final PackageLimits limits;
    private final long allowedBytes;
    private long bytes;
    private long entries;
    private long headers;

    /** @param packedBytes length of the archive file */
    UnpackBudget(PackageLimits limits, long packedBytes) {
        this.limits = limits;
        long byRatio = Math.max(limits.ratioFloorBytes(), packedBytes * limits.maxRatio());
        this.allowedBytes = Math.min(limits.maxUnpackedBytes(), byRatio);
    }

    PackageLimits limits() {
        return limits;
    }

    void spend(long count) throws UnreadablePackageException {
        bytes += count;
        if (bytes > allowedBytes) {
            throw UnreadablePackageException.bomb("the archive unpacks to more than " + allowedBytes
                    + " bytes, which is too much for its size: send fewer files, or in several packages");
        }
    }

    /** A file or a folder. */
    void entry() throws UnreadablePackageException {
        entries(entries + 1);
    }

    /** @param count as the archive announces it */
    void entries(long count) throws UnreadablePackageException {
        entries = count;
        if (entries > limits.maxEntries()) {
            throw UnreadablePackageException.bomb(
                    "the archive has more than " + limits.maxEntries() + " entries: send them in several packages");
        }
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
