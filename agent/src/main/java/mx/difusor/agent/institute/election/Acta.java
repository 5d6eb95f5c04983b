package mx.difusor.agent.institute.election;

import org.jspecify.annotations.Nullable;

/**
 * The record of one contest at one polling station.
 *
 * @param votes 0 where a word stands instead
 * @param wordColumn whose field holds {@code word} instead of a number; null for none, all where {@code state} is
 *     {@link State#ILLEGIBLE}
 * @param verifiedSeconds after the first cut; {@link #NEVER} where it does not reach the count in time
 */
record Acta(
        Station station,
        Contest contest,
        Votes votes,
        State state,
        @Nullable Column wordColumn,
        String word,
        int representatives,
        int writtenTotal,
        int verifiedSeconds,
        boolean byPhone) {

    static final int NEVER = Integer.MAX_VALUE;

    enum State {
        COUNTED(""),
        COUNTED_PARTLY("ALGUN CAMPO ILEGIBLE O SIN DATO"),
        ILLEGIBLE("TODOS LOS CAMPOS ILEGIBLES O SIN DATO"),
        EXCEEDS_LIST("EXCEDE LISTA NOMINAL");

        private final String remark;

        State(String remark) {
            this.remark = remark;
        }

        String remark() {
            return remark;
        }
    }

    boolean counted() {
        return state == State.COUNTED || state == State.COUNTED_PARTLY;
    }

    int total() {
        return votes.total();
    }

    boolean capturedAt(int seconds) {
        return verifiedSeconds <= seconds;
    }
}
