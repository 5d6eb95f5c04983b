package mx.difusor.agent.status;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/**
 * The line of cuts of one event: what came, what is missing, what was refused, what is still expected. A pure function of
 * the event, its receipts and the time; lateness is counted as {@code live.state} counts it.
 *
 * @param marks in the order of the line, the oldest first; no more than {@link #MOST_PAST} before now and
 *     {@link #MOST_COMING} after
 * @param due when the next cut is late; null before the opening, after the closing and after the last cut
 * @param earlier how many marks before the first one were left out
 */
record CutLine(List<Mark> marks, @Nullable Instant due, int earlier) {

    static final int MOST_PAST = 200;
    static final int MOST_COMING = 100;

    /** Of the sequences that are missing between two packages, so many get a mark each; more share one. */
    static final int MOST_SINGLE_GAPS = 24;

    /** A cut that is late by less than this part of a period was on the way; nobody needs to look. */
    private static final int TOLERANCE_PART = 10;

    /** A cut that says it is further from the one before it counts as the next one. */
    private static final Duration LONGEST_STEP = Duration.ofDays(1);

    enum Kind {
        ON_TIME,
        /** A cut that came after it was due, or after a newer one. */
        LATE,
        /** A sequence, or several, that did not come though a later one did. */
        GAP,
        /** A period in which no cut came at all. */
        MISSED,
        REFUSED,
        /** The next one. */
        NEXT,
        COMING;

        String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * @param at of a cut, its own instant; otherwise when it was decided or, at least about, expected
     * @param sequence of a cut; of a gap the first one missing; 0 otherwise
     * @param count how many the mark stands for
     * @param late how long after it was due; zero where it was not late
     */
    record Mark(
            Kind kind,
            Instant at,
            long sequence,
            long count,
            Duration late,
            @Nullable Receipt receipt) {

        /** A newer one had come before. */
        boolean outOfOrder() {
            return kind == Kind.LATE && late.isZero();
        }
    }

    /** @param receipts of any event and in any order */
    static CutLine of(Event event, List<Receipt> receipts, Instant now, boolean ended) {
        Drawing drawing = new Drawing(event);
        receipts.stream()
                .filter(receipt -> isOf(event, receipt))
                .sorted(Comparator.comparing(Receipt::decidedAt))
                .forEach(drawing::add);
        Instant due = null;
        if (!ended && now.isBefore(event.closes())) {
            due = drawing.since().plus(event.cadence());
            drawing.missedUntil(now);
        }
        int earlier = Math.max(0, drawing.marks.size() - MOST_PAST);
        List<Mark> marks = new ArrayList<>(drawing.marks.subList(earlier, drawing.marks.size()));
        if (due != null) {
            coming(event, due, now, marks);
        }
        return new CutLine(List.copyOf(marks), now.isBefore(event.opens()) ? null : due, earlier);
    }

    long count(Kind kind) {
        return marks.stream()
                .filter(mark -> mark.kind() == kind)
                .mapToLong(Mark::count)
                .sum();
    }

    /** A refused package may not have said of which event it is. */
    private static boolean isOf(Event event, Receipt receipt) {
        Receipt.Contents contents = receipt.contents();
        return contents == null
                ? !receipt.decidedAt().isBefore(event.opens())
                : contents.event().equals(event.id());
    }

    private static void coming(Event event, Instant due, Instant now, List<Mark> marks) {
        Instant next = due;
        if (!due.isAfter(now)) {
            long gone = Duration.between(due, now).dividedBy(event.cadence()) + 1;
            next = due.plus(event.cadence().multipliedBy(gone));
        }
        Kind kind = Kind.NEXT;
        for (int i = 0; i < MOST_COMING && !next.isAfter(event.closes()); i++) {
            marks.add(new Mark(kind, next, 0, 1, Duration.ZERO, null));
            kind = Kind.COMING;
            next = next.plus(event.cadence());
        }
    }

    /** The line as far as it has come, in the order in which packages were decided. */
    private static final class Drawing {

