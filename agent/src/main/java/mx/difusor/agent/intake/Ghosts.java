package mx.difusor.agent.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The files that an uploader still sees after they were taken in, oldest first. Guarded by its inbox's lock. */
final class Ghosts {
    /** How long; clients finish what they do after a close within seconds, people look within minutes. */
    static final Duration KEPT = Duration.ofMinutes(10);

    static final int MAX = 1_000;

    private final Map<String, Ghost> byName = new LinkedHashMap<>();

    void put(String name, Ghost ghost) {
        byName.remove(name);
        byName.put(name, ghost);
        if (byName.size() > MAX) {
            byName.remove(byName.keySet().iterator().next());
        }
    }

    @Nullable
    Ghost get(String name) {
        return byName.get(name);
    }

    @Nullable
    Ghost remove(String name) {
        return byName.remove(name);
    }

    Set<String> names() {
        return byName.keySet();
    }

    void forgetBefore(Instant now) {
        Iterator<Ghost> ghosts = byName.values().iterator();
        while (ghosts.hasNext()) {
            if (ghosts.next().since.plus(KEPT).isBefore(now)) {
                ghosts.remove();
            }
        }
    }
}
