package mx.difusor.agent.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.model.Forecast;

/** Remembers how full something was, a sample each minute of the last hours, for the {@link Forecast}. */
final class Filling {

    static final Duration SAMPLE_EVERY = Duration.ofMinutes(1);

    private final Deque<Forecast.Sample> samples = new ArrayDeque<>();

    /**
     * @param bytes that are taken now
     * @param left bytes until it is full
     * @return when, if it goes on like this
     */
    Optional<Instant> fullAt(Instant now, long bytes, long left) {
        samples.removeIf(sample -> sample.at().isAfter(now)); // a clock was put back
        samples.removeIf(sample -> sample.at().isBefore(now.minus(Forecast.WINDOW)));
        Forecast.Sample last = samples.peekLast();
        Forecast.Sample sample = new Forecast.Sample(now, bytes);
        if (last == null || !last.at().plus(SAMPLE_EVERY).isAfter(now)) {
            samples.add(sample);
        }
        List<Forecast.Sample> all = new ArrayList<>(samples);
        all.add(sample);
        return Forecast.fullAt(all, left);
    }

    int samples() {
        return samples.size();
    }
}
