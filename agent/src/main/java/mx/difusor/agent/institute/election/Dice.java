package mx.difusor.agent.institute.election;

import java.util.Random;

/** Chance that is the same on every platform and JDK: the specified generator, and no function of it that may vary. */
final class Dice {

    private final Random random;

    Dice(long seed) {
        this.random = new Random(seed);
    }

    /** 0 inclusive to 1 exclusive. */
    double unit() {
        return random.nextDouble();
    }

    double between(double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    int between(int low, int high) {
        return low + random.nextInt(high - low + 1);
    }

    /** About -1 to 1, mostly near 0: the mean of three. */
    double bell() {
        return (random.nextDouble() + random.nextDouble() + random.nextDouble()) * 2 / 3 - 1;
    }

    boolean happens(double probability) {
        return random.nextDouble() < probability;
    }
}
