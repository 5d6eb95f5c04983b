package mx.difusor.agent.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Receipt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a package with its signatures and its receipt into a folder of its own, durably. */
final class Keeping {

    static final String RECEIPT = "receipt.json";

    /** The folder of a package on its way in or out; what is left of one after a crash does not count. */
    static final String UNFINISHED = ".new-";

    /** What stood in a package's place and did not count, because it could not be read; kept for people to look at. */
    static final String DISPLACED = ".displaced-";

    private static final Logger LOG = LoggerFactory.getLogger(Keeping.class);

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
        displace(folder);
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
            disk.moveAtomically(beside, folder);
            disk.syncDirectory(above);
            return total + json.length;
        } catch (IOException e) {
            takeBack(beside, folder, e);
            throw e;
        }
    }

    /** Nothing there counts: history would have told. It may be all that is left of a package, so it is kept. */
    private void displace(Path folder) throws IOException {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            Path aside = folder.resolveSibling(DISPLACED + folder.getFileName() + "-" + UUID.randomUUID());
            LOG.warn("{} did not count as a package; it is moved to {}", folder, aside);
            disk.moveAtomically(folder, aside);
        }
    }

    /** A folder whose rename may be lost again must not be found by a restart: nothing was promised about it. */
    private void takeBack(Path beside, Path folder, IOException failure) {
        try {
            if (!Files.exists(beside) && Files.exists(folder)) {
                disk.moveAtomically(folder, beside);
            }
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
