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

    /**
     * The same of a rejected package, from its claim on: whoever compares before sending must not find there what is to be
     * sent again.
     */
    static final Duration REJECTED_KEPT = Duration.ofSeconds(30);

    static final int MAX = 1_000;

    /** How long it is known that an archive of a name was taken in, whether it is shown or not. */
    static final Duration REMEMBERED = Duration.ofHours(24);

    private final Map<String, Ghost> byName = new LinkedHashMap<>();
    private final Map<String, Instant> archives = new LinkedHashMap<>();

    void put(String name, Ghost ghost) {
        byName.remove(name);
        byName.put(name, ghost);
        limit(byName);
        if (ghost.role == UploadName.Role.ARCHIVE) {
            archives.remove(name);
            archives.put(name, ghost.since);
            limit(archives);
        }
    }

    private static void limit(Map<String, ?> oldestFirst) {
        if (oldestFirst.size() > MAX) {
            oldestFirst.remove(oldestFirst.keySet().iterator().next());
        }
    }

    /** An archive of that name was taken in, also where another one has come since or its client removed it. */
    boolean tookBefore(String archive) {
        return archives.containsKey(archive);
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
            Ghost ghost = ghosts.next();
            if (ghost.since.plus(ghost.rejected ? REJECTED_KEPT : KEPT).isBefore(now)) {
                ghosts.remove();
            }
        }
        archives.values().removeIf(since -> since.plus(REMEMBERED).isBefore(now));
    }
}
