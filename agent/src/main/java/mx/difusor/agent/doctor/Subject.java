package mx.difusor.agent.doctor;

import java.nio.file.Files;
import java.nio.file.Path;
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
 * @param owner whose the home is, where that is another account than this process's; null otherwise
 */
public record Subject(
        Config config,
        Machine machine,
        Commands commands,
        Instant now,
        boolean running,
        @Nullable AgentSeen agent,
        @Nullable String owner) {

    Home home() {
        return new Home(config.home());
    }

    /** Where something may be tried, for a moment: where each start of the agent clears up, if it is there yet. */
    Path trials() {
        return Files.isDirectory(home().work()) ? home().work() : config.home();
    }

    /** Why nothing may be tried there; null where it may. What root leaves there, killed, the agent cannot clear away. */
    @Nullable
    Finding noTrials(CheckId check) {
        if (!Files.isDirectory(trials())) {
            return Finding.note(check, "no-access", trials().toString());
        }
        return owner == null ? null : Finding.note(check, "of-another", trials().toString(), owner);
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
