package mx.difusor.agent.verify;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What of a PREP base is held against the next cut's.
 *
 * @param counts the statistics that never shrink during an election, by name; null where they cannot be told apart
 * @param rows of the detail
 * @param rowsWithKey of them
 * @param keys of these rows; null where they are too many
 */
record BaseSummary(
        @Nullable Map<String, BigDecimal> counts,
        long rows,
        long rowsWithKey,
        @Nullable RowKeys keys) {

    /** Participation may shrink, and so may what is outside the catalogue or not counted: that is put right. */
    static final List<String> NEVER_SHRINK = List.of(
            CsvStatistics.EXPECTED,
            CsvStatistics.REGISTERED,
            CsvStatistics.CAPTURED,
            CsvStatistics.COUNTED,
            CsvStatistics.NOMINAL_LIST,
            CsvStatistics.VOTES_WITH_SPECIAL,
            CsvStatistics.VOTES_WITHOUT_SPECIAL);

    BaseSummary {
        counts = counts == null ? null : Map.copyOf(counts);
    }

    int keptKeys() {
        return keys == null ? 0 : keys.size();
    }

    /**
     * What shrank or vanished since an earlier cut.
     *
     * @param before the same path in that cut
     * @param when names that cut, such as {@code sequence 16}
     */
    List<Remark> since(BaseSummary before, String when) {
        List<Remark> remarks = new ArrayList<>();
        List<String> shrunk = shrunkSince(before);
        if (!shrunk.isEmpty()) {
            remarks.add(new Remark("count-shrinks", String.join(", ", shrunk) + " since " + when));
        }
        missingSince(before, when).ifPresent(missing -> remarks.add(new Remark("key-vanishes", missing)));
        return remarks;
    }

    private List<String> shrunkSince(BaseSummary before) {
        List<String> shrunk = new ArrayList<>();
        if (counts == null || before.counts == null) {
            return shrunk;
        }
        for (String name : NEVER_SHRINK) {
            BigDecimal then = before.counts.get(name);
            BigDecimal now = counts.get(name);
            if (then == null) {
                continue;
            }
            // Nothing is lost with a zero that is not written any more.
            if (now == null ? then.signum() > 0 : now.compareTo(then) < 0) {
                shrunk.add(name + " " + then.toPlainString() + " → " + (now == null ? "none" : now.toPlainString()));
            }
        }
        return shrunk;
    }

    /** As the end of a sentence that begins with the file. */
    private Optional<String> missingSince(BaseSummary before, String when) {
        String ofThose = " of " + before.rowsWithKey + " keys of " + when + " are missing";
        if (keys != null && before.keys != null) {
            RowKeys.Missing missing = keys.missingOf(before.keys);
            return missing.count() == 0
                    ? Optional.empty()
                    : Optional.of(missing.count() + ofThose + ", for example " + String.join(", ", missing.examples()));
        }
        // Which ones cannot be told, but that fewer rows cannot have all of them can.
        long fewer = before.rowsWithKey - rowsWithKey;
        return fewer > 0 ? Optional.of("at least " + fewer + ofThose) : Optional.empty();
    }
}
