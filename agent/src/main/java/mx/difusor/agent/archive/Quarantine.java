package mx.difusor.agent.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
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
     *
     * @throws IOException some could not leave and are tried again the next time; younger ones left instead
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
        List<IOException> failures = new ArrayList<>();
        Set<Index.Entry> removed = new HashSet<>(removeOldest(unsigned, limitBytes / 2, limitPackages / 2, failures));
        List<Index.Entry> left =
                all.stream().filter(entry -> !removed.contains(entry)).toList();
        removeOldest(left, limitBytes, limitPackages, failures);
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }

    private List<Index.Entry> removeOldest(
            List<Index.Entry> oldestFirst, long mostBytes, int mostPackages, List<IOException> failures)
            throws MachineException {
        long bytes = oldestFirst.stream().mapToLong(Index.Entry::bytes).sum();
        List<Index.Entry> removed = new ArrayList<>();
        // The newest stays, whatever its size: what was just decided is what people look for.
        for (Index.Entry oldest : oldestFirst.subList(0, Math.max(0, oldestFirst.size() - 1))) {
            if (bytes <= mostBytes && oldestFirst.size() - removed.size() <= mostPackages) {
                break;
            }
            try {
                remove(oldest);
                removed.add(oldest);
                bytes -= oldest.bytes();
            } catch (IOException e) {
                failures.add(e);
            }
        }
        return removed;
    }

    /** The row goes last: while it stands, what failed is tried again. */
    private void remove(Index.Entry one) throws IOException, MachineException {
        Path folder = home.root().resolve(one.folder());
        if (!Files.notExists(folder, LinkOption.NOFOLLOW_LINKS)) {
            // Renamed first: a crash in the middle leaves nothing that looks like evidence without a receipt.
            Path leaving = home.quarantine().resolve(Keeping.UNFINISHED + UUID.randomUUID());
            disk.moveAtomically(folder, leaving);
            disk.deleteTree(leaving);
        }
        index.remove(one.folder());
    }
}
