package mx.difusor.agent.status;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import mx.difusor.agent.desk.Overview;
import mx.difusor.agent.model.Forecast;
import mx.difusor.agent.model.LiveState;
import mx.difusor.agent.model.ProbedHour;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the dashboard shows, taken at one instant.
 *
 * @param rows the newest first; null where the index cannot be read
 * @param hours what visitors got, the oldest first; empty where no site is probed
 * @param offset the Institute's own, as far as any cut tells it, the host's before; all times on the page are in it
 */
record Sight(
        Instant now,
        Overview.Snapshot snapshot,
        @Nullable List<Overview.Row> rows,
        List<ProbedHour> hours,
        CutLine line,
        ZoneOffset offset) {

    static Sight of(Instant now, Overview.Snapshot snapshot, RecentDecisions.Seen seen) {
        List<Receipt> receipts = receipts(seen.rows());
        LiveState state = snapshot.live().state();
        boolean ended = state == LiveState.FINAL || state == LiveState.CLOSED;
        return new Sight(
                now,
                snapshot,
                seen.rows(),
                seen.hours(),
                CutLine.of(snapshot.event(), receipts, now, ended),
                offset(cut(snapshot.live().cut()), receipts, now));
    }

    /** The public cut's instant; null where none is public. */
    @Nullable
    OffsetDateTime cut() {
        return cut(snapshot.live().cut());
    }

    /** The newest cut that was accepted for the published event, public or not; null where none is known. */
    @Nullable
    OffsetDateTime newestCut() {
        return receipts(rows).stream()
                .filter(receipt -> receipt.outcome() == Receipt.Outcome.ACCEPTED)
                .map(Receipt::contents)
                .filter(Objects::nonNull)
                .filter(contents -> contents.event().equals(snapshot.live().event()))
                .max(Comparator.comparingLong(Receipt.Contents::sequence))
                .map(Receipt.Contents::cut)
                .orElse(null);
    }

    /**
     * Those of the published event that went live at once, the oldest first. What came before the opening had to wait for
     * it, and says nothing about speed.
     */
    List<Receipt> prompt() {
        return line.marks().stream()
                .map(CutLine.Mark::receipt)
                .filter(Objects::nonNull)
                .filter(receipt -> receipt.liveAt() != null
                        && !receipt.receivedAt().isBefore(snapshot.event().opens()))
                .toList();
    }

    /**
     * How full the archive was, after each package and now: counted back from now by the sizes of what came since.
     *
     * @return the oldest first, the last one of now
     */
    List<Forecast.Sample> filling() {
        List<Forecast.Sample> samples = new ArrayList<>();
        long bytes = snapshot.archive().bytes();
        samples.add(new Forecast.Sample(now, bytes));
        for (Receipt receipt : receipts(rows)) {
            // What came again was kept once; what was refused may or may not be kept, and is small.
            if (receipt.outcome() == Receipt.Outcome.ACCEPTED
                    && !receipt.decidedAt().isAfter(now)) {
                samples.add(new Forecast.Sample(receipt.decidedAt(), bytes));
                bytes = Math.max(0, bytes - receipt.size());
            }
        }
        Collections.reverse(samples);
        return samples;
    }

    /** When the archive's budget is used up, if packages go on coming as in the last hours. */
    Optional<Instant> fullAt() {
        Overview.ArchiveState archive = snapshot.archive();
        return Forecast.fullAt(filling(), Math.max(0, archive.budget() - archive.bytes()));
    }

    /** From the last byte that a package needed until the site showed it. */
    static @Nullable Duration untilLive(Receipt receipt) {
        Instant live = receipt.liveAt();
        return live == null ? null : Duration.between(receipt.receivedAt(), live);
    }

    private static List<Receipt> receipts(@Nullable List<Overview.Row> rows) {
        return rows == null
                ? List.of()
                : rows.stream().map(Overview.Row::receipt).toList();
    }

    private static @Nullable OffsetDateTime cut(@Nullable String cut) {
        try {
            return cut == null ? null : OffsetDateTime.parse(cut);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** Before the first package only the host's own zone can tell what people there call this hour. */
    private static ZoneOffset offset(@Nullable OffsetDateTime cut, List<Receipt> receipts, Instant now) {
        if (cut != null) {
            return cut.getOffset();
        }
        return receipts.stream()
                .map(Receipt::contents)
                .filter(Objects::nonNull)
                .map(contents -> contents.cut().getOffset())
                .findFirst()
                .orElseGet(() -> ZoneId.systemDefault().getRules().getOffset(now));
    }
}
