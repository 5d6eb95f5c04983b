package mx.difusor.agent.desk;

import java.io.IOException;
import mx.difusor.agent.archive.Archive;

/** How much may still come in: the archive's budget, and the disk without its margin. Any thread. */
public interface Space {

    /**
     * Room on the disk that no upload may take: receipts, index, quarantine's receipts, the link and a release of an
     * ordinary cut fit into it, so that what was taken in can be decided, answered and published when uploads have filled
     * everything that they may.
     */
    long DISK_MARGIN_BYTES = 200_000_000L;

    /** Bytes of {@code archive.budget} that no accepted package has taken. */
    long budgetLeft();

    /** Free bytes of the disk, its margin included; everything where the file system does not answer. */
    long diskFree();

    static Space of(Archive archive) {
        return new Space() {
            @Override
            public long budgetLeft() {
                return archive.bytesLeft();
            }

            @Override
            public long diskFree() {
                try {
                    return archive.freeBytes();
                } catch (IOException e) {
                    return Long.MAX_VALUE; // a write that does not fit fails by itself
                }
            }
        };
    }

    static long beyondMargin(long freeBytes) {
        return Math.max(0, freeBytes - DISK_MARGIN_BYTES);
    }
}
