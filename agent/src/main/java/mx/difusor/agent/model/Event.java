package mx.difusor.agent.model;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One election day or one drill (contract, "Words" and "Configuration").
 *
 * @param opens nothing of a cut is public before
 * @param closes missing cuts no longer count as late
 * @param keepUntil the results stay public at least until then
 * @param cadence a cut is expected this often
 * @param missedPeriods after so many missed periods the publication counts as interrupted
 */
public record Event(
        String id,
        boolean drill,
        Instant opens,
        Instant closes,
        @Nullable Instant keepUntil,
        Duration cadence,
        int missedPeriods) {

    /** An event's id names folders on three operating systems: lower-case letters, digits, hyphens; 1 to 64. */
    public static final Pattern ID = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?");
}
