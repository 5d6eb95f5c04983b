package mx.difusor.agent.speed;

/** How much a run measures: a short form guards every build, the long one fills the tables of the documentation. */
enum Size {
    SHORT(3),
    LONG(7);

    /** Pairs of runs, not counting the first one, which warms both sides up. */
    final int pairs;

    Size(int pairs) {
        this.pairs = pairs;
    }

    static Size asked() {
        return System.getProperty("speed", "short").equals("long") ? LONG : SHORT;
    }

    boolean isLong() {
        return this == LONG;
    }
}
