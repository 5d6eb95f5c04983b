package mx.difusor.agent.desk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import mx.difusor.agent.archive.HistoryLog;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.publish.Difference;
import mx.difusor.agent.publish.Findings;
import mx.difusor.agent.publish.Inspection;
import mx.difusor.agent.publish.Publisher;
import mx.difusor.agent.publish.Release;
import mx.difusor.agent.publish.Rereading;
import mx.difusor.agent.verify.ReadableName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The guard's eyes and hands: looks beside the deciding thread, and has it put right what was found. */
public final class DeskLiveFiles implements LiveFiles {

    /** A live file was changed, added or removed, or the live root was moved. */
    static final String ALTERED = "live-altered";

    /** The live files cannot be compared at all. */
    static final String BLIND = "guard-failed";

    /** Paths that an alert names; the evidence names more. */
    static final int NAMED = 5;

    /** Paths that an entry of {@code history.log} names, so that it stays far below the longest line. */
    static final int LOGGED = 100;

    /** Where asking the live root starts a program, it is asked once in so many calls. */
    static final int SLOW_ROOT_EVERY = 60;

    /** Once one file is found altered, so much of the others is read at once: they belong to the same incident. */
    static final long HURRIED_BYTES = 256L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(DeskLiveFiles.class);

    private final Publication publication;
    private final Publisher publisher;
    private final DecidingThread deciding;
    private final HistoryLog log;
    private final Evidence evidence;
    private final Alerts alerts;
    private final Clock clock;
    private final Rest rootRest;
    private final Repairs repairs;
    private final Repairs rootRepairs;
    private @Nullable Rereading reading;
    private List<Difference> unmended = List.of();
    private int rootAsked;

    /** The one that this guard raised, and that it ends. */
    private @Nullable String rootAlert;

    private boolean pauseTold;

    /** What the last repair failed with; ended once the files are seen to be right, as when a hand put them right. */
    private @Nullable String repairAlert;

    /** A pass that had begun by then, and so proves nothing. */
    private @Nullable Rereading begunBefore;

    private boolean namesRight;

    public DeskLiveFiles(
            Publication publication,
            Publisher publisher,
            DecidingThread deciding,
            HistoryLog log,
            Home home,
            Disk disk,
            Alerts alerts,
            Clock clock) {
        this(
                publication,
                publisher,
                deciding,
                log,
                new Evidence(home, disk, Evidence.Limits.DEFAULT),
                alerts,
                clock,
                System::nanoTime);
    }

    DeskLiveFiles(
            Publication publication,
            Publisher publisher,
            DecidingThread deciding,
            HistoryLog log,
            Evidence evidence,
            Alerts alerts,
            Clock clock,
            LongSupplier nanos) {
        this.publication = publication;
        this.publisher = publisher;
        this.deciding = deciding;
        this.log = log;
        this.evidence = evidence;
        this.alerts = alerts;
        this.clock = clock;
        this.rootRest = new Rest(nanos);
        this.repairs = new Repairs(nanos);
        this.rootRepairs = new Repairs(nanos);
    }

    @Override
    public @Nullable Object release() {
        return publisher.settled();
    }

    @Override
    public void checkRoot() {
        for (Publisher.Replaced one = publisher.nextReplaced(); one != null; one = publisher.nextReplaced()) {
            tellReplaced(one);
        }
        Release release = publisher.settled();
        if (release == null || (!publisher.quickToAsk() && rootAsked++ % SLOW_ROOT_EVERY != 0)) {
            return;
        }
        if (!pointsAt(release)) {
            pointBack();
        } else if (rootAlert != null) {
            alerts.clear(rootAlert);
            rootAlert = null;
        }
        if (!Files.isDirectory(release.folder(), LinkOption.NOFOLLOW_LINKS)) {
            checkNames();
        }
    }

    private boolean pointsAt(Release release) {
        try {
            return publisher.pointsAt(release);
        } catch (MachineException e) {
            return false; // the deciding thread tells why
        }
    }

    /** A site without its root is down: it is put right whenever it is met; only the telling has pauses. */
    private void pointBack() {
        if (!rootRest.over()) {
            return;
        }
        rootRest.begin();
        try {
            String found = deciding.call(publication::pointBack);
            if (found != null && rootRepairs.due()) {
                rootRepairs.tried();
                log.note(clock.instant(), "root-moved", Map.of("found", ReadableName.of(found)));
                alerts.incident(
                        ALTERED,
                        ReadableName.of(found)
                                + ", which is not the agent's doing; it shows what history says again: find out who moved"
                                + " it");
            }
        } catch (MachineException e) {
            alerts.raise(e);
            rootAlert = e.code();
            rootRest.failed();
        }
    }

    /** At a start, or on the way to another decision: the page is right already. */
    private void tellReplaced(Publisher.Replaced one) {
        try {
            Findings findings = Inspection.of(one.altered());
            Evidence.Incident incident = keep(one.altered(), findings);
            tell(one.altered(), findings, "it was replaced by " + one.by(), incident);
            conclude(one.altered(), findings, incident, one.by());
        } catch (IOException e) {
            blind(e);
        }
    }

    @Override
    public void checkNames() {
        Release release = publisher.settled();
        if (release == null) {
            return;
        }
        try {
            Findings findings = Inspection.of(release);
            namesRight = findings.isEmpty();
            if (!namesRight) {
                altered(release, findings);
            }
        } catch (IOException e) {
            blind(e);
        }
    }

