package mx.difusor.agent.desk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.model.Verdict;
import mx.difusor.agent.verify.Authenticator;
import mx.difusor.agent.verify.PackageVerifier;
import mx.difusor.agent.verify.SignatureFinding;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where every package is decided. Hashing, signatures and unpacking run in parallel; decisions are taken one after
 * another by one thread, which owns history and the live root.
 */
public final class Desk implements AutoCloseable {

    /** Offers waiting for a free thread; more go back to their door, which offers them again. */
    static final int QUEUE_LIMIT = 256;

    static final int CHECKING_THREADS =
            Math.max(2, Math.min(4, Runtime.getRuntime().availableProcessors()));

    /** How often a package is tried when the machine fails before it is refused as {@code storage-failed}. */
    static final int TRIES = 3;

    /** How often a package is compared anew because a nearer one was accepted meanwhile; then the last one counts. */
    static final int COMPARISONS = 5;

    /** Packages of which it is counted how often they were tried; beyond, counting begins anew. */
    static final int TRIES_REMEMBERED_LIMIT = 1_000;

    private static final int CLOSE_TIMEOUT_SECONDS = 30;

    private static final Logger LOG = LoggerFactory.getLogger(Desk.class);

    /** @param events every configured event by its id */
    public record Settings(Map<String, Event> events, long maxPackageBytes) {}

    private final Settings settings;
    private final Home home;
    private final Disk disk;
    private final Clock clock;
    private final OfferCheck offers;
    private final PackageVerifier verifier;
    private final Archive archive;
    private final Publication publication;
    private final Alerts alerts;
    private final Tally tally;
    private final ThreadPoolExecutor checking;
    private final DecidingThread deciding;
    private final Predecessors predecessors;
    private final Receipts receipts;
    private final Answers answers;

    /** By archive file in its claim's folder: two packages may have one name. */
    private final Map<Path, Integer> tries = new ConcurrentHashMap<>();

    public Desk(
            Settings settings,
            Home home,
            Disk disk,
            Clock clock,
            Supplier<Authenticator> authenticator,
            PackageVerifier verifier,
            Archive archive,
            Publication publication,
            Predecessors predecessors,
            Alerts alerts,
            Tally tally,
            DecidingThread deciding) {
        this.settings = settings;
        this.home = home;
        this.disk = disk;
        this.clock = clock;
        this.offers = new OfferCheck(settings.maxPackageBytes(), clock, authenticator, archive);
        this.verifier = verifier;
        this.archive = archive;
        this.publication = publication;
        this.predecessors = predecessors;
        this.alerts = alerts;
        this.tally = tally;
        this.deciding = deciding;
        this.receipts = new Receipts(archive, publication, alerts, clock);
        this.answers = new Answers(archive, receipts, alerts);
        this.checking = new ThreadPoolExecutor(
                CHECKING_THREADS,
                CHECKING_THREADS,
                1,
                TimeUnit.MINUTES,
                new LinkedBlockingQueue<>(QUEUE_LIMIT),
                task -> new Thread(task, "checking"));
    }

    /** A door believes that a package may be whole. Any thread; returns at once. */
    public void offer(Offer offer) {
        try {
            checking.execute(() -> check(offer));
        } catch (RejectedExecutionException e) {
            offer.failed();
        }
    }

    /** Whether packages are being checked at this moment. */
    public boolean busy() {
        return checking.getActiveCount() > 0;
    }

    /** Once a second: what time brings to the live root. */
    public void tick() throws MachineException {
        deciding.call(() -> {
            publication.tick();
            receipts.tick();
            return null;
        });
    }

