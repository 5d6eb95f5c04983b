package mx.difusor.agent.intake;

import java.time.Duration;

/** The limits of one uploader's {@code /entrada}. */
final class Bounds {
    /** Undecided files, temporary ones included. */
    static final int MAX_FILES = 1_000;

    /** Packages that the desk took and has not decided. Beyond, nothing more is offered until some are. */
    static final int MAX_CLAIMED = 100;

    /** Undecided bytes, in packages of the largest size. */
    static final int MAX_PACKAGES_WAITING = 16;

    /** The same of all uploaders together; one package of the largest size is still taken from each. */
    static final int MAX_PACKAGES_WAITING_IN_ALL = 32;

    /** Without a change for so long, no further signature is on its way. */
    static final Duration QUIET = Duration.ofSeconds(3);

    /** What another session sent so long before an archive begins may have been made for the archive before it. */
    static final Duration BEFOREHAND = Duration.ofSeconds(10);

    /** A change waits so long for the desk; hashing a package of 2 GB takes seconds. */
    static final Duration WAIT_FOR_DESK = Duration.ofSeconds(60);

    /** Parts and orphans that nobody touched are deleted then. */
    static final Duration LEFTOVERS_KEPT = Duration.ofHours(24);

    /** Before, nothing makes a leftover leave; from then on the oldest go where there is no room for what comes. */
    static final Duration LEFTOVERS_SAFE = Duration.ofHours(1);

    /** Up to this size a signature or checksum is taken even where the archive's budget is spent. */
    static final long SIDECAR_BYTES = 1L << 20;

    /** So much of the disk's margin is open to the signatures and checksums of archives that are here already. */
    static final long SIDECARS_MARGIN_BYTES = 16L << 20;

    private Bounds() {}

    static long waitingBytes(long maxPackageBytes) {
        return times(maxPackageBytes, MAX_PACKAGES_WAITING);
    }

    static long waitingBytesInAll(long maxPackageBytes) {
        return times(maxPackageBytes, MAX_PACKAGES_WAITING_IN_ALL);
    }

    private static long times(long bytes, int count) {
        return bytes > Long.MAX_VALUE / count ? Long.MAX_VALUE : bytes * count;
    }
}
