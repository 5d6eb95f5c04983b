package mx.difusor.agent.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.Unfinished;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the index agree with the files: the files are the truth. */
final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    /** A folder that changed so lately may change once more without another time: file systems count in steps. */
    static final Duration SETTLED = Duration.ofSeconds(5);

    private final Home home;
    private final Disk disk;
    private final ManifestSource manifests;
    private final Retirements retirements;
    private final boolean alone;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, DamagedFolder> damaged = new LinkedHashMap<>();

    /**
     * @param retirements what is taken out is not missed
     * @param alone no agent works on this home but this one: what is unfinished is left of a crash, not on its way
     */
    Recovery(Home home, Disk disk, ManifestSource manifests, Retirements retirements, boolean alone) {
        this.retirements = retirements;
        this.alone = alone;
        this.home = home;
        this.disk = disk;
        this.manifests = manifests;
    }

    /**
     * A damaged index is put aside and made anew.
     *
     * @throws MachineException one that only cannot be opened now, as on a full disk, is left as it is
     */
    Index openIndex() throws MachineException {
        try {
            Index index = Index.open(home.index());
            try {
                index.requireSound(); // damage shows now, not at night
                return index;
            } catch (MachineException e) {
                index.close();
                throw e;
            }
        } catch (MachineException e) {
            if (!e.code().equals("index-unusable")) {
                throw e;
            }
            if (!IndexSchema.isDamaged(e)) {
                throw notOpened(e);
            }
            Path aside = putAside();
            LOG.warn("{}; it was moved to {} and is made anew from the files", e.getMessage(), aside);
            Index index = Index.open(home.index());
            ProbeRecord.carryOver(aside, home.index());
            return index;
        }
    }

    private MachineException notOpened(MachineException e) {
        return new MachineException(
                e.code(),
                String.valueOf(e.getMessage()),
                "free space on the disk of %s and let the service account write there; the index was left as it is. Where"
                                .formatted(home.root())
                        + " neither is the matter, move %s aside: it is made anew from the packages"
                                .formatted(home.index()),
                e);
    }

    private Path putAside() throws MachineException {
        try {
            return new DamagedIndexes(home).putAside();
        } catch (IOException e) {
            throw unreadable(home.index(), e);
        }
    }

    /**
     * Adds what the index lacks, corrects where it trails, drops evidence that has no files any more, clears what a crash
     * left unfinished. An accepted package whose files are gone keeps its row, as a damaged one does: history, page and
     * sequence must not depend on whether a disk is mounted.
     *
     * @param box where a crash may have kept a receipt from being delivered, or an older one from being replaced
     * @param gone takes those whose files are gone
     * @return what else people should know: packages that cannot be read
     */
    List<String> reconcile(Index index, ReceiptBox box, MissingPackages gone) throws MachineException {
        List<Index.Entry> missing = new ArrayList<>();
        try {
            Set<String> events = index.events();
            for (Path event : list(home.archive())) {
                events.add(event.getFileName().toString());
            }
            for (String event : events) {
                reconcile(index, home.archive().resolve(event), missing, gone);
                refresh(index, event, box, gone);
            }
            reconcile(index, home.quarantine(), missing, gone);
            for (Index.Entry entry : missing) {
                box.correct(entry.receipt());
            }
        } catch (IOException e) {
            throw unreadable(home.archive(), e);
        }
        addAll(index, missing);
        return List.copyOf(problems);
    }

    private static void addAll(Index index, List<Index.Entry> missing) throws MachineException {
        missing.sort(BY_DECISION);
        for (Index.Entry entry : missing) {
            LOG.info("{} was not in the index; added", entry.folder());
            index.add(entry.folder(), entry.bytes(), entry.receipt(), entry.manifest());
        }
    }

    /** Of a package that the index knows only the folder's name is looked at: `archive check` reads what is in it. */
    private void reconcile(Index index, Path parent, List<Index.Entry> missing, MissingPackages gone)
            throws IOException, MachineException {
        Optional<FileTime> modified = modified(parent);
        if (modified.isPresent() && index.listed(relative(parent)).equals(modified.map(FileTime::toString))) {
            return;
        }
        boolean agree = compare(index, parent, missing, gone);
        if (agree
                && modified.isPresent()
                && modified.get().toInstant().isBefore(Instant.now().minus(SETTLED))) {
            remember(index, relative(parent), modified.get());
        }
    }

    /** A full disk takes no row; then the next start looks again, and this one goes on. */
    private static void remember(Index index, String folder, FileTime modified) {
        try {
            index.listed(folder, modified.toString());
        } catch (MachineException e) {
            LOG.info("the next start lists {} again: {}", folder, e.getMessage());
        }
    }

    /** A folder's time tells whether a name in it came or went: none of its packages is ever written in place. */
    private static Optional<FileTime> modified(Path parent) throws IOException {
        return isFolder(parent) ? Optional.of(Files.getLastModifiedTime(parent)) : Optional.empty();
    }

    /** @return whether every name has its row and every row its name already */
    private boolean compare(Index index, Path parent, List<Index.Entry> missing, MissingPackages gone)
            throws IOException, MachineException {
        boolean agree = true;
        Set<String> indexed = index.foldersIn(relative(parent));
        List<Path> names = names(parent);
        for (Path folder : putBack(names, parent, indexed) ? names(parent) : names) {
            if (!indexed.remove(relative(folder))) {
                agree = false;
                if (isFinished(folder)) {
                    secure(folder);
                    read(folder).ifPresent(missing::add);
                }
            }
        }
        for (String left : indexed) {
            agree = false;
            if (isMissed(left)) {
                gone.add(left);
            } else {
                LOG.info("{} is no longer there", left);
                index.remove(left);
            }
        }
        return agree;
    }

    /**
     * A crash may have come between the moving aside of what could not be read and what was to take its place.
     *
     * @return whether there was anything to put back
     */
    private boolean putBack(List<Path> names, Path parent, Set<String> indexed) throws IOException {
        boolean any = false;
        for (Path name : names) {
            Path place = Displaced.place(name).orElse(null);
            if (place != null && !indexed.contains(relative(place)) && isMissed(relative(place))) {
                Displaced.putBack(name, place, disk);
                disk.syncDirectory(parent);
                any = true;
            }
        }
        return any;
    }

    /** Evidence may go, and what was retired has gone; nothing else takes a package out of the archive. */
    private boolean isMissed(String folder) {
        String[] names = folder.split("/", -1);
        return names[0].equals(home.archive().getFileName().toString())
                && names[2].matches("\\d{1,18}")
                && retirements
                        .of(names[1])
                        .flatMap(event -> event.gone(Long.parseLong(names[2])))
                        .isEmpty();
    }

    /** A crash, or a disk that failed, may have come between a receipt's writing, its delivery and the index. */
    private void refresh(Index index, String event, ReceiptBox box, MissingPackages gone) throws MachineException {
        for (Index.Entry entry : index.unsettled(event)) {
            if (gone.has(entry.folder())) {
                continue;
            }
            Path folder = home.root().resolve(entry.folder());
            try {
                Unfinished.clear(disk, folder);
                Receipt receipt = Json.receipt(Files.readAllBytes(folder.resolve(Keeping.RECEIPT)));
                boolean untold = receipt.publication() == Receipt.Publication.NONE;
                if (untold || !receipt.equals(entry.receipt())) {
                    secure(folder);
                    box.put(receipt, false);
                    index.update(entry.folder(), bytes(folder), receipt);
                }
            } catch (IOException e) {
                MachineException unreadable = unreadable(folder, e);
                note(unreadable.getMessage() + "; " + unreadable.cure());
            }
        }
    }

    /**
     * A receipt may have been half written when a crash came, or replaced without a sync: of an unsettled package, or of
     * one that is not indexed. What the index is told must not be taken back by a power cut.
     */
    private void secure(Path folder) throws IOException {
        Unfinished.clear(disk, folder);
        disk.syncDirectory(folder);
    }

    /** What a running agent decided, and wrote into the index, between the reading of the files and the new index. */
    void catchUp(Index index) throws MachineException {
        Set<String> indexed = new HashSet<>();
        for (Index.Entry entry : index.all()) {
            indexed.add(entry.folder());
            Path folder = home.root().resolve(entry.folder());
            Path file = folder.resolve(Keeping.RECEIPT);
            try {
                Receipt now = Json.receipt(Files.readAllBytes(file));
                if (!now.equals(entry.receipt())) {
                    index.update(entry.folder(), bytes(folder), now);
                }
            } catch (IOException e) {
                LOG.debug("{} went meanwhile: {}", file, Failures.inWords(e));
            }
        }
        List<Index.Entry> missing = new ArrayList<>();
        for (Path folder : folders()) {
            if (!indexed.contains(relative(folder))) {
                read(folder).ifPresent(missing::add);
            }
        }
        addAll(index, missing);
    }

    private void note(String problem) {
        LOG.warn(problem);
        problems.add(problem);
    }

    private void damaged(Path folder, @Nullable Receipt receipt, String why) {
        if (damaged.put(relative(folder), new DamagedFolder(relative(folder), receipt, why)) == null) {
            note(why);
        }
    }

    /** Folders that stand and whose packages do not count, since they cannot be read. */
    List<DamagedFolder> damaged() {
        return List.copyOf(damaged.values());
    }

    /** A package that cannot be read must not keep the others from being published. */
    private Optional<Index.Entry> read(Path folder) {
        Receipt receipt = null;
        try {
            receipt = Json.receipt(Files.readAllBytes(folder.resolve(Keeping.RECEIPT)));
            return Optional.of(entry(folder, receipt));
        } catch (IOException e) {
            MachineException unreadable = unreadable(folder, e);
            damaged(folder, receipt, unreadable.getMessage() + "; " + unreadable.cure());
            return Optional.empty();
        }
    }

    private static final Comparator<Index.Entry> BY_DECISION = Comparator.comparing(
                    (Index.Entry entry) -> entry.receipt().decidedAt())
            .thenComparing(Index.Entry::folder);

    /** What was found wrong on the way. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /**
     * Everything the files tell, in order of decision.
     *
     * @param before which tells of packages that cannot be read any more
     */
    List<Index.Entry> readAll(Index before) throws MachineException {
        List<Index.Entry> entries = new ArrayList<>();
        Set<String> indexed = indexed(before); // first: a running agent makes a package's folder before its row
        for (Path folder : folders()) {
            read(folder).ifPresent(entries::add);
        }
        keepMissed(indexed);
        for (DamagedFolder one : damaged.values()) {
            one.before(before).ifPresent(entries::add);
        }
        entries.sort(BY_DECISION);
        return entries;
    }

    private void keepMissed(Set<String> indexed) {
        List<String> missed = indexed.stream()
                .filter(folder ->
                        isMissed(folder) && Files.notExists(home.root().resolve(folder)))
                .toList();
        missed.forEach(folder -> damaged.put(folder, new DamagedFolder(folder, null, "its files are gone")));
        MissingPackages.problems(missed).forEach(this::note);
    }

    private static Set<String> indexed(Index before) throws MachineException {
        try {
            return before.foldersIn("archive");
        } catch (MachineException e) {
            if (IndexSchema.isDamaged(e)) {
                return Set.of();
            }
            throw e;
        }
    }

    /** So that good bytes that come again take the place of damaged ones. */
    void tellDamage(Index index) throws MachineException {
        for (DamagedFolder one : damaged.values()) {
            index.checked(one.folder(), Instant.EPOCH, one.why());
        }
    }

    /** The folders of all kept packages; unfinished ones are removed. */
    private List<Path> folders() throws MachineException {
        List<Path> folders = new ArrayList<>();
        try {
            for (Path event : list(home.archive())) {
                folders.addAll(finished(event));
            }
            folders.addAll(finished(home.quarantine()));
        } catch (IOException e) {
            throw unreadable(home.archive(), e);
        }
        return folders;
    }

    private List<Path> finished(Path parent) throws IOException {
        List<Path> finished = new ArrayList<>();
        for (Path folder : list(parent)) {
            if (isFinished(folder)) {
                finished.add(folder);
            }
        }
        return finished;
    }

    private boolean isFinished(Path folder) throws IOException {
        if (folder.getFileName().toString().startsWith(Keeping.UNFINISHED)) {
            if (alone) {
                disk.deleteTree(folder);
            }
            return false;
        }
        if (folder.getFileName().toString().startsWith(Displaced.NAME)) {
            LOG.info("{} is kept for people to look at; it may be removed", folder);
            return false;
        }
        if (!Files.isDirectory(folder)) {
            return false;
        }
        if (Files.exists(folder.resolve(Keeping.RECEIPT))) {
            return true;
        }
        damaged(folder, null, folder + " has no receipt and does not count as a package");
        return false;
    }

    static List<Path> list(Path folder) throws IOException {
        return names(folder).stream().filter(Files::isDirectory).sorted().toList();
    }

    private static List<Path> names(Path folder) throws IOException {
        if (!isFolder(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        }
    }

    /** @throws IOException where that cannot be told: what is in a folder that cannot be reached is not gone */
    private static boolean isFolder(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).isDirectory();
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Of every file in a package's folder. */
    static long bytes(Path folder) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    private Index.Entry entry(Path folder, Receipt receipt) throws IOException {
        Manifest manifest =
                receipt.outcome() == Receipt.Outcome.ACCEPTED ? manifests.read(folder.resolve(receipt.name())) : null;
        return new Index.Entry(0, relative(folder), bytes(folder), receipt, manifest);
    }

    private String relative(Path path) {
        return home.root().relativize(path).toString().replace('\\', '/');
    }

    static MachineException unreadable(Path path, IOException cause) {
        return new MachineException(
                "archive-unreadable",
                "cannot read " + path + ": " + Failures.inWords(cause),
                "check the disk and the permissions of the service account; a damaged package can be brought back from"
                        + " another host or from the Institute",
                cause);
    }
}
