package mx.difusor.agent.status;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import mx.difusor.agent.model.MachineException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers for requests that failed here. A fault is logged once, when it begins: a page that asks every few seconds
 * must not fill the disk with it.
 */
final class Faults {

    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

    /** By route, so bounded by their number. */
    private final Map<String, String> current = new ConcurrentHashMap<>();

    void gone(String route) {
        if (current.remove(route) != null) {
            LOG.info("{} answers again", route);
        }
    }

    /** Readers may be on other hosts, so the message, which may name folders, goes to the log alone. */
    Answer machine(String route, MachineException failure) {
        if (begins(route, failure.code())) {
            LOG.error(
                    "{} cannot answer: {}: {}\n  cure: {}",
                    route,
                    failure.code(),
                    failure.getMessage(),
                    failure.cure());
        }
        return Answer.error(503, "the agent cannot read this now", "the agent's log says why", failure.code());
    }

    Answer bug(String route, RuntimeException bug) {
        if (begins(route, bug.toString())) {
            LOG.error("{} failed; this is a bug", route, bug);
        }
        return Answer.error(500, "internal error", "the agent's log says more; please report it");
    }

    private boolean begins(String route, String what) {
        return !what.equals(current.put(route, what));
    }
}
