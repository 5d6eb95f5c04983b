package mx.difusor.agent.watch;

import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.desk.Alerts;
import mx.difusor.agent.desk.Overview;
import mx.difusor.agent.desk.Space;
import mx.difusor.agent.model.Forecast;
import mx.difusor.agent.model.Lateness;
import mx.difusor.agent.model.LiveState;
import mx.difusor.agent.model.Receipt;

/** Raises and ends the alerts that follow from what the desk knows: late cuts, a filling archive, a filling disk. */
public final class Lookout implements Watch.Duty {

    /** Shares of {@code archive.budget} that raise an alert, the highest first; only one of them holds at a time. */
    static final List<Integer> BUDGET_PERCENTS = List.of(95, 85, 70);

    private static final int WHOLE = 100;

    private final Overview overview;
    private final Alerts alerts;
    private final Clock clock;
    private final Filling archiveFilling = new Filling();
    private final Filling diskFilling = new Filling();

    public Lookout(Overview overview, Alerts alerts, Clock clock) {
        this.overview = overview;
        this.alerts = alerts;
        this.clock = clock;
    }

    @Override
    public void tick() {
        Overview.Snapshot now = overview.snapshot();
        lateness(overview.lateness());
        ZoneOffset offset = offset(now);
        notice(now);
        hold(overview.onHold());
        budget(now.archive(), offset);
        disk(now.archive(), offset);
        unpublished(now.event().id());
    }

    /** By the cuts and not by what is shown: somebody has to call the Institute also while an operator has the hand. */
    private void lateness(Lateness.Degree degree) {
        String cut = overview.newestCut();
        String since = cut == null ? "no cut has come yet" : "the last cut is " + cut;
        raiseIf(degree == Lateness.Degree.LATE, "late", "a cut is missing: " + since + "; ask the Institute");
        raiseIf(
                degree == Lateness.Degree.INTERRUPTED,
                "interrupted",
                "the publication is interrupted: " + since + "; ask the Institute");
    }

    /** Whoever put it up may forget it. */
    private void notice(Overview.Snapshot now) {
        Overview.Live live = now.live();
        raiseIf(
                live.state() == LiveState.NOTICE && live.sequence() == null,
                "notice-up",
                "an operator's notice is shown instead of the results; take it down with"
                        + " `difusor publish notice off` when the time has come");
    }

    /** The same; and what is held looks like a cut that nothing is wrong with. */
    private void hold(boolean onHold) {
        raiseIf(
                onHold,
                "on-hold",
                "an operator holds the publication: newer cuts are taken and not shown; end it with"
                        + " `difusor publish resume` when the time has come");
    }

    /** Nothing else tells that the wrong event is published: its own page is as it should be. */
    private void unpublished(String published) {
        String other;
        try {
            other = overview.unpublished();
        } catch (IllegalStateException e) {
            return; // an index that does not answer ends no start, and what was told stays
        }
        raiseIf(
                other != null,
                "event-not-published",
                "cuts of %s come and nobody sees them: %s is published; publish them with `difusor event activate %s`"
                        .formatted(other, published, other));
    }

    private void budget(Overview.ArchiveState archive, ZoneOffset offset) {
        long left = Math.max(0, archive.budget() - archive.bytes());
        String when = told(archiveFilling.fullAt(clock.instant(), archive.bytes(), left), offset);
        boolean told = false;
        for (int percent : BUDGET_PERCENTS) {
            boolean reached = (double) archive.bytes() * WHOLE >= (double) archive.budget() * percent;
            raiseIf(
                    reached && !told,
                    "budget-" + percent,
                    "%d %% of the archive's budget are taken, %d bytes are left%s; raise archive.budget, or export and"
                                    .formatted((long) ((double) archive.bytes() * WHOLE / archive.budget()), left, when)
                            + " retire an event that is over");
            told |= reached;
        }
    }

    /** The margin is needed too, so the disk counts as full where it begins. */
    private void disk(Overview.ArchiveState archive, ZoneOffset offset) {
        long budgetLeft = Math.max(0, archive.budget() - archive.bytes());
        long left = Space.beyondMargin(archive.diskFree());
        String when = told(diskFilling.fullAt(clock.instant(), -archive.diskFree(), left), offset);
        raiseIf(
                left < budgetLeft || left == 0,
                "disk-low",
                "the disk has %d bytes free, %d of them are kept as a margin, and %d of the archive's budget are still"
                                .formatted(archive.diskFree(), Space.DISK_MARGIN_BYTES, budgetLeft)
                        + " to come%s; free some space".formatted(when));
    }

    private String told(Optional<Instant> full, ZoneOffset offset) {
        return full.map(at -> "; full at about " + Forecast.text(at, clock.instant(), offset))
                .orElse("");
    }

    /** The event's, as the Institute writes its cuts; UTC before the first one. */
    private static ZoneOffset offset(Overview.Snapshot now) {
        String cut = now.live().cut();
        Receipt last = now.last();
        if (cut != null) {
            return OffsetDateTime.parse(cut).getOffset();
        }
        return last == null || last.contents() == null
                ? ZoneOffset.UTC
                : last.contents().cut().getOffset();
    }

    private void raiseIf(boolean holds, String code, String message) {
        if (holds) {
            alerts.raise(code, message);
        } else {
            alerts.clear(code);
        }
    }
}
