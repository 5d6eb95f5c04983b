package mx.difusor.agent.model;

import java.time.Instant;

/**
 * Something a person should look at, from its beginning until it ends; one per code.
 *
 * @param since its beginning; of what happened, when it happened last
 * @param incident it happened, rather than lasts: it has no end worth telling
 * @param times how often it happened since the start; 1 of what lasts
 */
public record Alert(String code, Instant since, String message, boolean incident, long times) {

    /** One that lasts. */
    public Alert(String code, Instant since, String message) {
        this(code, since, message, false, 1);
    }
}
