package mx.difusor.agent.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Manifests;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.model.Sidecars;
import org.jspecify.annotations.Nullable;

/** The archive as somebody beside the running agent sees it: reads the index, never the agent's memory. */
public final class ArchiveInspection implements AutoCloseable {

    /** One accepted package and where it stands. */
    public record Kept(Receipt receipt, Manifest manifest, Path folder) {
        public Path file() {
            return folder.resolve(receipt.name());
        }

        public List<Path> signatures() throws IOException {
            try (Stream<Path> files = Files.list(folder)) {
                return files.filter(
                                file -> Sidecars.isSignature(file.getFileName().toString()))
                        .sorted()
                        .toList();
            }
        }
    }

    private final Home home;
    private final Index index;

    private ArchiveInspection(Home home, Index index) {
        this.home = home;
        this.index = index;
    }

    /** An index that is not there is made from the files; one that is damaged is an error that names the cure. */
    public static ArchiveInspection open(Home home, Disk disk, ManifestSource manifests) throws MachineException {
        boolean fresh = Files.notExists(home.index());
        Index index = Index.open(home.index());
        if (fresh) {
            try {
                Retirements retirements = Retirements.read(home, disk);
                index.replaceAll(new Recovery(home, disk, manifests, retirements, false).readAll(index));
            } catch (MachineException e) {
                index.close();
                throw e;
            }
        }
        return new ArchiveInspection(home, index);
    }

    /** The accepted packages of an event, as the index knows them, without their files; nothing is made or changed. */
    public static History history(Home home, String event) throws MachineException {
        if (Files.notExists(home.index())) {
            return History.empty(event);
        }
        try (Index index = Index.open(home.index())) {
            return Archive.history(index, event, Manifests.NONE);
        }
    }

    /** Whether these very bytes are an accepted package of any event, as the index knows it; nothing is made or changed. */
    public static boolean holds(Home home, long size, Digest sha256) throws MachineException {
        if (Files.notExists(home.index())) {
            return false;
        }
        try (Index index = Index.open(home.index())) {
            return index.holds(size, sha256);
        }
    }

    /** The accepted package of exactly these bytes, as the index knows it; nothing is made or changed. */
    public static Optional<Archive.Kept> accepted(Home home, long size, Digest sha256) throws MachineException {
        if (Files.notExists(home.index())) {
            return Optional.empty();
        }
        try (Index index = Index.open(home.index())) {
            return Archive.accepted(index, size, sha256);
        }
    }

    /** What the accepted packages of all events take, as the index knows it; nothing is made or changed. */
    public static long bytes(Home home) throws MachineException {
        if (Files.notExists(home.index())) {
            return 0;
        }
        try (Index index = Index.open(home.index())) {
            return index.totals(Receipt.Outcome.ACCEPTED).bytes();
        }
    }

    /**
     * Builds the index anew from the files, in one transaction: a running agent goes on reading meanwhile. What is damaged
     * by now stays in it as the index before knew it.
     *
     * @param agentRunning an index that cannot even be opened can only be replaced while no agent uses it
     * @return how many packages stand in it
     * @throws MachineException {@code archive-damaged} where something is; the index was rebuilt nevertheless
     */
    public static long reindex(Home home, Disk disk, ManifestSource manifests, boolean agentRunning)
            throws MachineException {
        Recovery recovery = new Recovery(home, disk, manifests, Retirements.read(home, disk), false);
        Index index = agentRunning ? Index.open(home.index()) : recovery.openIndex();
        try (index) {
            List<Index.Entry> entries = recovery.readAll(index);
            index.replaceAll(entries);
            recovery.catchUp(index);
            recovery.tellDamage(index);
            if (!recovery.problems().isEmpty()) {
                throw new MachineException(
                        "archive-damaged",
                        "the index was rebuilt, but this is damaged: " + String.join("; ", recovery.problems()),
                        "bring the damaged packages back from another host or from the Institute",
                        null);
            }
            return entries.size();
        }
    }

    /** Receipts of accepted packages, newest decision first. */
    public List<Receipt> accepted(@Nullable String event, int limit) throws MachineException {
        return index.newestAccepted(event, limit).stream()
                .map(Index.Entry::receipt)
                .toList();
    }

