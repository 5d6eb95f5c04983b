package mx.difusor.agent.status;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import mx.difusor.agent.desk.Overview;
import mx.difusor.agent.model.Availability;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** What visitors get, for {@code /status} and {@code /metrics}. */
final class SiteFigures {

    private final Overview overview;
    private final Clock clock;

    SiteFigures(Overview overview, Clock clock) {
        this.overview = overview;
        this.clock = clock;
    }

    /** The member {@code site} of {@code /status}; null where no site is configured. */
    @Nullable
    Map<String, @Nullable Object> fields() {
        Overview.Site site = overview.site();
        if (site == null) {
            return null;
        }
        return StatusDocument.object(
                "url",
                site.url().toString(),
                "availability",
                StatusDocument.object("day", ratio(Availability.DAY), "month", ratio(Availability.MONTH)),
                "lastProbe",
                lastProbe(site.last()));
    }

    private static @Nullable Map<String, @Nullable Object> lastProbe(Overview.@Nullable LastProbe last) {
        return last == null
                ? null
                : StatusDocument.object(
                        "at", Receipt.time(last.at()),
                        "good", last.code() == null,
                        "code", last.code(),
                        "message", last.message(),
                        "millis", last.millis(),
                        "certificateEnds", Receipt.time(last.certificateEnds()));
    }

    /** Null where nothing was asked in that time, or where the index does not answer: the rest of a page is shown. */
    @Nullable
    Double ratio(Duration back) {
        Instant now = clock.instant();
        try {
            return Availability.of(overview.probedHours(now.minus(back)), now.minus(back), now)
                    .ratio();
        } catch (MachineException e) {
            return null;
        }
    }
}
