package mx.difusor.agent.speed;

/**
 * What a build may not fall behind: our time in theirs. The aims are stricter (docs/performance.md); these leave room
 * for the noise of a shared machine.
 */
final class Bounds {

    /** Aim: 0.67, that is 1.5 times as fast. */
    static final double UPLOAD = 1.3;

    /** Aim: 1. */
    static final double UPLOAD_BY_OTHERS = 2;

    /** Aim: 1. */
    static final double FIRST_UPLOAD = 2;

    /** Aim: 0.45. */
    static final double SITE_TO_LIVE = 1.5;

    /** Of the script's time for a whole copy. Aim: 0.25. */
    static final double INCREMENT_TO_LIVE = 0.6;

    /** Aim: 1.4. */
    static final double OF_THE_FLOOR = 4;

    private Bounds() {}
}
