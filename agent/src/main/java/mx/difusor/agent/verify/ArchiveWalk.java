package mx.difusor.agent.verify;

import java.io.IOException;
import java.nio.file.Path;

/** Shows a visitor what an archive holds, in the format that its name says, and checks its structure on the way. */
final class ArchiveWalk {

    private final PackageLimits limits;
    private final ReadingTurns.Turn turn;

    ArchiveWalk(PackageLimits limits, ReadingTurns.Turn turn) {
        this.limits = limits;
        this.turn = turn;
    }

    /**
     * @param name the archive's file name
     * @throws UnreadablePackageException unless the whole file is one coherent archive of that format
     * @throws IOException when this machine fails
     */
    void walk(Path archive, String name, ArchiveVisitor visitor) throws UnreadablePackageException, IOException {
        ArchiveFormat format = ArchiveFormat.ofName(name)
                .orElseThrow(() -> UnreadablePackageException.corrupt(
                        "the name says no known archive format: use one of " + ArchiveFormat.EXTENSIONS));
        try (ArchiveFile file = new ArchiveFile(archive)) {
            UnpackBudget budget = new UnpackBudget(limits, file.size(), turn);
            if (format == ArchiveFormat.ZIP) {
                new ZipWalk(file, budget).walk(visitor);
            } else {
                try (TarBytes bytes = TarBytes.open(file, format, budget)) {
                    new TarWalk(bytes.decoded(), budget).walk(visitor);
                    if (!visitor.done()) {
                        bytes.expectEnd();
                    }
                }
            }
        } catch (ArchiveFile.ReadFailure e) {
            throw e.failure();
        }
    }
}
