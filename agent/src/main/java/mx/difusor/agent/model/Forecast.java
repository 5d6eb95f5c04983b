package mx.difusor.agent.model;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** When something that fills will be full if it goes on as in the last hours. Pure functions. */
public final class Forecast {

    /** The hours that are looked back upon. */
    public static final Duration WINDOW = Duration.ofHours(3);

    /** Where nothing came in for so long, nothing is foretold. */
    public static final Duration LATELY = Duration.ofHours(1);

    /** Less than this says nothing about hours. */
    public static final Duration SHORTEST = Duration.ofMinutes(10);

    /** Further ahead no forecast holds. */
    public static final Duration HORIZON = Duration.ofDays(7);

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final DateTimeFormatter DAY_AND_TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);

    /** @param bytes that are taken at that instant */
    public record Sample(Instant at, long bytes) {}

    private Forecast() {}

    /**
     * @param samples the oldest first, the last one of now; those before {@link #WINDOW} do not count
     * @param left bytes until it is full
     * @return empty where nothing came in lately, or where that lies further ahead than {@link #HORIZON}
     */
    public static Optional<Instant> fullAt(List<Sample> samples, long left) {
        if (samples.isEmpty()) {
            return Optional.empty();
        }
        Sample last = samples.get(samples.size() - 1);
        Sample first = firstSince(samples, last.at().minus(WINDOW));
        Duration span = Duration.between(first.at(), last.at());
        long growth = last.bytes() - first.bytes();
        boolean lately =
                last.bytes() > firstSince(samples, last.at().minus(LATELY)).bytes();
        if (span.compareTo(SHORTEST) < 0 || growth <= 0 || !lately) {
            return Optional.empty();
        }
        double seconds = (double) Math.max(0, left) * span.toSeconds() / growth;
        return seconds > HORIZON.toSeconds()
                ? Optional.empty()
                : Optional.of(last.at().plusSeconds((long) seconds));
    }

    private static Sample firstSince(List<Sample> samples, Instant then) {
        return samples.stream()
                .filter(sample -> !sample.at().isBefore(then))
                .findFirst()
                .orElseThrow();
    }

    /** For a message: {@code 04:10}, with the date in front where it is another day there. */
    public static String text(Instant full, Instant now, ZoneOffset offset) {
        boolean today = full.atOffset(offset)
                .truncatedTo(ChronoUnit.DAYS)
                .equals(now.atOffset(offset).truncatedTo(ChronoUnit.DAYS));
        return (today ? TIME : DAY_AND_TIME).format(full.atOffset(offset));
    }
}
