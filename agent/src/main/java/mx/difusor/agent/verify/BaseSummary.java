package mx.difusor.agent.verify;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What of a PREP base is held against the next cut's.
 *
 * @param counts the statistics that never shrink during an election, by name
 * @param rows of the detail
 * @param keys of the rows; null where rows have none or are too many
 */
record BaseSummary(
        Map<String, BigDecimal> counts, long rows, @Nullable RowKeys keys) {

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
        counts = Map.copyOf(counts);
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
        List<String> shrunk = new ArrayList<>();
        for (String name : NEVER_SHRINK) {
            BigDecimal then = before.counts.get(name);
            BigDecimal now = counts.get(name);
            if (then != null && now != null && now.compareTo(then) < 0) {
                shrunk.add(name + " " + then.toPlainString() + " → " + now.toPlainString());
            }
        }
        if (!shrunk.isEmpty()) {
            remarks.add(new Remark("count-shrinks", String.join(", ", shrunk) + " since " + when));
        }
        if (keys != null && before.keys != null) {
            RowKeys.Missing missing = keys.missingOf(before.keys);
            if (missing.count() > 0) {
                remarks.add(new Remark(
                        "key-vanishes",
                        missing.count() + " of " + before.keys.size() + " keys of " + when
                                + " are missing, for example " + String.join(", ", missing.examples())));
            }
        }
        return remarks;
    }
}
