package mx.difusor.agent.app;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import mx.difusor.agent.archive.ArchiveInspection;
import mx.difusor.agent.archive.HistoryCheck;
import mx.difusor.agent.cli.ArchiveAccess;
import mx.difusor.agent.cli.Progress;
import mx.difusor.agent.desk.StoredPackage;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/**
 * Reads and verifies archived bytes again: digest, signatures, and the manifest against the index; what was read the
 * longest ago first, so that runs that end early come round to everything.
 */
final class ArchiveCheck {

    private final StoredPackage stored;
    private final Clock clock;
    private final LongSupplier nanoTime;

    ArchiveCheck(StoredPackage stored, Clock clock, LongSupplier nanoTime) {
        this.stored = stored;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /**
     * @param event null for all
     * @param most no further package is begun after so long; null for no limit
     */
    ArchiveAccess.Checked run(
            ArchiveInspection archive,
            @Nullable String event,
            @Nullable Duration most,
            HistoryCheck history,
            Progress progress)
            throws MachineException {
        List<ArchiveInspection.Kept> packages = archive.oldestChecked(event, Integer.MAX_VALUE);
        long total = packages.stream().mapToLong(one -> one.receipt().size()).sum();
        progress.total(total);
        List<ArchiveAccess.Damage> damaged = new ArrayList<>(unlisted(archive, event));
        long bytes = 0;
        int read = 0;
        long begun = nanoTime.getAsLong();
        for (ArchiveInspection.Kept one : packages) {
            Duration elapsed = Duration.ofNanos(nanoTime.getAsLong() - begun);
            if (most != null && read > 0 && elapsed.compareTo(most) >= 0) {
                break;
            }
            String message = stored.damage(one);
            archive.checked(one, clock.instant(), message);
            if (!message.isEmpty()) {
                damaged.add(damage(one, message));
            }
            read++;
            bytes += one.receipt().size();
            progress.advance(one.receipt().size());
        }
        Duration elapsed = Duration.ofNanos(nanoTime.getAsLong() - begun);
        return new ArchiveAccess.Checked(
                read,
                bytes,
                damaged,
                history.head(),
                history.problems(),
                read == packages.size() ? null : share(packages.size(), total, bytes, elapsed));
    }

    private static ArchiveAccess.Damage damage(ArchiveInspection.Kept one, String message) {
        Receipt receipt = one.receipt();
        return new ArchiveAccess.Damage(one.manifest().event(), one.manifest().sequence(), receipt.name(), message);
    }

    /** By bytes: packages differ in size, and reading them is what takes the time. */
    private static ArchiveAccess.Share share(long packages, long total, long bytes, Duration elapsed) {
        long runs = (total + bytes - 1) / Math.max(1, bytes);
        double seconds = elapsed.toMillis() / 1000.0 * total / Math.max(1, bytes);
        return new ArchiveAccess.Share(packages, total, runs, Duration.ofSeconds((long) Math.ceil(seconds)));
    }

    private static List<ArchiveAccess.Damage> unlisted(ArchiveInspection archive, @Nullable String event)
            throws MachineException {
        List<ArchiveAccess.Damage> damaged = new ArrayList<>();
        for (String folder : archive.unlisted()) {
            Path path = Path.of(folder);
            String of = String.valueOf(path.getName(1));
            if (event == null || event.equals(of)) {
                String name = String.valueOf(path.getFileName());
                long sequence = name.matches("\\d{1,18}") ? Long.parseLong(name) : 0;
                damaged.add(new ArchiveAccess.Damage(
                        of,
                        sequence,
                        null,
                        folder + " is not in the index: run `difusor archive reindex`, or remove what is no package"));
            }
        }
        return damaged;
    }
}