    /** The order of steps, from an upload to the public. */
    private void check(Offer offer) {
        Candidate claimed = null;
        Path unpacked = home.work().resolve(UUID.randomUUID().toString());
        try {
            SignatureFinding finding = offers.finding(offer);
            if (OfferCheck.mustWait(finding, offer)) {
                offer.leave();
                return;
            }
            Optional<Candidate> mine = offer.claim();
            if (mine.isEmpty()) {
                return; // it changed meanwhile; the door offers it again
            }
            claimed = mine.get();
            disk.makeDirectories(unpacked, Disk.Access.PUBLIC); // in a folder that is closed to others
            compareAndDecide(judge(claimed, finding, unpacked), offer);
        } catch (IOException e) {
            machineFailed(offer, claimed, Failures.inWords(e));
        } catch (MachineException e) {
            machineFailed(offer, claimed, String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            MachineException machine = Unforeseen.machine(e);
            if (machine == null) {
                bug(offer, claimed, e);
            } else {
                machineFailed(offer, claimed, String.valueOf(machine.getMessage()));
            }
        } finally {
            removeWork(unpacked);
        }
    }

    private Judged judge(Candidate claimed, SignatureFinding finding, Path unpacked)
            throws IOException, MachineException {
        if (finding instanceof SignatureFinding.Enough enough) {
            PackageVerifier.Examined examined =
                    verifier.examine(claimed.archive(), claimed.name(), enough.signers(), enough.warnings(), unpacked);
            return new Judged(
                    claimed,
                    enough.sha256(),
                    enough.size(),
                    examined.verdict(),
                    unpacked,
                    examined.bases(),
                    examined.purpose());
        }
        if (finding instanceof SignatureFinding.Missing missing) {
            Optional<Verdict> again = offers.sameAgain(missing.size(), missing.sha256());
            if (again.isPresent()) {
                return Judged.unopened(claimed, finding, again.get(), unpacked);
            }
        }
        return Judged.unopened(claimed, finding, OfferCheck.rejected(finding), unpacked);
    }

    /** Looked up and compared on this thread; decided only while nothing nearer was accepted meanwhile. */
    private void compareAndDecide(Judged judged, Offer offer) throws MachineException {
        boolean decided = false;
        for (int i = 1; !decided; i++) {
            Predecessors.Comparison compared = predecessors.compare(judged);
            boolean atLast = i == COMPARISONS;
            decided = deciding.call(() -> {
                boolean now = atLast || predecessors.stands(judged, compared);
                if (now) {
                    decide(judged.warning(compared.warnings()), offer);
                }
                return now;
            });
        }
    }

    /** On the deciding thread: history is read and written here only. */
    private void decide(Judged judged, Offer offer) throws MachineException {
        Candidate claimed = judged.claimed();
        if (answers.owes(claimed)) {
            answers.giveAgain(claimed).ifPresentOrElse(answer -> ended(offer, claimed, answer), offer::failed);
            return;
        }
        boolean stored = !isStorageFailed(judged.verdict());
        Verdict verdict = judged.verdict();
        if (verdict instanceof Verdict.Accepted accepted) {
            verdict = admit(accepted, judged);
        } else if (!stored) {
            verdict = offers.sameAgain(judged.size(), judged.sha256()).orElse(verdict);
        }
        Receipt receipt = receipts.of(judged, verdict);
        if (verdict instanceof Verdict.Accepted accepted) {
            AcceptedPackage one = archive.keep(claimed, accepted.manifest(), receipt);
            ended(offer, claimed, new Answers.Answer(publish(one, receipt, judged), archive.file(one), true));
            return;
        }
        Path kept = verdict instanceof Verdict.Rejected ? archive.refuse(claimed, receipt) : claimed.archive();
        Answers.Delivery delivery = archive::deliver;
        if (verdict instanceof Verdict.Duplicate) {
            boolean whole = judged.verdict() instanceof Verdict.Accepted; // else it mends nothing
            delivery = whole ? again -> archive.repeat(again, claimed) : archive::repeat;
        }
        answers.give(claimed, new Answers.Answer(receipt, kept, stored), delivery)
                .ifPresentOrElse(answer -> ended(offer, claimed, answer), offer::failed);
    }

    private static boolean isStorageFailed(Verdict verdict) {
        return verdict instanceof Verdict.Rejected rejected && rejected.reason() == Reason.STORAGE_FAILED;
    }

    private void ended(Offer offer, Candidate claimed, Answers.Answer answer) {
        if (answer.stored() && publication.delivered() && answers.delivered()) {
            alerts.clear("storage-failed");
        }
        tries.remove(claimed.archive());
        tally.count(answer.receipt());
        Receipts.log(answer.receipt());
        told(offer, answer.receipt(), answer.kept());
    }

    /** The verdict is durable: no defect of its door changes it. */
    private void told(Offer offer, Receipt receipt, Path kept) {
        try {
            offer.decided(receipt, kept);
        } catch (RuntimeException | Error e) {
            LOG.error("{} was decided, and its door met a defect", key(offer.candidate()), e);
            alerts.incident("internal-error", receipt.name() + ", which was decided: " + e);
            offer.failed();
        }
    }

    /** From here on the package counts, whatever happens: nothing may answer it with a refusal any more. */
    private Receipt publish(AcceptedPackage one, Receipt receipt, Judged judged) {
        try {
            try {
                predecessors.remember(one, judged.bases());
            } finally {
                publication.accepted(one, receipt, judged.unpacked());
            }
            return archive.receipt(one.event(), one.sequence()).orElse(receipt);
        } catch (MachineException e) {
            LOG.error("what became of {} in public cannot be looked up: {}", key(judged.claimed()), e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.error("{} was accepted, and met a defect of the agent then", key(judged.claimed()), e);
            alerts.incident("internal-error", judged.claimed().name() + ", which was accepted: " + e);
        }
        return receipt;
    }

    /** Event, sequence and cut: what only history can tell. */
    private Verdict admit(Verdict.Accepted accepted, Judged judged) {
        Manifest manifest = accepted.manifest();
        Event event = settings.events().get(manifest.event());
        if (event == null) {
            String unknown = "the event %s is not configured here; known are %s"
                    .formatted(
                            manifest.event(),
                            String.join(", ", settings.events().keySet()));
            alerts.incident("event-unknown", unknown);
            return refused(accepted, Reason.EVENT_UNKNOWN, unknown);
        }
        Optional<String> mistaken = Purpose.mistaken(event, judged.purpose());
        if (mistaken.isPresent()) {
            alerts.incident("test-mixed-up", mistaken.get());
            return refused(accepted, Reason.CUT_INVALID, mistaken.get());
        }
        Optional<Verdict> retired = RetiredEvents.verdict(archive.retirements(), accepted, judged.sha256());
        if (retired.isPresent()) {
            if (retired.get() instanceof Verdict.Rejected no) {
                alerts.incident(no.reason().code(), no.message());
            }
            return retired.get();
        }
        History history = archive.history(manifest.event());
        History.Admission admission = history.admit(manifest, judged.sha256(), clock.instant());
        if (admission instanceof History.Admission.Refused no) {
            if (no.reason() == Reason.SEQUENCE_CONFLICT) {
                alerts.incident("sequence-conflict", no.message());
            }
            return refused(accepted, no.reason(), no.message());
        }
        if (admission instanceof History.Admission.SameAgain) {
            return new Verdict.Duplicate(manifest, accepted.signers());
        }
        if (judged.size() > archive.bytesLeft()) {
            return refused(
                    accepted,
                    Reason.BUDGET_EXCEEDED,
                    "only %d bytes of the archive's budget are left; ask the difusor to raise archive.budget"
                            .formatted(archive.bytesLeft()));
        }
        return accepted;
    }

    private static Verdict refused(Verdict.Accepted accepted, Reason reason, String message) {
        return Verdict.Rejected.of(reason, message).knowing(accepted.manifest(), accepted.signers());
    }

    private static String key(Candidate candidate) {
        return candidate.uploader() + "/" + candidate.name();
    }

    /** Disk, network, permissions: tried again, then answered, so that the Institute does not wait for ever. */
    private void machineFailed(Offer offer, @Nullable Candidate claimed, String message) {
        LOG.error("{} could not be decided: {}", key(offer.candidate()), message);
        alerts.raise("storage-failed", message);
        if (claimed == null) {
            offer.failed();
            return;
        }
        if (tries.size() >= TRIES_REMEMBERED_LIMIT) {
            tries.clear();
        }
        if (tries.merge(claimed.archive(), 1, Integer::sum) < TRIES) {
            offer.failed();
            return;
        }
        answerFailure(
                offer,
                claimed,
                "the difusor could not store the package after %d tries; send it again once its disk is mended"
                        .formatted(TRIES));
    }

    /** A bug ends this package, never the agent: it goes to quarantine, and the live root is left alone. */
    private void bug(Offer offer, @Nullable Candidate claimed, Throwable e) {
        LOG.error("{} met a defect of the agent", key(offer.candidate()), e);
        alerts.incident("internal-error", offer.candidate().name() + ": " + e);
        if (claimed == null) {
            offer.failed();
        } else {
            answerFailure(
                    offer,
                    claimed,
                    "a defect of the difusor's agent kept this package from being checked ("
                            + e.getClass().getSimpleName() + "); it was kept for the difusor to look at");
        }
    }

    private void answerFailure(Offer offer, Candidate claimed, String message) {
        tries.remove(claimed.archive());
        try {
            long size = Files.size(claimed.archive());
            Judged judged = Judged.rejected(
                    claimed,
                    FileDigest.of(claimed.archive()),
                    size,
                    Verdict.Rejected.of(Reason.STORAGE_FAILED, message),
                    home.work());
            deciding.call(() -> {
                decide(judged, offer);
                return null;
            });
        } catch (IOException | MachineException | RuntimeException | Error e) {
            LOG.error("{} could not be answered either: {}", key(claimed), e.toString());
            offer.failed();
        }
    }

    private void removeWork(Path unpacked) {
        try {
            disk.deleteTree(unpacked);
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}; it is removed at the next start", unpacked, e.toString());
        }
    }

    @Override
    public void close() {
        checking.shutdown();
        try {
            if (!checking.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn(
                        "packages were still being checked when the agent stopped; they are taken up at its next start");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