    public Optional<Kept> find(String event, long sequence) throws MachineException {
        return index.accepted(event, sequence).flatMap(this::kept);
    }

    /** The accepted package in this folder, below the home. */
    public Optional<Kept> in(String folder) throws MachineException {
        return index.row(folder).flatMap(this::kept);
    }

    /** Every accepted package, in order of decision. */
    public List<Kept> all(@Nullable String event) throws MachineException {
        List<Kept> all = new ArrayList<>();
        for (Index.Entry entry : index.accepted(event)) {
            kept(entry).ifPresent(all::add);
        }
        return all;
    }

    /**
     * Accepted packages, the one that was read the longest ago first.
     *
     * @param event null for all
     */
    public List<Kept> oldestChecked(@Nullable String event, int limit) throws MachineException {
        return index.oldestChecked(event, limit).stream()
                .flatMap(entry -> kept(entry).stream())
                .toList();
    }

    /**
     * Accepted packages that were read later than that, but decided before: of a clock that ran ahead. None where
     * {@code limit} others that were decided later come before them.
     */
    public List<Kept> checkedAfter(Instant instant, int limit) throws MachineException {
        return index.checkedAfter(instant, limit).stream()
                .filter(entry -> !entry.receipt().decidedAt().isAfter(instant))
                .flatMap(entry -> kept(entry).stream())
                .toList();
    }

    /** When the package was read last: in a check, or else when it was accepted. */
    public Instant checkedAt(Kept one) throws MachineException {
        return index.checkedAt(relative(one.folder())).orElse(one.receipt().decidedAt());
    }

    /** @param damage empty where all is well */
    public void checked(Kept one, Instant at, String damage) throws MachineException {
        index.checked(relative(one.folder()), at, damage.isEmpty() ? null : damage);
    }

    /** What the last check of this package found wrong; empty where nothing. */
    public String damage(Kept one) throws MachineException {
        return damages().getOrDefault(relative(one.folder()), "");
    }

    /** What the last check of each package found wrong, by its folder below the home. */
    public Map<String, String> damages() throws MachineException {
        return index.damages();
    }

    /**
     * Reads what a quick start has not read of {@code history.log}; see {@link HistoryLog#readWhole}.
     *
     * @return the folders, below the home, of accepted packages that it tells of and that nobody knows otherwise
     */
    public Set<String> readWhole(HistoryLog log, IntConsumer pace) throws IOException, MachineException {
        LoggedPackages logged = new LoggedPackages();
        log.readWhole(logged, pace);
        return logged.missing(index, home);
    }

    /** Which of these packages' folders are still missing, for people. */
    public List<String> missing(Set<String> folders) {
        return MissingPackages.problems(folders.stream()
                .filter(folder -> Files.notExists(home.root().resolve(folder)))
                .toList());
    }

    /** Packages' folders in {@code archive/} that the index does not know, below the home. */
    public List<String> unlisted() throws MachineException {
        Set<String> folders = new TreeSet<>();
        try {
            for (Path event : Recovery.list(home.archive())) {
                for (Path folder : Recovery.list(event)) {
                    String name = folder.getFileName().toString();
                    if (!name.startsWith(Keeping.UNFINISHED) && !name.startsWith(Displaced.NAME)) {
                        folders.add(relative(folder));
                    }
                }
            }
        } catch (IOException e) {
            throw Recovery.unreadable(home.archive(), e);
        }
        // Looked up afterwards: a running agent makes the folder first.
        for (Index.Entry entry : index.accepted(null)) {
            folders.remove(entry.folder());
        }
        return List.copyOf(folders);
    }

    private String relative(Path folder) {
        return home.root().relativize(folder).toString().replace('\\', '/');
    }

    private Optional<Kept> kept(Index.Entry entry) {
        Manifest manifest = entry.manifest();
        return manifest == null
                ? Optional.empty()
                : Optional.of(new Kept(entry.receipt(), manifest, home.root().resolve(entry.folder())));
    }

    @Override
    public void close() throws MachineException {
        index.close();
    }
}
