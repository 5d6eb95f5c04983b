package mx.difusor.agent.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.model.HistoryHead;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** The archive, with the agent running or not. */
public interface ArchiveAccess {

    /**
     * Receipts of accepted packages, newest decision first.
     *
     * @param event null for all
     * @param limit at least 1
     */
    List<Receipt> list(Config config, @Nullable String event, int limit) throws MachineException;

    /** Empty where no package with that sequence was accepted. */
    Optional<Shown> show(Config config, String event, long sequence) throws MachineException;

    /**
     * Writes files of a package that {@link #show} knows.
     *
     * @param into absent or empty; made when absent
     * @param paths of the manifest; empty for all
     * @return how many files were written
     */
    long extract(Config config, String event, long sequence, Path into, List<String> paths, Progress progress)
            throws MachineException;

    /**
     * Reads and verifies every byte again, what was read the longest ago first.
     *
     * @param event null for all
     * @param most after so long no further package is begun; null for no limit
     */
    Checked check(Config config, @Nullable String event, @Nullable Duration most, Progress progress)
            throws MachineException;

    /**
     * Builds the index anew from the files alone.
     *
     * @return how many packages stand in it
     */
    long reindex(Config config, Progress progress) throws MachineException;

    /**
     * Writes an event's packages as they stand in the archive, with {@code history.log} and {@code SHA256SUMS}.
     *
     * @param target a new tar where its name ends in {@code .tar}, otherwise a new folder
     */
    Exported export(Config config, String event, Path target, Progress progress) throws MachineException;

    /**
     * Verifies the packages of an export and keeps those that are not there yet; the agent has to be stopped.
     *
     * @param by who asks
     */
    Imported bringIn(Config config, Path export, String by, Progress progress) throws MachineException;

    /**
     * Takes an event's packages out of the archive for good; the agent has to be stopped.
     *
     * @param export has to hold every one of them byte for byte
     * @param by who asks
     * @param why in their words
     */
    Retired retire(Config config, String event, Path export, String by, String why, Progress progress)
            throws MachineException;

    /**
     * One package.
     *
     * @param folder where it stands
     * @param stored the names of the files in the folder
     */
    record Shown(Receipt receipt, Manifest manifest, Path folder, List<String> stored) {
        public Shown {
            stored = List.copyOf(stored);
        }
    }

    /**
     * @param bytes read
     * @param history how far {@code history.log} reaches
     * @param alterations where the log, the receipts and the packages do not tell the same story
     * @param share where the time ended before every package was read; null otherwise
     */
    record Checked(
            long packages,
            long bytes,
            List<Damage> damaged,
            HistoryHead history,
            List<String> alterations,
            @Nullable Share share) {
        public Checked {
            damaged = List.copyOf(damaged);
            alterations = List.copyOf(alterations);
        }

        public boolean whole() {
            return damaged.isEmpty() && alterations.isEmpty();
        }
    }

    /**
     * What a run that ended early was a part of.
     *
     * @param packages in all
     * @param bytes in all
     * @param runs of this length that read everything once
     * @param all how long these take together
     */
    record Share(long packages, long bytes, long runs, Duration all) {}

    /**
     * A package that is no longer what was accepted.
     *
     * @param path the file, inside the package's folder or inside its archive, where it is about one
     */
    record Damage(String event, long sequence, @Nullable String path, String message) {}

    /**
     * @param bytes of all files in it
     * @param checksums SHA-256 of its {@code SHA256SUMS}, which stands for the whole
     * @param gone packages that are not in it because their files are gone, {@code <event>/<sequence>}
     */
    record Exported(long packages, long bytes, String checksums, List<String> gone) {
        public Exported {
            gone = List.copyOf(gone);
        }
    }

    /**
     * @param already packages that were there
     * @param mended of those, the ones whose files were damaged and are whole again
     */
    record Imported(long imported, long already, long mended, List<Refused> refused) {
        public Imported {
            refused = List.copyOf(refused);
        }
    }

    /**
     * @param where in the export
     * @param code a receipt's reason, or {@code not-an-export}
     */
    record Refused(String where, String code, String message) {}

    /** @param bytes of the packages' archive files */
    record Retired(long packages, long bytes, String checksums) {}
}
