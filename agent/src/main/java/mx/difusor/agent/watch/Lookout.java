package mx.difusor.agent.watch;

import mx.difusor.agent.desk.Alerts;
import mx.difusor.agent.desk.Overview;
import mx.difusor.agent.model.LiveState;

/** Raises and ends the alerts that follow from what the desk knows: late cuts, a filling disk. */
public final class Lookout implements Watch.Duty {

    /** Below this the live root itself is in danger: receipts, index and releases need room too. */
    static final long DISK_MARGIN_BYTES = 500_000_000L;

    private final Overview overview;
    private final Alerts alerts;

    public Lookout(Overview overview, Alerts alerts) {
        this.overview = overview;
        this.alerts = alerts;
    }

    @Override
    public void tick() {
        Overview.Snapshot now = overview.snapshot();
        lateness(now.live());
        space(now.archive());
    }

    private void lateness(Overview.Live live) {
        String since = live.cut() == null ? "no cut has come yet" : "the last cut is " + live.cut();
        raiseIf(live.state() == LiveState.LATE, "late", "a cut is missing: " + since + "; ask the Institute");
        raiseIf(
                live.state() == LiveState.INTERRUPTED,
                "interrupted",
                "the publication is interrupted: " + since + "; ask the Institute");
    }

    private void space(Overview.ArchiveState archive) {
        long budgetLeft = Math.max(0, archive.budget() - archive.bytes());
        boolean low = archive.diskFree() < Math.max(budgetLeft, DISK_MARGIN_BYTES);
        raiseIf(
                low,
                "disk-low",
                "the disk has %d bytes free, but %d of the archive's budget are still to come; free some space"
                        .formatted(archive.diskFree(), budgetLeft));
    }

    private void raiseIf(boolean holds, String code, String message) {
        if (holds) {
            alerts.raise(code, message);
        } else {
            alerts.clear(code);
        }
    }
}
