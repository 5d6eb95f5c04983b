package mx.difusor.agent.doctor;

import java.time.Instant;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.Event;
import org.jspecify.annotations.Nullable;

/**
 * What is examined.
 *
 * @param running an agent works on this home
 * @param agent what it answered; null where it did not
 */
public record Subject(
        Config config,
        Machine machine,
        Commands commands,
        Instant now,
        boolean running,
        @Nullable AgentSeen agent) {

    Home home() {
        return new Home(config.home());
    }

    /** Keys and certificates have to last until then: what is published stays public at least so long. */
    Instant keysNeededUntil() {
        Instant latest = now;
        for (Event event : config.events()) {
            Instant until = event.keepUntil() == null ? event.closes() : event.keepUntil();
            latest = until.isAfter(latest) ? until : latest;
        }
        return latest;
    }
}
