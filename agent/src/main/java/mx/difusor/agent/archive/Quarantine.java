package mx.difusor.agent.archive;

import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;

/** Rejected packages with their receipts: evidence, bounded; the oldest go first, those without a trusted signature before others. */
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

    /**
     * Removes the oldest until all fit. Before that, packages that nobody trusted has signed keep to half of the room,
     * so that rubbish, which anybody with an upload key can make, cannot push out what the Institute signed.
     */
    void makeRoom() throws IOException, MachineException {
        Index.Totals totals = index.totals(Receipt.Outcome.REJECTED);
        if (totals.bytes() <= limitBytes / 2 && totals.packages() <= limitPackages / 2) {
            return;
        }
        List<Index.Entry> all = index.rejected();
        List<Index.Entry> unsigned = all.stream()
                .filter(entry -> entry.receipt().signers().isEmpty())
                .toList();
        Set<Index.Entry> removed = new HashSet<>(removeOldest(unsigned, limitBytes / 2, limitPackages / 2));
        removeOldest(all.stream().filter(entry -> !removed.contains(entry)).toList(), limitBytes, limitPackages);
    }

    private List<Index.Entry> removeOldest(List<Index.Entry> oldestFirst, long mostBytes, int mostPackages)
            throws IOException, MachineException {
        long bytes = oldestFirst.stream().mapToLong(Index.Entry::bytes).sum();
        int removed = 0;
        // The newest stays, whatever its size: what was just decided is what people look for.
        while (oldestFirst.size() - removed > 1 && (bytes > mostBytes || oldestFirst.size() - removed > mostPackages)) {
            Index.Entry oldest = oldestFirst.get(removed++);
            // Renamed first: a crash in the middle leaves nothing that looks like evidence without a receipt.
            Path leaving = home.quarantine().resolve(Keeping.UNFINISHED + UUID.randomUUID());
            disk.moveAtomically(home.root().resolve(oldest.folder()), leaving);
            index.remove(oldest.folder());
            disk.deleteTree(leaving);
            bytes -= oldest.bytes();
        }
        return oldestFirst.subList(0, removed);
    }
}
