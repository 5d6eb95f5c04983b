package mx.difusor.agent.status;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.model.Forecast;
import mx.difusor.agent.model.ProbedHour;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/**
 * {@code /dashboard.json}: columns of one length for each chart. Times are whole seconds since 1970 in UTC. At most
 * {@link RecentDecisions#MOST} packages and {@link AvailabilityText#HOURS_SHOWN} hours; not more than 60 kB.
 */
final class ChartsDocument {

    private static final double MILLIS = 1_000;
    private static final int PER_CENT = 100;

    private final Sight sight;

    ChartsDocument(Sight sight) {
        this.sight = sight;
    }

    Map<String, @Nullable Object> fields() {
        return StatusDocument.object(
                "offsetSeconds", sight.offset().getTotalSeconds(),
                "speed", speed(),
                "archive", archive(),
                "answers", answers());
    }

    private Map<String, @Nullable Object> speed() {
        List<Long> at = new ArrayList<>();
        List<Long> sequences = new ArrayList<>();
        List<Double> seconds = new ArrayList<>();
        for (Receipt receipt : sight.prompt()) {
            Receipt.Contents contents = receipt.contents();
            Instant live = receipt.liveAt();
            if (contents != null && live != null) {
                at.add(receipt.receivedAt().getEpochSecond());
                sequences.add(contents.sequence());
                seconds.add(ChronoUnit.MILLIS.between(receipt.receivedAt(), live) / MILLIS);
            }
        }
        return StatusDocument.object("at", at, "sequence", sequences, "seconds", seconds);
    }

    private Map<String, @Nullable Object> archive() {
        List<Long> at = new ArrayList<>();
        List<Long> bytes = new ArrayList<>();
        for (Forecast.Sample sample : sight.filling()) {
            // The last one is of now: by the minute, so that the same answer serves for a while.
            boolean now = sample.at().equals(sight.now());
            at.add((now ? sample.at().truncatedTo(ChronoUnit.MINUTES) : sample.at()).getEpochSecond());
            bytes.add(sample.bytes());
        }
        Instant full = sight.fullAt()
                .map(instant -> instant.truncatedTo(ChronoUnit.MINUTES))
                .orElse(null);
        return StatusDocument.object(
                "at",
                at,
                "bytes",
                bytes,
                "budget",
                sight.snapshot().archive().budget(),
                "fullAt",
                full == null ? null : full.getEpochSecond());
    }

    private Map<String, @Nullable Object> answers() {
        List<ProbedHour> hours = sight.hours();
        List<Long> at = new ArrayList<>();
        List<Double> percent = new ArrayList<>();
        List<Double> slowest = new ArrayList<>();
        for (ProbedHour hour : hours.subList(Math.max(0, hours.size() - AvailabilityText.HOURS_SHOWN), hours.size())) {
            at.add(hour.from().getEpochSecond());
            percent.add(hour.probes() == 0 ? 0 : (double) hour.good() * PER_CENT / hour.probes());
            slowest.add(hour.slowestMillis() / MILLIS);
        }
        return StatusDocument.object("at", at, "percent", percent, "slowest", slowest);
    }
}
