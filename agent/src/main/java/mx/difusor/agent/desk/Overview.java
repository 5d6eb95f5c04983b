package mx.difusor.agent.desk;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.HistoryHead;
import mx.difusor.agent.model.Lateness;
import mx.difusor.agent.model.LiveState;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.ProbedHour;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** What the agent knows, read only, for any thread. */
public interface Overview {

    /** The service takes packages and the live root stands. */
    boolean ready();

    /** None of the parts that it lives by has stopped giving signs of life. */
    default boolean alive() {
        return true;
    }

    Snapshot snapshot();

    /**
     * The cut of the newest package of the published event, as the Institute wrote it, though a notice may be shown
     * instead of it; null while there is none.
     */
    @Nullable
    String newestCut();

    /** Whether cuts of the event that is shown are missing, whatever operators hold or show instead. */
    Lateness.Degree lateness();

    /** An operator holds the publication, though a notice may be shown above. */
    boolean onHold();

    /**
     * An open event whose cuts come and are not shown, because another one is published; null where there is none.
     *
     * @throws IllegalStateException when the index does not answer
     */
    @Nullable
    String unpublished();

    /**
     * Decided packages, newest first.
     *
     * @param event null for all
     * @param limit from 1 to {@link #PACKAGES_LIMIT}
     * @param before only rows whose id is smaller; null for the newest
     */
    List<Row> packages(@Nullable String event, int limit, @Nullable Long before) throws MachineException;

    int PACKAGES_LIMIT = 1_000;

    /**
     * What visitors got, hour by hour; hours without a probe are left out.
     *
     * @param since the first hour is the one that holds this instant
     * @return the oldest first
     */
    List<ProbedHour> probedHours(Instant since) throws MachineException;

    /** The site that the public visits; null where none is configured. */
    default @Nullable Site site() {
        return null;
    }

    /**
     * What visitors get.
     *
     * @param probes recorded since the start of this process
     * @param good of them
     * @param last recorded or not; null before the first one
     */
    record Site(URI url, long probes, long good, @Nullable LastProbe last) {}

    /**
     * One visit to the site.
     *
     * @param code of the alert that its finding is; null where all is well, and so is message
     * @param millis until the page had come; 0 where it did not
     * @param certificateEnds null without TLS, or where no answer came
     */
    record LastProbe(
            Instant at,
            @Nullable String code,
            @Nullable String message,
            int millis,
            @Nullable Instant certificateEnds) {}

    /**
     * One decision in the index.
     *
     * @param id ascending in order of decision; the {@code before} of the next page
     */
    record Row(long id, Receipt receipt) {}

    /**
     * What is live.
     *
     * @param sequence null while nothing of a cut is public; so are cut and publishedAt
     * @param cut as the Institute wrote it
     * @param tree digest of what the live root shows, the waiting page included
     * @param release its folder below {@code releases/}, for example {@code pel-2024/000017-0123456789ab}
     */
    record Live(
            LiveState state,
            String event,
            @Nullable Long sequence,
            @Nullable String cut,
            @Nullable Instant publishedAt,
            @Nullable Long ageSeconds,
            Digest tree,
            String release) {}

    record ArchiveState(long packages, long bytes, long budget, long diskFree) {}

    /** @param event the one that is published */
    record Snapshot(
            String version,
            Instant startedAt,
            String difusorId,
            String difusorName,
            Event event,
            Live live,
            List<Long> gaps,
            @Nullable Receipt last,
            ArchiveState archive,
            List<Alert> alerts,
            Counters counters,
            HistoryHead history) {}

    /** Since the start of this process. */
    record Counters(long accepted, long duplicate, long rejected, long bytesReceived, long publications) {}
}
