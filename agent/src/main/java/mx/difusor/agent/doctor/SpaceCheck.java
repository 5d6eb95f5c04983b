package mx.difusor.agent.doctor;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import mx.difusor.agent.disk.Disk;

/** Base II: every package is kept, for which 20 GB are asked. */
final class SpaceCheck implements Check {

    /** What the convocatoria asks for. */
    static final long ASKED_BYTES = 20 * Size.GB;

    private final Subject subject;
    private final Disk disk;

    SpaceCheck(Subject subject, Disk disk) {
        this.subject = subject;
        this.disk = disk;
    }

    @Override
    public List<Finding> look() throws IOException {
        return List.of(space(), budget());
    }

    private Finding space() throws IOException {
        long free = disk.freeBytes(existing(subject.config().home()));
        long kept = bytesIn(subject.home().archive());
        long wanted = Math.max(ASKED_BYTES, subject.config().archive().budget());
        long missing = Math.max(0, wanted - kept);
        String[] words = {Size.gigabytes(free), Size.gigabytes(missing), Size.gigabytes(kept)};
        Finding finding = free >= missing
                ? Finding.fine(CheckId.SPACE, "enough", (Object[]) words)
                : Finding.fault(
                        CheckId.SPACE,
                        "short",
                        words[0],
                        words[1],
                        words[2],
                        subject.config().home().toString());
        return finding.with("freeBytes", free).with("archiveBytes", kept).with("neededBytes", missing);
    }

    private Finding budget() {
        long budget = subject.config().archive().budget();
        Finding finding = budget >= ASKED_BYTES
                ? Finding.fine(CheckId.BUDGET, "enough", Size.gigabytes(budget))
                : Finding.fault(CheckId.BUDGET, "short", Size.gigabytes(budget));
        return finding.with("budgetBytes", budget);
    }

    /** The home need not be there yet. */
    static Path existing(Path folder) {
        Path one = folder.toAbsolutePath();
        while (!Files.exists(one) && one.getParent() != null) {
            one = one.getParent();
        }
        return one;
    }

    /** What cannot be looked into counts nothing. */
    private static long bytesIn(Path folder) throws IOException {
        long[] bytes = {0};
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                bytes[0] += attributes.size();
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        return bytes[0];
    }
}
