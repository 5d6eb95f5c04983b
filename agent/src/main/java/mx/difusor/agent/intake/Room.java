package mx.difusor.agent.intake;

import java.util.function.LongSupplier;

/**
 * How much may still come in.
 *
 * @param maxPackageBytes the largest file that is taken
 * @param onDisk bytes that may still be taken in
 * @param waitingInAll undecided bytes of all uploaders
 */
record Room(long maxPackageBytes, LongSupplier onDisk, LongSupplier waitingInAll) {

    void requireTakeable(String name, long size) throws Refused {
        if (size > maxPackageBytes) {
            throw new Refused(
                    Refused.Kind.TOO_LARGE,
                    name + " is too large: packages up to " + maxPackageBytes + " bytes are taken here");
        }
    }

    void requireOnDisk(String name, long bytes) throws Refused {
        if (bytes > 0 && bytes > onDisk.getAsLong()) {
            throw new Refused(Refused.Kind.NO_SPACE, "no space left here for " + name);
        }
    }

    /**
     * @param waiting undecided bytes of this uploader
     * @param growth bytes that it wants to add
     */
    void requireAmongWaiting(long waiting, long growth) throws Refused {
        if (waiting + growth > Bounds.waitingBytes(maxPackageBytes)) {
            throw new Refused(
                    Refused.Kind.TOO_MANY, "too many bytes wait undecided in /entrada; try again when they are");
        }
        if (waiting + growth > maxPackageBytes
                && waitingInAll.getAsLong() + growth > Bounds.waitingBytesInAll(maxPackageBytes)) {
            throw new Refused(
                    Refused.Kind.TOO_MANY, "too many bytes of all uploaders wait undecided; try again when they are");
        }
    }
}
