package mx.difusor.agent.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.HistoryHead;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Manifests;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.model.Signer;
import mx.difusor.agent.model.Verdict;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The truth: every accepted package, byte for byte, with its signatures and its receipt, in
 * {@code archive/<event>/<sequence>/}. A package counts from the moment its folder stands there, renamed and synced.
 * Rejected ones are evidence in {@code quarantine/}, as long as there is room. One thread writes; any thread reads.
 */
public final class Archive implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Archive.class);

    private final Home home;
    private final Disk disk;
    private final long budgetBytes;
    private final Index index;
    private final ProbeRecord probes;
    private final Quarantine quarantine;
    private final ReceiptBox receipts;
    private final HistoryLog log;
    private final Retirements retirements;
    private final Keeping keeping;
    private final Map<String, History> histories = new ConcurrentHashMap<>();
    private final Map<AcceptedPackage, Manifest> unindexed = new ConcurrentHashMap<>();
    private volatile @Nullable Latest latest;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong packages = new AtomicLong();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final List<AcceptedPackage> damaged = new CopyOnWriteArrayList<>();
    private final MissingFolders missing = new MissingFolders();

    private record Latest(AcceptedPackage one, Manifest manifest) {}

    private Archive(Home home, Disk disk, long budgetBytes, Index index, HistoryLog log, Retirements retirements) {
        this.log = log;
        this.retirements = retirements;
        this.keeping = new Keeping(disk);
        this.home = home;
        this.disk = disk;
        this.budgetBytes = budgetBytes;
        this.index = index;
        this.probes = new ProbeRecord(home.index());
        this.quarantine = new Quarantine(home, disk, index, Quarantine.LIMIT_BYTES, Quarantine.LIMIT_PACKAGES);
        this.receipts = new ReceiptBox(home, disk);
    }

    /**
     * Opens what is there: leftovers of a crash are cleared, and the index is made to agree with the files, or made
     * anew from them where it cannot be read.
     */
    public static Archive open(Home home, Disk disk, long budgetBytes, ManifestSource manifests)
            throws MachineException {
        Retirements retirements = Retirements.read(home, disk);
        Recovery recovery = new Recovery(home, disk, manifests, retirements, true);
        Index index = recovery.openIndex();
        try {
            LoggedPackages logged = new LoggedPackages();
            Optional<Index.Logged> known = known(home, index);
            HistoryLog log = openLog(home, disk, known, logged);
            Archive archive = new Archive(home, disk, budgetBytes, index, log, retirements);
            retirements.finish(index);
            archive.problems.addAll(recovery.reconcile(index, archive.receipts, archive.missing.indexed()));
            Set<String> unknown = logged.missing(index, home);
            archive.missing.logged(unknown);
            archive.damaged.addAll(damaged(recovery, unknown, home));
            Index.Totals totals = index.totals(Receipt.Outcome.ACCEPTED);
            archive.bytes.set(totals.bytes());
            archive.packages.set(totals.packages());
            archive.compareWithLog(logged, known.map(Index.Logged::id).orElse(0L));
            archive.rememberLog();
            return archive;
        } catch (MachineException e) {
            index.close();
            throw e;
        }
    }

    private static List<AcceptedPackage> damaged(Recovery recovery, Set<String> unknown, Home home)
            throws MachineException {
        try {
            return DamagedPackages.of(recovery.damaged(), unknown, home);
        } catch (IOException e) {
            throw storageFailed(home.history(), e);
        }
    }

    /** How far an earlier start has read {@code history.log}, where that is what still stands there. */
    private static Optional<Index.Logged> known(Home home, Index index) throws MachineException {
        Optional<Index.Logged> logged = index.logged();
        try {
            boolean stands = logged.isPresent()
                    && HistoryChain.endsIn(
                            home.history(), logged.get().bytes(), logged.get().head());
            return stands ? logged : Optional.empty();
        } catch (IOException e) {
            throw storageFailed(home.history(), e);
        }
    }

    private static HistoryLog openLog(Home home, Disk disk, Optional<Index.Logged> known, LoggedPackages logged)
            throws MachineException {
        try {
            return HistoryLog.open(
                    home.history(),
                    disk,
                    known.map(Index.Logged::bytes).orElse(0L),
                    known.map(Index.Logged::head).orElse(HistoryHead.NONE),
                    logged);
        } catch (IOException e) {
            throw storageFailed(home.history(), e);
        }
    }

    /** What the log tells up to now, the next start need not read, unless it alone knows of packages. */
    private void rememberLog() {
        Optional<HistoryLog.End> end = log.end();
        if (end.isEmpty() || !log.problems().isEmpty() || missing.someLogged()) {
            return;
        }
        try {
            index.logged(end.get().bytes(), end.get().head());
        } catch (MachineException e) {
            LOG.info("the next start reads history.log again: {}", e.getMessage()); // as on a full disk
        }
    }

    /**
     * The archive is the truth: what a crash kept out of the log is added; what the log has lost is told.
     *
     * @param known rows up to this id stand in the part of the log that was not read now
     */
    private void compareWithLog(LoggedPackages logged, long known) throws MachineException {
        long reached = log.head().entries();
        index.furthestWitness().ifPresent(entry -> {
            HistoryHead told = Objects.requireNonNull(entry.receipt().history());
            if (told.entries() > reached) {
                problems.add("the receipt in %s speaks of entry %d of history.log, which ends at %d"
                        .formatted(entry.folder(), told.entries(), reached));
            }
        });
        List<Index.Entry> missing = new ArrayList<>(index.acceptedBut(logged.keys(), known));
        if (!missing.isEmpty()) {
            // A row that left the index and came back has a new id: only the whole log tells.
            try {
                HistoryChain.read(home.history(), logged);
            } catch (IOException e) {
                throw storageFailed(home.history(), e);
            }
            missing.removeIf(entry -> logged.keys().contains(Decisions.key(entry.receipt())));
        }
        for (Index.Entry entry : missing) {
            LOG.info("{} was not in history.log; added", entry.folder());
            record(entry.receipt());
        }
    }

    private void record(Receipt receipt) {
        log.note(receipt.decidedAt(), receipt.outcome().code(), Decisions.fields(receipt));
    }

    /** Every decision and command, chained. */
    public HistoryLog log() {
        return log;
    }

    /** What visitors got of the site. */
    public ProbeRecord probes() {
        return probes;
    }

    private static AcceptedPackage accepted(Index.Entry entry) {
        Receipt receipt = entry.receipt();
        return new AcceptedPackage(
                Objects.requireNonNull(receipt.contents(), entry.folder()),
                Objects.requireNonNull(receipt.sha256(), entry.folder()),
                receipt.name(),
                receipt.size(),
                receipt.receivedAt(),
                receipt.decidedAt());
    }

    static History history(Index index, String event, Manifests manifests) throws MachineException {
        List<AcceptedPackage> packages = new ArrayList<>();
        index.eachAccepted(event, entry -> packages.add(accepted(entry)));
        return History.of(event, packages, manifests);
    }

    /**
     * Read out of the index when it is first asked for: past elections take no memory.
     *
     * @throws IllegalStateException when the index became unusable since it was opened. An empty history instead would
     *     take the results off the page.
     */
    public History history(String event) {
        return histories.computeIfAbsent(event, unread -> {
            try {
                return history(index, unread, this::manifest).besides(damaged);
            } catch (MachineException e) {
                throw new IllegalStateException(e.getMessage() + "; " + e.cure(), e);
            }
        });
    }

    /** Of the package that was kept last, and of those that the index could not take, without the index. */
    private Manifest manifest(AcceptedPackage one) {
        Latest now = latest;
        if (now != null && now.one().equals(one)) {
            return now.manifest();
        }
        Manifest kept = unindexed.get(one);
        return kept == null ? index.manifest(one) : kept;
    }

    /** Bytes of all accepted packages with their signatures and receipts. */
    public long bytes() {
        return bytes.get();
    }

    public long packages() {
        return packages.get();
    }

    public long budgetBytes() {
        return budgetBytes;
    }

    /** Bytes that may still be taken in before the budget is spent. */
    public long bytesLeft() {
        return Math.max(0, budgetBytes - bytes.get());
    }

    public long freeBytes() throws IOException {
        return disk.freeBytes(home.archive());
    }

    /** The archived file, byte for byte as received. */
    public Path file(AcceptedPackage one) {
        return folder(one.event(), one.sequence()).resolve(one.fileName());
    }

    private Path folder(String event, long sequence) {
        if (!Event.ID.matcher(event).matches()) {
            throw new IllegalArgumentException("no event can have this id: " + event);
        }
        return home.archive().resolve(event).resolve(Long.toString(sequence));
    }

    /**
     * Keeps an accepted package for ever. On return it survives a power cut and counts; after an exception it does
     * not count, and nothing of it is in the way of another try.
     */
    public AcceptedPackage keep(Candidate claimed, Manifest manifest, Receipt receipt) throws MachineException {
        return keep(claimed, manifest, receipt, this::record);
    }

    /**
     * Keeps a package that another agent accepted, with that one's receipt; see {@link #keep}.
     *
     * @param by who asked for it
     */
    public AcceptedPackage bringIn(ExportedPackage one, Manifest manifest, Instant now, String by)
            throws MachineException {
        return keep(
                one.candidate(),
                manifest,
                one.receipt(),
                kept -> log.note(now, Decisions.IMPORTED, Decisions.imported(one.receipt(), by)));
    }

    private AcceptedPackage keep(Candidate claimed, Manifest manifest, Receipt receipt, Consumer<Receipt> recording)
            throws MachineException {
        Path folder = folder(manifest.event(), manifest.sequence());
        Receipt kept = receipt.witnessing(log.head());
        History before = history(manifest.event()); // read before the index knows the package, lest it count twice
        try {
            long folderBytes = keeping.keep(claimed, kept, folder, false);
            Index.Entry entry = new Index.Entry(0, relative(folder), folderBytes, kept, manifest);
            AcceptedPackage one = accepted(entry);
            if (!addToIndex(entry)) {
                unindexed.put(one, manifest);
            }
            latest = new Latest(one, manifest);
            recording.accept(kept);
            histories.put(manifest.event(), before.with(one, manifest));
            bytes.addAndGet(folderBytes);
            packages.incrementAndGet();
            missing.isBack(relative(folder));
            return one;
        } catch (IOException e) {
            throw storageFailed(folder, e);
        }
    }

    /** The folder stands and counts; an index that cannot take it now is made whole at the next start. */
    private boolean addToIndex(Index.Entry entry) {
        try {
            index.add(entry.folder(), entry.bytes(), entry.receipt(), entry.manifest());
            return true;
        } catch (MachineException e) {
            LOG.error("{}; {}", e.getMessage(), e.cure());
            problems.add(e.getMessage());
            return false;
        }
    }

    /** What is wrong with files, index or log, for people; empty when all is well. */
    public List<String> problems() {
        List<String> all = new ArrayList<>(log.problems()); // an altered log comes first: of many only some are told
        all.addAll(problems);
        all.addAll(missing.problems());
        return all;
    }

    /**
     * What stands in its place again is no longer missing. It asks the disk, which may hang where a mount is dead: not for
     * a thread that others wait for.
     *
     * @return the folders, below the home, that came back and count; others need a start
     */
    public Set<String> lookForMissing() {
        return missing.look(home);
    }

    /**
     * Keeps a rejected package as evidence.
     *
     * @return where its archive file stands, if there was room for it
     */
    public Path refuse(Candidate claimed, Receipt receipt) throws MachineException {
        Path folder = quarantine.folderFor(receipt);
        try {
            boolean receiptOnly = receipt.size() > Quarantine.PACKAGE_LIMIT_BYTES;
            Receipt kept = receipt.witnessing(log.head());
            long folderBytes = keeping.keep(claimed, kept, folder, receiptOnly);
            addToIndex(new Index.Entry(0, relative(folder), folderBytes, kept, null));
            record(kept);
            makeRoom();
            return folder.resolve(claimed.name());
        } catch (IOException e) {
            throw storageFailed(folder, e);
        }
    }

    /** The verdict stands whether older evidence can leave now or not; the next refusal tries again. */
    private void makeRoom() {
        try {
            quarantine.makeRoom();
        } catch (IOException e) {
            LOG.warn("{} keeps more than it should for now: {}", home.quarantine(), Failures.inWords(e));
        } catch (MachineException e) {
            LOG.warn("{} keeps more than it should for now: {}", home.quarantine(), e.getMessage());
        }
    }

    /**
     * A package that is kept already came again. Where the last check found it damaged, or its files are gone, it is made
     * whole from these.
     *
     * @param again whose signatures hold, with the very bytes that were accepted
     */
    public Receipt repeat(Receipt receipt, Candidate again) throws MachineException {
        Receipt.Contents contents = Objects.requireNonNull(receipt.contents());
        mend(contents.event(), contents.sequence(), again, receipt.decidedAt());
        return repeat(receipt);
    }

    /** What fails here stays an alert; the answer to a duplicate does not depend on it. */
    private void mend(String event, long sequence, Candidate again, Instant now) {
        Path folder = folder(event, sequence);
        try {
            boolean known = Files.notExists(folder)
                    || missing.indexed().has(relative(folder))
                    || index.damages().containsKey(relative(folder));
            Optional<Index.Entry> damaged = known ? index.accepted(event, sequence) : Optional.empty();
            if (damaged.isPresent()) {
                new Mending(this, disk).mend(folder, damaged.get().receipt(), again, now, again.uploader());
                missing.isBack(relative(folder));
                index.checked(relative(folder), now, null);
            }
        } catch (MachineException e) {
            LOG.error("{}; {}", e.getMessage(), e.cure());
        }
    }

    /** A package that is kept already came again. */
    public Receipt repeat(Receipt receipt) throws MachineException {
        record(receipt);
        return deliver(receipt);
    }

    /**
     * The receipt stands in the uploader's {@code /acuses}, synced, unless a newer package's does there; an accepted
     * package's also beside it, unless its folder is gone. The index learns of it last: a row that trails its file tells
     * the next start to deliver again.
     *
     * @param decided without {@link Receipt#history} where nothing was told about it yet
     * @return as it was written: with how far the log reaches
     */
    public Receipt deliver(Receipt decided) throws MachineException {
        boolean first = decided.history() == null;
        Receipt receipt = decided.witnessing(log.head());
        try {
            if (receipt.outcome() != Receipt.Outcome.ACCEPTED) {
                receipts.put(receipt, first);
                return receipt;
            }
            Receipt.Contents contents = Objects.requireNonNull(receipt.contents());
            Path folder = folder(contents.event(), contents.sequence());
            long folderBytes = Files.notExists(folder) ? bytesKnown(folder) : putBeside(folder, receipt);
            receipts.put(receipt, first);
            index.update(relative(folder), folderBytes, receipt);
            return receipt;
        } catch (IOException e) {
            throw storageFailed(home.receipts(), e);
        }
    }

    /** @return the bytes of the folder now */
    private long putBeside(Path folder, Receipt receipt) throws IOException {
        long before = Recovery.bytes(folder);
        disk.replace(folder.resolve(Keeping.RECEIPT), Json.receipt(receipt), Disk.Access.PRIVATE);
        long after = Recovery.bytes(folder);
        bytes.addAndGet(after - before);
        return after;
    }

    /** Of a folder that is gone. */
    private long bytesKnown(Path folder) throws MachineException {
        return index.row(relative(folder)).map(Index.Entry::bytes).orElse(0L);
    }

    /** The receipt of an accepted package. */
    public Optional<Receipt> receipt(String event, long sequence) throws MachineException {
        return index.accepted(event, sequence).map(Index.Entry::receipt);
    }

    /** An accepted package as the archive has it. */
    public record Kept(Manifest manifest, Receipt receipt) {

        /** The answer to its bytes that come again without what signs them. A receipt has the signers' names alone. */
        public Verdict again() {
            return new Verdict.Duplicate(
                    manifest,
                    receipt.signers().stream()
                            .map(name -> new Signer(name, name))
                            .toList());
        }
    }

    /** The accepted package of exactly these bytes; of a retired event there is none. */
    public Optional<Kept> accepted(long size, Digest sha256) throws MachineException {
        return accepted(index, size, sha256);
    }

    static Optional<Kept> accepted(Index index, long size, Digest sha256) throws MachineException {
        return index.accepted(size, sha256)
                .flatMap(entry ->
                        Optional.ofNullable(entry.manifest()).map(manifest -> new Kept(manifest, entry.receipt())));
    }

    /** Accepted packages of an event whose receipts do not yet say how publication ended: none or held. */
    public List<Receipt> unsettled(String event) throws MachineException {
        return index.unsettled(event).stream().map(Index.Entry::receipt).toList();
    }

    /** Whether a package of the event went live at or after that instant. */
    public boolean wasLiveSince(String event, Instant since) throws MachineException {
        return index.liveSince(event, since).isPresent();
    }

    /** The events whose packages were taken out. */
    public Retirements retirements() {
        return retirements;
    }

    /** Takes an event's packages out, after the command was recorded; see {@link Retirements}. */
    public void retire(Retirement retirement) throws MachineException {
        log.append(retirement.at(), Decisions.RETIRED, Decisions.retired(retirement));
        try {
            retirements.retire(retirement, index);
        } catch (IOException e) {
            throw storageFailed(folder(retirement.event(), 0), e);
        }
        histories.remove(retirement.event());
    }

    /** Packages of a retired event were brought in: those are no longer missing. */
    public void restored(String event) throws MachineException {
        Set<Long> sequences = new HashSet<>();
        history(event).packages().forEach(one -> sequences.add(one.sequence()));
        try {
            retirements.back(event, sequences);
        } catch (IOException e) {
            throw storageFailed(folder(event, 0), e);
        }
    }

    /** One row of the index. */
    public record Row(long id, String folder, Receipt receipt) {}

    /** Decided packages, newest first; see {@link Index#newest}. */
    public List<Row> rows(@Nullable String event, int limit, @Nullable Long before) throws MachineException {
        return index.newest(event, limit, before).stream()
                .map(entry -> new Row(entry.id(), entry.folder(), entry.receipt()))
                .toList();
    }

    private String relative(Path path) {
        return home.root().relativize(path).toString().replace('\\', '/');
    }

    private static MachineException storageFailed(Path folder, IOException cause) {
        return new MachineException(
                "storage-failed",
                "cannot write below " + folder.getParent() + ": " + Failures.inWords(cause),
                "check the free space, the mount and the permissions of the service account there",
                cause);
    }

    /** Whether a package of these bytes is kept, or was until its event was retired; of this size for no digest. */
    public boolean holds(long size, @Nullable Digest sha256) throws MachineException {
        return index.holds(size, sha256) || retirements.holds(size, sha256);
    }

    @Override
    public void close() throws MachineException {
        try {
            rememberLog();
            probes.close();
        } finally {
            index.close();
        }
    }
}
