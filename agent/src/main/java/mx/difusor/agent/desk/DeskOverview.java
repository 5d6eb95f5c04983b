package mx.difusor.agent.desk;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Lateness;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.ProbedHour;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** What the desk knows, for the status page and for the watch. */
public final class DeskOverview implements Overview {

    /** Who this is. */
    public record Identity(String version, Instant startedAt, String difusorId, String difusorName) {}

    private final Identity identity;
    private final Archive archive;
    private final Publication publication;
    private final Alerts alerts;
    private final Tally tally;
    private final Unpublished unpublished;
    private final @Nullable DeskSite site;
    private volatile boolean ready;
    private volatile boolean alive = true;

    /** @param site null where none is configured */
    public DeskOverview(
            Identity identity,
            Archive archive,
            Publication publication,
            Alerts alerts,
            Tally tally,
            Unpublished unpublished,
            @Nullable DeskSite site) {
        this.identity = identity;
        this.archive = archive;
        this.publication = publication;
        this.alerts = alerts;
        this.tally = tally;
        this.unpublished = unpublished;
        this.site = site;
    }

    /** The endpoints listen and the live root stands; or the agent is stopping. */
    public void ready(boolean now) {
        ready = now;
    }

    public void alive(boolean now) {
        alive = now;
    }

    @Override
    public boolean alive() {
        return alive;
    }

    @Override
    public boolean ready() {
        return ready;
    }

    @Override
    public @Nullable String newestCut() {
        AcceptedPackage newest = publication.newest();
        return newest == null ? null : Receipt.cut(newest.contents().cut());
    }

    @Override
    public Lateness.Degree lateness() {
        return publication.lateness();
    }

    @Override
    public boolean onHold() {
        return publication.hold() != null;
    }

    @Override
    public @Nullable String unpublished() {
        return unpublished.event().orElse(null);
    }

    @Override
    public Snapshot snapshot() {
        Live live = publication.live();
        if (live == null) {
            throw new IllegalStateException("asked before the first publication");
        }
        return new Snapshot(
                identity.version(),
                identity.startedAt(),
                identity.difusorId(),
                identity.difusorName(),
                publication.event(),
                live,
                archive.history(live.event()).gaps(),
                tally.last(),
                new ArchiveState(archive.packages(), archive.bytes(), archive.budgetBytes(), freeBytes()),
                alerts.active(),
                tally.counters(publication.switches()),
                archive.log().head());
    }

    /** 0 where the file system does not answer: the watch raises an alert for it. */
    private long freeBytes() {
        try {
            return archive.freeBytes();
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public List<Row> packages(@Nullable String event, int limit, @Nullable Long before) throws MachineException {
        return archive.rows(event, Math.min(limit, PACKAGES_LIMIT), before).stream()
                .map(row -> new Row(row.id(), row.receipt()))
                .toList();
    }

    @Override
    public List<ProbedHour> probedHours(Instant since) throws MachineException {
        return archive.probes().hours(since);
    }

    @Override
    public @Nullable Site site() {
        return site == null ? null : site.state();
    }
}
