package mx.difusor.agent.intake;

import java.time.Duration;
import java.time.Instant;

/** When what the machine failed at is due again: later each time. Guarded by its inbox's lock. */
final class Retry {
    static final Duration FIRST = Duration.ofSeconds(1);
    static final Duration LAST = Duration.ofMinutes(1);

    private Duration wait = FIRST;
    private Instant notBefore = Instant.EPOCH;

    boolean isDue(Instant now) {
        // Nothing waits longer than that: a clock that says so was put back.
        return !now.isBefore(notBefore) || now.isBefore(notBefore.minus(LAST));
    }

    void failed(Instant now) {
        notBefore = now.plus(wait);
        Duration twice = wait.multipliedBy(2);
        wait = twice.compareTo(LAST) > 0 ? LAST : twice;
    }
}
