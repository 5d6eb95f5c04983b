package mx.difusor.agent.verify;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that is trusted, and how long that lasts.
 *
 * @param name for people: a subject, a file, a user id
 * @param end null where it has none
 * @param refusal why nothing that rests on it counts, whatever the time, in the words of a rejection; null where it does
 */
public record TrustedEnd(
        What what,
        String name,
        @Nullable Instant end,
        @Nullable String refusal) {

    /** Kinds of trust files. */
    public enum What {
        ANCHOR,
        CRL,
        OPENPGP
    }
}
