package mx.difusor.agent.intake;

import java.util.HashMap;
import java.util.Map;
import mx.difusor.agent.desk.Space;

/**
 * How much may still come in, and to whom it is promised. What has no verdict yet counts against the budget as if it
 * were accepted, and so does what an upload under way announced: two uploads never take the same last room. One for all
 * uploaders; any thread.
 */
final class Room {

    /**
     * What one uploader has.
     *
     * @param written undecided bytes in its folder
     * @param promised the same and what uploads under way may still add; never less
     */
    record Share(long written, long promised) {
        Share less(long bytes) {
            return new Share(written - bytes, promised - bytes);
        }

        Share promising(long bytes) {
            return new Share(written, promised + bytes);
        }
    }

    /**
     * What an upload asks for.
     *
     * @param name the file's, for the reason
     * @param bytes further ones
     * @param sidecar a signature or checksum, which the budget never keeps out
     * @param awaited a sidecar whose archive is here: the disk's margin is open to it, up to a bound
     */
    record Wish(String name, long bytes, boolean sidecar, boolean awaited) {
        /** Free bytes that must be left over. */
        long margin() {
            return Space.DISK_MARGIN_BYTES - (awaited ? Bounds.SIDECARS_MARGIN_BYTES : 0);
        }
    }

    /** Taken for the free bytes of a disk that does not say them: sums with it stay sums. */
    private static final long UNKNOWN_DISK_BYTES = Long.MAX_VALUE / 2;

    private final long maxPackageBytes;
    private final Space space;
    private final Map<String, Share> shares = new HashMap<>();

    /** @param maxPackageBytes the largest file that is taken */
    Room(long maxPackageBytes, Space space) {
        this.maxPackageBytes = maxPackageBytes;
        this.space = space;
    }

    void requireTakeable(String name, long size) throws Refused {
        if (size > maxPackageBytes) {
            throw new Refused(
                    Refused.Kind.TOO_LARGE,
                    name + " is too large: packages up to " + maxPackageBytes + " bytes are taken here");
        }
    }

    /** What an uploader has now: something was written, ended, deleted or decided. */
    synchronized void settle(String uploader, Share share) {
        shares.put(uploader, share);
    }

    /** What an uploader had when that was settled last. */
    synchronized Share of(String uploader) {
        return shares.getOrDefault(uploader, new Share(0, 0));
    }

    /**
     * Promises further bytes to an uploader, all of them or none.
     *
     * @param share what it has without them
     * @param freed bytes that it no longer has and that still lie on the disk: they go once there is a promise
     * @throws Refused with the reason; nothing is promised then
     */
    synchronized void promise(String uploader, Share share, Wish wish, long freed) throws Refused {
        long writtenByOthers = 0;
        long promisedToOthers = 0;
        for (Map.Entry<String, Share> other : shares.entrySet()) {
            if (!other.getKey().equals(uploader)) {
                writtenByOthers += other.getValue().written();
                promisedToOthers += other.getValue().promised();
            }
        }
        requireAmongWaiting(share.promised() + wish.bytes(), promisedToOthers);
        if (!wish.sidecar()) {
            requireLeft(wish, space.budgetLeft() - share.promised() - promisedToOthers, Refused.Kind.OVER_BUDGET);
        }
        long unwritten = share.promised() - share.written() + promisedToOthers - writtenByOthers;
        long free = Math.min(space.diskFree(), UNKNOWN_DISK_BYTES) + freed;
        requireLeft(wish, free - wish.margin() - unwritten, Refused.Kind.NO_SPACE);
        shares.put(uploader, share.promising(wish.bytes()));
    }

    private static void requireLeft(Wish wish, long left, Refused.Kind otherwise) throws Refused {
        if (wish.bytes() > left) {
            String where = otherwise == Refused.Kind.OVER_BUDGET ? "of the archive's budget" : "on the disk";
            throw new Refused(
                    otherwise,
                    "no space left here for %s: it needs %d bytes more and %d are left %s; ask the difusor to make room"
                            .formatted(wish.name(), wish.bytes(), Math.max(0, left), where));
        }
    }

    private void requireAmongWaiting(long promised, long promisedToOthers) throws Refused {
        if (promised > Bounds.waitingBytes(maxPackageBytes)) {
            throw new Refused(
                    Refused.Kind.TOO_MANY, "too many bytes wait undecided in /entrada; try again when they are");
        }
        if (promised > maxPackageBytes && promised + promisedToOthers > Bounds.waitingBytesInAll(maxPackageBytes)) {
            throw new Refused(
                    Refused.Kind.TOO_MANY, "too many bytes of all uploaders wait undecided; try again when they are");
        }
    }
}
