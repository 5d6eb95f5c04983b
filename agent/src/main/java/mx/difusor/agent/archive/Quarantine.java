package mx.difusor.agent.archive;

import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;

/** Rejected packages with their receipts: evidence, bounded; the oldest go first. */
final class Quarantine {

    /** All rejected packages together. */
    static final long LIMIT_BYTES = 2_000_000_000L;

    static final int LIMIT_PACKAGES = 1_000;

    /** Of a larger rejected package only the receipt is kept. */
    static final long PACKAGE_LIMIT_BYTES = LIMIT_BYTES / 2;

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final Home home;
    private final Disk disk;
    private final Index index;
    private final long limitBytes;
    private final int limitPackages;

    Quarantine(Home home, Disk disk, Index index, long limitBytes, int limitPackages) {
        this.home = home;
        this.disk = disk;
        this.index = index;
        this.limitBytes = limitBytes;
        this.limitPackages = limitPackages;
    }

    /** A new folder's path: named by time, so that the oldest sorts first, and by reason, for whoever looks inside. */
    Path folderFor(Receipt receipt) {
        String reason = receipt.refusal() == null
                ? "unknown"
                : receipt.refusal().reason().code();
        String unique = UUID.randomUUID().toString().substring(0, 8);
        return home.quarantine().resolve(STAMP.format(receipt.decidedAt()) + "-" + reason + "-" + unique);
    }

    void makeRoom() throws IOException, MachineException {
        Index.Totals totals = index.rejectedTotals();
        long bytes = totals.bytes();
        long count = totals.packages();
        if (bytes <= limitBytes && count <= limitPackages) {
            return;
        }
        for (Index.Entry oldest : index.rejected()) {
            if (bytes <= limitBytes && count <= limitPackages) {
                return;
            }
            disk.deleteTree(home.root().resolve(oldest.folder()));
            index.remove(oldest.folder());
            bytes -= oldest.bytes();
            count--;
        }
    }
}
