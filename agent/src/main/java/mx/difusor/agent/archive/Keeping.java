package mx.difusor.agent.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** Brings a package with its signatures and its receipt into a folder of its own, durably. */
final class Keeping {

    static final String RECEIPT = "receipt.json";

    /** The folder of a package on its way in or out; what is left of one after a crash does not count. */
    static final String UNFINISHED = ".new-";

    private final Disk disk;

    Keeping(Disk disk) {
        this.disk = disk;
    }

    /**
     * Beside, synced, renamed, and the rename synced: the folder stands whole or not at all.
     *
     * @return bytes of all its files
     */
    long keep(Candidate claimed, Receipt receipt, Path folder, boolean receiptOnly) throws IOException {
        Path above = Objects.requireNonNull(folder.getParent());
        Path beside = above.resolve(UNFINISHED + UUID.randomUUID());
        try {
            disk.createDirectories(beside, Disk.Access.PRIVATE);
            long total = 0;
            if (!receiptOnly) {
                for (Path file : files(claimed)) {
                    Path kept = beside.resolve(file.getFileName().toString());
                    // The same bytes under a second name: the claimed files stay whole until the receipt is out.
                    disk.linkOrCopy(file, kept, Disk.Access.PRIVATE);
                    disk.sync(kept);
                    total += Files.size(kept);
                }
            }
            byte[] json = Json.receipt(receipt);
            disk.write(beside.resolve(RECEIPT), new ByteArrayInputStream(json), Disk.Access.PRIVATE);
            disk.sync(beside.resolve(RECEIPT));
            disk.syncDirectory(beside);
            place(beside, folder);
            return total + json.length;
        } catch (IOException e) {
            delete(beside, e);
            throw e;
        }
    }

    private void place(Path beside, Path folder) throws IOException {
        Path displaced = Displaced.move(folder, disk);
        try {
            disk.moveAtomically(beside, folder);
            disk.syncDirectory(Objects.requireNonNull(folder.getParent()));
        } catch (IOException e) {
            takeBack(beside, folder, displaced, e);
            throw e;
        }
    }

    /**
     * A folder whose rename may be lost again must not be found by a restart: nothing was promised about it. What it was
     * to replace tells that the sequence is taken.
     */
    private void takeBack(Path beside, Path folder, @Nullable Path displaced, IOException failure) {
        try {
            if (!Files.exists(beside) && Files.exists(folder)) {
                disk.moveAtomically(folder, beside);
            }
            if (displaced != null) {
                Displaced.putBack(displaced, folder, disk);
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private void delete(Path beside, IOException failure) {
        try {
            disk.deleteTree(beside);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    static List<Path> files(Candidate claimed) {
        List<Path> files = new ArrayList<>();
        files.add(claimed.archive());
        files.addAll(claimed.signatures());
        if (claimed.checksum() != null) {
            files.add(claimed.checksum());
        }
        return files;
    }
}
