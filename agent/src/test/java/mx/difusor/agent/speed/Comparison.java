package mx.difusor.agent.speed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * Two ways to do the same, timed by turns. Machines are noisy and drift: what counts is the median of the ratios, pair
 * by pair, and no absolute time.
 */
final class Comparison {

    /** One run; what it returns is its time in milliseconds, taken by the run itself: what is not meant stays out. */
    @FunctionalInterface
    interface Timed {
        double milliseconds() throws Exception;
    }

    private final List<Double> ours = new ArrayList<>();
    private final List<Double> theirs = new ArrayList<>();

    private Comparison() {}

    /** @param warmUps pairs that are run first and not counted */
    static Comparison of(int warmUps, int pairs, Timed our, Timed their) throws Exception {
        Comparison comparison = new Comparison();
        for (int i = 0; i < warmUps + pairs; i++) {
            double first = i % 2 == 0 ? our.milliseconds() : their.milliseconds();
            double second = i % 2 == 0 ? their.milliseconds() : our.milliseconds();
            if (i >= warmUps) {
                comparison.ours.add(i % 2 == 0 ? first : second);
                comparison.theirs.add(i % 2 == 0 ? second : first);
            }
        }
        return comparison;
    }

    /** One run on something that both sides work on. */
    @FunctionalInterface
    interface TimedOn<T> {
        double milliseconds(T material) throws Exception;
    }

    /** The same material for both, first ours and then theirs: a new one for each pair. */
    static <T> Comparison ofEach(int warmUps, int pairs, Callable<T> material, TimedOn<T> our, TimedOn<T> their)
            throws Exception {
        Comparison comparison = new Comparison();
        for (int i = 0; i < warmUps + pairs; i++) {
            T one = material.call();
            double ours = our.milliseconds(one);
            double theirs = their.milliseconds(one);
            if (i >= warmUps) {
                comparison.ours.add(ours);
                comparison.theirs.add(theirs);
            }
        }
        return comparison;
    }

    /** The time that {@code run} takes as a whole. */
    static Timed whole(Run run) {
        return () -> {
            long begun = System.nanoTime();
            run.run();
            return (System.nanoTime() - begun) / 1e6;
        };
    }

    @FunctionalInterface
    interface Run {
        void run() throws Exception;
    }

    double ours() {
        return median(ours);
    }

    double theirs() {
        return median(theirs);
    }

    /** Our time in theirs: below 1 where the agent is faster. */
    double ratio() {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            ratios.add(ours.get(i) / theirs.get(i));
        }
        return median(ratios);
    }

    static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.0f ms | %.0f ms | %.2f | %.2f", ours(), theirs(), ratio(), 1 / ratio());
    }
}
