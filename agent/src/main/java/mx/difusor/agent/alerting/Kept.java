package mx.difusor.agent.alerting;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a run leaves to the next one, so that a restart tells nothing twice and a loop of restarts is no storm.
 *
 * @param standing told, and not over yet
 * @param begun by code, when beginnings were told lately
 */
record Kept(List<Standing> standing, Map<String, List<Instant>> begun) {

    static final Kept NOTHING = new Kept(List.of(), Map.of());

    /** A beginning that somebody was told. */
    record Standing(String code, Instant since, String message) {}

    Kept {
        standing = List.copyOf(standing);
        begun = Map.copyOf(begun);
    }
}
