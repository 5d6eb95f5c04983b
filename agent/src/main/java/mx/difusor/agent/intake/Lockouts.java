package mx.difusor.agent.intake;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Sources that keep failing are shut out for a growing while: each failure beyond the free ones doubles it. With time
 * failures are forgiven. Of the few that are remembered, those that failed least are forgotten first, and those that
 * are shut out never: whoever comes from many addresses pushes none of them out. Not thread-safe.
 */
final class Lockouts {
    /** Connections without a login that cost nothing: somebody tries keys, looks at the host key, mistypes a name. */
    static final int FREE_FAILURES = 10;

    static final Duration FIRST = Duration.ofSeconds(15);
    static final Duration LONGEST = Duration.ofHours(1);

    /** For so long without a failure and not shut out, one failure is forgiven. */
    static final Duration FORGIVEN_EVERY = Duration.ofMinutes(10);

    static final int MAX_SOURCES = 4_096;

    /** More would not make it longer. */
    private static final int MAX_FAILURES = FREE_FAILURES + 9;

    private record Failures(int count, long since, long until) {}

    private final LongSupplier nanoTime;
    private final Map<Source, Failures> records = new HashMap<>();

    Lockouts(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    boolean isShutOut(Source source) {
        Failures record = records.get(source);
        return record != null && isShutOut(record, nanoTime.getAsLong());
    }

    /** @return for how long the source is shut out now; empty where it is not, or where there is no room to remember */
    Optional<Duration> failed(Source source) {
        long now = nanoTime.getAsLong();
        Failures before = records.get(source);
        if (before == null && records.size() >= MAX_SOURCES && !forgetOne(now)) {
            return Optional.empty();
        }
        int failures = Math.min(MAX_FAILURES, 1 + (before == null ? 0 : failures(before, now)));
        Duration pause = pause(failures);
        records.put(source, new Failures(failures, now, now + pause.toNanos()));
        return pause.isZero() ? Optional.empty() : Optional.of(pause);
    }

    /** It logged in. */
    void forgive(Source source) {
        records.remove(source);
    }

    int count() {
        return records.size();
    }

    static Duration pause(int failures) {
        if (failures <= FREE_FAILURES) {
            return Duration.ZERO;
        }
        Duration doubled = FIRST.multipliedBy(1L << Math.min(failures - FREE_FAILURES - 1, Short.SIZE));
        return doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    }

    private static boolean isShutOut(Failures record, long now) {
        return record.until() != record.since() && now - record.until() < 0;
    }

    private static int failures(Failures record, long now) {
        long quiet = now - record.until();
        return quiet <= 0 ? record.count() : (int) Math.max(0, record.count() - quiet / FORGIVEN_EVERY.toNanos());
    }

    private boolean forgetOne(long now) {
        records.values().removeIf(record -> failures(record, now) == 0);
        if (records.size() < MAX_SOURCES) {
            return true;
        }
        return records.entrySet().stream()
                .filter(entry -> !isShutOut(entry.getValue(), now))
                .min(Comparator.<Map.Entry<Source, Failures>>comparingInt(entry -> failures(entry.getValue(), now))
                        .thenComparing(entry -> entry.getValue().since() - now))
                .map(entry -> records.remove(entry.getKey()) != null)
                .orElse(false);
    }
}
