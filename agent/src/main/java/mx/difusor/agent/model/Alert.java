package mx.difusor.agent.model;

import java.time.Instant;

/**
 * Something a person should look at, from its beginning until it ends; one per code.
 *
 * @param since its beginning; of what happened, when it happened last
 * @param incident it happened, rather than lasts: it has no end worth telling
 */
public record Alert(String code, Instant since, String message, boolean incident) {

    /** One that lasts. */
    public Alert(String code, Instant since, String message) {
        this(code, since, message, false);
    }
}
