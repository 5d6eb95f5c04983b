package mx.difusor.agent.desk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Verdict;
import mx.difusor.agent.verify.BaseSummaries;
import mx.difusor.agent.verify.PackageReader;
import mx.difusor.agent.verify.UnreadablePackageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a package's PREP bases against those under the same paths in the newest accepted package of a lower sequence
 * that carries them. What is needed of that one is remembered, or else read again out of the archive. Any thread.
 */
public final class Predecessors {

    /** Rows of which keys are remembered, of all packages together: up to 100 bytes each. */
    static final long REMEMBERED_ROWS_LIMIT = 250_000;

    /** A receipt is for people to read. */
    static final int WARNINGS_LIMIT = 50;

    private static final Logger LOG = LoggerFactory.getLogger(Predecessors.class);

    private final Archive archive;
    private final PackageReader reader;
    private final Home home;
    private final Disk disk;
    private final Alerts alerts;

    /** By event and sequence, the one used last at the end. Guarded by itself. */
    private final Map<String, BaseSummaries> remembered = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * @param history what it was compared with
     * @param against which path with which sequence's
     * @param warnings for the receipt
     */
    record Comparison(History history, Map<String, Long> against, List<String> warnings) {}

    public Predecessors(Archive archive, PackageReader reader, Home home, Disk disk, Alerts alerts) {
        this.archive = archive;
        this.reader = reader;
        this.home = home;
        this.disk = disk;
        this.alerts = alerts;
    }

    /**
     * Compares with what history holds now. What cannot be compared is a warning.
     *
     * @throws IllegalStateException when the index cannot tell what history holds
     */
    Comparison compare(Judged judged) {
        if (!(judged.verdict() instanceof Verdict.Accepted accepted)) {
            return new Comparison(History.empty(""), Map.of(), List.of());
        }
        History history = archive.history(accepted.manifest().event());
        Map<String, Long> against;
        try {
            against = nearest(accepted.manifest(), history);
        } catch (RuntimeException e) {
            return new Comparison(history, Map.of(), List.of(defect("the cuts before", history.event(), e)));
        }
        Map<Long, Set<String>> paths = new TreeMap<>();
        against.forEach((path, sequence) ->
                paths.computeIfAbsent(sequence, any -> new TreeSet<>()).add(path));
        List<String> warnings = new ArrayList<>();
        paths.forEach((sequence, some) -> history.get(sequence)
                .ifPresent(one -> warnings.addAll(compare(accepted.manifest(), judged.bases(), history, one, some))));
        return new Comparison(history, against, shortened(warnings));
    }

    /** Whether a comparison would be with the same packages now. On the deciding thread, where history stands still. */
    boolean stands(Judged judged, Comparison compared) {
        if (!(judged.verdict() instanceof Verdict.Accepted accepted)) {
            return true;
        }
        History now = archive.history(accepted.manifest().event());
        try {
            return now == compared.history()
                    || nearest(accepted.manifest(), now).equals(compared.against());
        } catch (RuntimeException e) {
            return true; // another comparison could not be made either
        }
    }

    /** The next cut's comparison will ask for it. */
    void remember(AcceptedPackage one, BaseSummaries bases) {
        synchronized (remembered) {
            remembered.put(key(one), bases);
            long weight = remembered.values().stream()
                    .mapToLong(BaseSummaries::weight)
                    .sum();
            Iterator<BaseSummaries> eldest = remembered.values().iterator();
            while (weight > REMEMBERED_ROWS_LIMIT) {
                weight -= eldest.next().weight();
                eldest.remove();
            }
        }
    }

    /** For each path that may be a base, the newest package of a lower sequence that carries it. */
    private static Map<String, Long> nearest(Manifest manifest, History history) {
        Map<String, Long> nearest = new HashMap<>();
        History lower = history.upTo(manifest.sequence() - 1);
        for (String path : BaseSummaries.paths(manifest)) {
            lower.carrier(path).ifPresent(one -> nearest.put(path, one.sequence()));
        }
        return nearest;
    }

    private List<String> compare(
            Manifest manifest, BaseSummaries bases, History history, AcceptedPackage before, Set<String> paths) {
        String when = "sequence " + before.sequence();
        try {
            Manifest then = history.manifest(before);
            Collection<String> changed = changed(manifest, then, paths);
            if (changed.isEmpty()) {
                return List.of();
            }
            return bases.since(summaries(before, then), changed, when);
        } catch (IOException e) {
            LOG.warn("cannot compare with {} of {}: {}", when, manifest.event(), Failures.inWords(e));
        } catch (UnreadablePackageException e) {
            LOG.warn("cannot compare with {} of {}: {}", when, manifest.event(), e.getMessage());
        } catch (RuntimeException e) {
            return List.of(defect(when, manifest.event(), e));
        }
        return List.of(notCompared(when));
    }

    private String defect(String with, String event, RuntimeException e) {
        LOG.error("a defect keeps {} of {} from being compared", with, event, e);
        alerts.incident("internal-error", "comparing with " + with + ": " + e);
        return notCompared(with);
    }

    private static String notCompared(String with) {
        return "not-compared: what shrank or vanished since " + with
                + " is not known, because the difusor could not read that package again";
    }

    /** The same bytes need no comparison. */
    private static Collection<String> changed(Manifest manifest, Manifest before, Set<String> paths) {
        Map<String, Digest> digests = new HashMap<>();
        before.files().forEach(file -> digests.put(file.path(), file.sha256()));
        Set<String> changed = new TreeSet<>(paths);
        manifest.files().stream()
                .filter(file -> file.sha256().equals(digests.get(file.path())))
                .forEach(file -> changed.remove(file.path()));
        return changed;
    }

    private BaseSummaries summaries(AcceptedPackage one, Manifest manifest)
            throws IOException, UnreadablePackageException {
        BaseSummaries known;
        synchronized (remembered) {
            known = remembered.get(key(one));
        }
        if (known == null) {
            known = readAgain(one, manifest);
            remember(one, known);
        }
        return known;
    }

    private BaseSummaries readAgain(AcceptedPackage one, Manifest manifest)
            throws IOException, UnreadablePackageException {
        Path folder = home.work().resolve(UUID.randomUUID().toString());
        Set<String> paths = BaseSummaries.paths(manifest);
        try {
            disk.createDirectories(folder, Disk.Access.PRIVATE);
            return reader.bases(archive.file(one), one.fileName(), paths, folder, disk);
        } finally {
            removeWork(folder);
        }
    }

    private void removeWork(Path folder) {
        try {
            disk.deleteTree(folder);
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}; it is removed at the next start", folder, Failures.inWords(e));
        }
    }

    private static String key(AcceptedPackage one) {
        return one.event() + "/" + one.sequence();
    }

    private static List<String> shortened(List<String> warnings) {
        if (warnings.size() <= WARNINGS_LIMIT) {
            return warnings;
        }
        List<String> shown = new ArrayList<>(warnings.subList(0, WARNINGS_LIMIT));
        shown.add("and " + (warnings.size() - WARNINGS_LIMIT) + " more changes against earlier cuts");
        return shown;
    }
}