    @Override
    public boolean checkBytes(long bytes) {
        Release release = publisher.settled();
        if (release == null) {
            return false;
        }
        try {
            Rereading pass = pass(release);
            boolean end = pass.advance(bytes);
            if (!pass.findings().isEmpty()) {
                end |= pass.advance(HURRIED_BYTES);
                altered(release, pass.findings());
            }
            if (end) {
                endPass();
                alerts.clear(BLIND);
                if (pass.findings().isEmpty()) {
                    publisher.proved(release);
                    right(pass);
                }
            }
            return end;
        } catch (IOException e) {
            blind(e);
            endPass();
            return true;
        }
    }

    /** What publication itself could not do yet, it ends itself. */
    private void right(Rereading pass) {
        if (repairAlert != null && namesRight && pass != begunBefore && publication.pending() == null) {
            alerts.clear(repairAlert);
            repairAlert = null;
            unmended = List.of();
        }
    }

    private Rereading pass(Release release) {
        Rereading now = reading;
        if (now == null || !publisher.isSettled(now.release())) {
            endPass();
            now = new Rereading(release);
            reading = now;
        }
        return now;
    }

    private void endPass() {
        Rereading now = reading;
        reading = null;
        if (now != null) {
            try {
                now.close();
            } catch (IOException e) {
                LOG.debug("a file could not be closed: {}", e.toString());
            }
        }
    }

    /** To be called with what was found in a release that was live when the look at it began. */
    void altered(Release release, Findings findings) {
        publisher.distrust(release); // before anything else: the next cut may be on its way
        if (!publisher.isSettled(release)) {
            return; // another one is live meanwhile, and looked at anew
        }
        if (!repairs.due()) {
            if (!pauseTold) {
                pauseTold = true;
                tell(release, findings, pausing(), null);
            }
            return;
        }
        repairs.tried();
        pauseTold = false;
        tell(release, findings, "it is being put right", null);
        Evidence.Incident incident = keep(release, findings);
        try {
            String by = deciding.call(() -> publication.replace(release));
            String end = by == null ? "another release is live meanwhile" : "it was replaced by " + by;
            tell(release, findings, end, incident);
            conclude(release, findings, incident, by);
        } catch (MachineException e) {
            alerts.raise(e);
            repairAlert = e.code();
            begunBefore = reading;
            conclude(release, findings, incident, null);
            tell(release, findings, "it cannot be put right: " + e.getMessage() + "; the altered page stays", incident);
        }
    }

    private String pausing() {
        return "it happened " + repairs.count() + " times in a row, so that it is put right only every "
                + repairs.pause().toMinutes() + " min: find out which program of this host writes there";
    }

    private void tell(Release release, Findings findings, String end, Evidence.@Nullable Incident incident) {
        String names = findings.first().stream()
                .limit(NAMED)
                .map(one -> (one.path().isEmpty() ? "the whole folder" : ReadableName.of(one.path())) + " ("
                        + one.change().code() + ")")
                .collect(Collectors.joining(", "));
        int more = findings.count() - NAMED;
        alerts.incident(
                ALTERED,
                "somebody altered the live release " + publisher.name(release.folder()) + ": " + names
                        + (more > 0 ? " and " + more + " more" : "") + "; " + end
                        + (incident == null ? "" : "; what was found is kept in " + incident.folder()));
    }

    private Evidence.@Nullable Incident keep(Release release, Findings findings) {
        if (findings.first().equals(unmended)) {
            return null; // kept by the try before
        }
        try {
            Evidence.Incident incident =
                    evidence.keep(release, publisher.name(release.folder()), findings, clock.instant());
            evidence.makeRoom();
            return incident;
        } catch (IOException e) {
            LOG.error("the evidence of altered live files cannot be kept: {}", Failures.inWords(e));
            return null;
        }
    }

    /** @param by the release that is live instead; null where the altered one is live still, or something else is */
    private void conclude(
            Release release, Findings findings, Evidence.@Nullable Incident incident, @Nullable String by) {
        boolean again = by == null && findings.first().equals(unmended);
        unmended = by == null ? findings.first() : List.of();
        if (again) {
            return;
        }
        Map<String, @Nullable Object> entry = new LinkedHashMap<>();
        entry.put("release", publisher.name(release.folder()));
        entry.put("differences", findings.count());
        entry.put(
                "files",
                findings.first().stream()
                        .limit(LOGGED)
                        .map(DeskLiveFiles::entry)
                        .toList());
        entry.put(
                "evidence",
                incident == null ? null : incident.folder().getFileName().toString());
        entry.put("replacedBy", by);
        log.note(clock.instant(), ALTERED, entry);
        if (incident != null && by != null) {
            try {
                evidence.replaced(incident, by);
            } catch (IOException e) {
                LOG.error("the evidence of altered live files cannot be completed: {}", Failures.inWords(e));
            }
        }
    }

    private static Map<String, String> entry(Difference difference) {
        Map<String, String> entry = new LinkedHashMap<>();
        entry.put("path", ReadableName.of(difference.path()));
        entry.put("change", difference.change().code());
        entry.put("expected", difference.expected());
        entry.put("found", ReadableName.of(difference.found()));
        return entry;
    }

    private void blind(IOException e) {
        alerts.raise(
                BLIND,
                "the live files cannot be compared with what history says: " + Failures.inWords(e)
                        + "; check the disk and the permissions of the service account");
    }
}
