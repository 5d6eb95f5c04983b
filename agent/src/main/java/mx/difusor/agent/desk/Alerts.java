package mx.difusor.agent.desk;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.MachineException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a person should look at, one per code, from its beginning to its end. Any thread. */
public final class Alerts {

    /** Something that happened, rather than lasts, stays visible this long. */
    static final Duration INCIDENT_SHOWN = Duration.ofHours(24);

    private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);

    private final Clock clock;
    private final Map<String, Alert> active = new ConcurrentHashMap<>();
    private final Map<String, Instant> incidents = new ConcurrentHashMap<>();

    /** How often each incident came, never set back: whoever looks now and then knows how many were missed. */
    private final Map<String, Long> happened = new ConcurrentHashMap<>();

    public Alerts(Clock clock) {
        this.clock = clock;
    }

    /** A condition holds; its beginning is when it was first raised. */
    public void raise(String code, String message) {
        Alert before = active.put(code, new Alert(code, since(code), message));
        if (before == null) {
            LOG.warn("alert {}: {}", code, message);
        }
    }

    public void raise(MachineException e) {
        raise(e.code(), e.getMessage() + "; " + e.cure());
    }

    /** Something happened once; the newest of its kind is shown for {@link #INCIDENT_SHOWN}. */
    public void incident(String code, String message) {
        LOG.warn("alert {}: {}", code, message);
        incidents.put(code, clock.instant());
        long times = happened.merge(code, 1L, Long::sum);
        active.put(code, new Alert(code, clock.instant(), message, true, times));
    }

    /** The condition no longer holds. */
    public void clear(String code) {
        if (active.remove(code) != null) {
            incidents.remove(code);
            LOG.info("alert {} ended", code);
        }
    }

    private Instant since(String code) {
        Alert before = active.get(code);
        return before == null ? clock.instant() : before.since();
    }

    /** The oldest first. */
    public List<Alert> active() {
        Instant shownSince = clock.instant().minus(INCIDENT_SHOWN);
        incidents.forEach((code, at) -> {
            if (at.isBefore(shownSince)) {
                clear(code);
            }
        });
        return active.values().stream()
                .sorted(Comparator.comparing(Alert::since).thenComparing(Alert::code))
                .toList();
    }
}