        private final Event event;
        private final List<Mark> marks = new ArrayList<>();
        private long newest;
        private @Nullable Instant newestCut;
        private @Nullable Instant newestAt;

        Drawing(Event event) {
            this.event = event;
        }

        void add(Receipt receipt) {
            Receipt.Contents contents = receipt.contents();
            if (receipt.outcome() == Receipt.Outcome.REJECTED) {
                marks.add(new Mark(Kind.REFUSED, receipt.decidedAt(), 0, 1, Duration.ZERO, receipt));
            } else if (receipt.outcome() == Receipt.Outcome.ACCEPTED && contents != null) {
                accepted(receipt, contents.sequence(), contents.cut());
            }
        }

        /** Missed periods count from the newest cut or from the opening, whichever is later. */
        Instant since() {
            return newestAt == null || newestAt.isBefore(event.opens()) ? event.opens() : newestAt;
        }

        /** Marks for the periods that went by without a cut. */
        void missedUntil(Instant now) {
            missed(periods(now), since());
        }

        private void accepted(Receipt receipt, long sequence, OffsetDateTime cut) {
            if (sequence <= newest) {
                fill(new Mark(Kind.LATE, cut.toInstant(), sequence, 1, Duration.ZERO, receipt));
                return;
            }
            Instant at = cut.toInstant();
            // So much later than the cut before it this one was to come: the Institute's own count of the time.
            Duration step = step(at);
            long missing = newest == 0 ? 0 : sequence - newest - 1;
            Instant before = at.minus(step);
            gap(newest + 1, missing, before);
            missed(Math.round((double) step.toSeconds() / cadence().toSeconds()) - 1 - missing, before);
            Duration late = Duration.between(since().plus(step), receipt.decidedAt());
            boolean isLate = late.compareTo(cadence().dividedBy(TOLERANCE_PART)) > 0;
            Kind kind = isLate ? Kind.LATE : Kind.ON_TIME;
            marks.add(new Mark(kind, at, sequence, 1, isLate ? late : Duration.ZERO, receipt));
            newest = sequence;
            newestCut = at;
            newestAt = receipt.decidedAt();
        }

        /** At least a period; a first cut that is far from the opening is of old results, sent for a try. */
        private Duration step(Instant cut) {
            Duration step = Duration.between(newestCut == null ? event.opens() : newestCut, cut);
            boolean strange = step.compareTo(cadence()) < 0 || step.compareTo(LONGEST_STEP) > 0;
            return strange ? cadence() : step;
        }

        private Duration cadence() {
            return event.cadence();
        }

        private long periods(Instant until) {
            return Math.max(0, Duration.between(since(), until).dividedBy(event.cadence()));
        }

        /** @param before when the period before the first of them began */
        private void missed(long periods, Instant before) {
            for (long i = Math.max(1, periods - MOST_PAST + 1); i <= periods; i++) {
                Instant at = before.plus(cadence().multipliedBy(i));
                marks.add(new Mark(Kind.MISSED, at, 0, 1, Duration.ZERO, null));
            }
        }

        private void gap(long first, long count, Instant before) {
            if (count > MOST_SINGLE_GAPS) {
                marks.add(new Mark(Kind.GAP, before.plus(cadence()), first, count, Duration.ZERO, null));
                return;
            }
            for (long i = 0; i < count; i++) {
                Instant at = before.plus(cadence().multipliedBy(i + 1));
                marks.add(new Mark(Kind.GAP, at, first + i, 1, Duration.ZERO, null));
            }
        }

        /** Takes the place of its gap; where that shares a mark with others, the place behind it. */
        private void fill(Mark late) {
            for (int i = 0; i < marks.size(); i++) {
                Mark mark = marks.get(i);
                if (mark.kind() == Kind.GAP && mark.sequence() == late.sequence() && mark.count() == 1) {
                    marks.set(i, late);
                    return;
                }
                if (mark.sequence() > late.sequence()) {
                    marks.add(i, late);
                    return;
                }
            }
            marks.add(late);
        }
    }
}
