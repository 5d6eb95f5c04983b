package mx.difusor.agent.app;

import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.archive.ArchiveInspection;
import mx.difusor.agent.archive.HistoryCheck;
import mx.difusor.agent.cli.ArchiveAccess;
import mx.difusor.agent.cli.Progress;
import mx.difusor.agent.desk.StoredPackage;

/** Reads and verifies every archived byte again: digest, signatures, and the manifest against the index. */
final class ArchiveCheck {

    private final StoredPackage stored;

    ArchiveCheck(StoredPackage stored) {
        this.stored = stored;
    }

    ArchiveAccess.Checked run(List<ArchiveInspection.Kept> packages, HistoryCheck history, Progress progress) {
        progress.total(packages.stream().mapToLong(one -> one.receipt().size()).sum());
        List<ArchiveAccess.Damage> damaged = new ArrayList<>();
        long bytes = 0;
        for (ArchiveInspection.Kept one : packages) {
            String message = stored.damage(one);
            if (!message.isEmpty()) {
                damaged.add(new ArchiveAccess.Damage(
                        one.manifest().event(),
                        one.manifest().sequence(),
                        one.receipt().name(),
                        message));
            }
            bytes += one.receipt().size();
            progress.advance(one.receipt().size());
        }
        return new ArchiveAccess.Checked(packages.size(), bytes, damaged, history.head(), history.problems());
    }
}
