package mx.difusor.agent.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Unfinished;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/**
 * Makes a damaged package in the archive whole again, file by file: at no moment is one of them missing. One whose folder
 * is gone is put there in one step.
 */
public record Mending(Archive archive, Disk disk) {

    /**
     * @param folder of the damaged package
     * @param receipt its own, as the index has it
     * @param whole verified files of the same package
     * @param by who asks
     */
    public void mend(Path folder, Receipt receipt, Candidate whole, Instant now, String by) throws MachineException {
        try {
            if (Files.notExists(folder)) {
                putBack(folder, receipt, whole);
            } else {
                Unfinished.clear(disk, folder); // of a try that a crash ended
                fill(folder, receipt, whole);
            }
        } catch (IOException e) {
            throw new MachineException(
                    "storage-failed",
                    "cannot write in " + folder + ": " + Failures.inWords(e),
                    "check the free space, the mount and the permissions of the service account there",
                    e);
        }
        Map<String, @Nullable Object> about = new LinkedHashMap<>(Decisions.fields(receipt));
        about.put("by", by);
        archive.log().note(now, "mended", about);
    }

    /** A folder that stands half would be taken for the package by the next start. */
    private void putBack(Path folder, Receipt receipt, Candidate whole) throws IOException {
        Path above = Objects.requireNonNull(folder.getParent());
        Path beside = above.resolve(Keeping.UNFINISHED + UUID.randomUUID());
        try {
            disk.createDirectories(beside, Disk.Access.PRIVATE);
            fill(beside, receipt, whole);
            disk.moveAtomically(beside, folder);
            disk.syncDirectory(above);
        } catch (IOException e) {
            try {
                disk.deleteTree(beside);
            } catch (IOException left) { // the next start clears it; what failed first is what to mend
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    private void fill(Path folder, Receipt receipt, Candidate whole) throws IOException {
        for (Path file : Keeping.files(whole)) {
            Path damaged = folder.resolve(keptName(file, whole, receipt));
            Path beside = Unfinished.beside(damaged);
            try {
                disk.linkOrCopy(file, beside, Disk.Access.PRIVATE);
                disk.sync(beside);
                disk.moveAtomically(beside, damaged);
            } catch (IOException e) {
                disk.delete(beside);
                throw e;
            }
        }
        disk.syncDirectory(folder);
        disk.replace(folder.resolve(Keeping.RECEIPT), Json.receipt(receipt), Disk.Access.PRIVATE);
    }

    /** The same bytes may come again under another name: what they replace keeps its own, {@code NAME.EXT.p7s}. */
    private static String keptName(Path file, Candidate whole, Receipt receipt) {
        return receipt.name()
                + file.getFileName().toString().substring(whole.name().length());
    }
}
