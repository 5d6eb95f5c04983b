package mx.difusor.agent.verify;

import java.time.Duration;
import java.time.Instant;

/**
 * The moments that signatures are judged at. An end that passes while a package waits for a free thread, a disk that
 * works again or the agent's next start does not count against it; a revocation does.
 *
 * @param received certificates, keys and signatures have begun and have not ended at this time
 * @param now revocations are those of this time, and so is what operators let count though it has ended
 */
public record JudgingTime(Instant received, Instant now) {

    /**
     * A receipt further back does not count. Whoever may upload can keep a package waiting, and authorities take a revoked
     * certificate off their lists some time after its end (RFC 5280, 3.3).
     */
    public static final Duration RECEIPT_COUNTS = Duration.ofHours(24);

    /** Everything at one moment. */
    public static JudgingTime at(Instant moment) {
        return new JudgingTime(moment, moment);
    }

    /** @param received when the last byte arrived, by a clock that uploaders cannot set */
    public static JudgingTime of(Instant received, Instant now) {
        boolean counts = received.isBefore(now) && !received.isBefore(now.minus(RECEIPT_COUNTS));
        return new JudgingTime(counts ? received : now, now);
    }
}
