package mx.difusor.agent.verify;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a PREP base: one an acta. Takes them one after another and keeps sums and keys.
 *
 * <p>The columns of the votes differ per contest; they are those between the ballots taken out of the box and the
 * totals, and where one of these is missing, votes are not summed.
 */
final class CsvDetail {

    private static final List<String> KEY = List.of("CLAVE_ACTA", "CLAVE_CASILLA");
    private static final List<String> BEFORE_VOTES = List.of("TOTAL_VOTOS_SACADOS", "TOTAL_VOTOS_SACADOS_URNA");
    private static final List<String> WRITTEN_TOTAL = List.of("TOTAL_VOTOS_ASENTADO", "TOTAL_VOTOS_ASENTADOS");
    private static final List<String> TOTAL = List.of("TOTAL_VOTOS_CALCULADO", "TOTAL_VOTOS_CALCULADOS", "TOTAL_VOTOS");

    private final CsvRecords row;
    private final int key;
    private final int votesFrom;
    private final int votesTo;
    private final int total;
    private final int nominalList;
    private final int type;
    private final int counted;
    private final int maxKeys;

    private final List<byte[]> keys = new ArrayList<>();
    private long rows;
    private long rowsWithKey;
    private long rowsWithTotal;
    private long rowsThatDiffer;
    private @Nullable String firstThatDiffers;
    private boolean flagsKnown = true;
    private final Sums countedOnce = new Sums();
    private final Sums countedTwice = new Sums();

    /** Over the rows with one value of {@code CONTABILIZADA}. */
    private static final class Sums {
        private long rows;
        private long nominalList;
        private long votes;
        private long votesWithoutSpecial;
    }

    /**
     * @param header in upper case
     * @param row always at the row to be taken
     * @param maxKeys the keys that may be kept
     */
    CsvDetail(List<String> header, CsvRecords row, int maxKeys) {
        this.row = row;
        this.maxKeys = maxKeys;
        key = column(header, KEY);
        total = column(header, TOTAL);
        int written = column(header, WRITTEN_TOTAL);
        votesFrom = column(header, BEFORE_VOTES) + 1;
        votesTo = written < 0 ? total : Math.min(written, total);
        nominalList = header.indexOf("LISTA_NOMINAL");
        type = header.indexOf("TIPO_CASILLA");
        counted = header.indexOf("CONTABILIZADA");
    }

    private static int column(List<String> header, List<String> names) {
        return names.stream()
                .map(header::indexOf)
                .filter(column -> column >= 0)
                .findFirst()
                .orElse(-1);
    }

    void take() {
        rows++;
        if (key >= 0 && !row.isEmpty(key)) {
            rowsWithKey++;
            if (rowsWithKey <= maxKeys) {
                keys.add(row.bytes(key, RowKeys.MAX_KEY_BYTES));
            }
        }
        long stated = total < 0 ? CsvRecords.NO_NUMBER : row.number(total);
        if (stated != CsvRecords.NO_NUMBER && votesFrom > 0 && votesFrom < votesTo) {
            compareVotes(stated);
        }
        if (counted >= 0) {
            sum(stated);
        }
    }

    private void compareVotes(long stated) {
        long votes = 0;
        for (int column = votesFrom; column < votesTo; column++) {
            long number = row.number(column);
            votes += number == CsvRecords.NO_NUMBER ? 0 : number;
        }
        rowsWithTotal++;
        if (votes != stated) {
            rowsThatDiffer++;
            if (firstThatDiffers == null) {
                firstThatDiffers = "in line " + row.line() + " the votes make " + votes + " and the total is " + stated;
            }
        }
    }

    private void sum(long stated) {
        if (row.is(counted, '1') || row.is(counted, '2')) {
            Sums sums = row.is(counted, '1') ? countedOnce : countedTwice;
            long votes = stated == CsvRecords.NO_NUMBER ? 0 : stated;
            long list = nominalList < 0 ? CsvRecords.NO_NUMBER : row.number(nominalList);
            sums.rows++;
            sums.nominalList += list == CsvRecords.NO_NUMBER ? 0 : list;
            sums.votes += votes;
            sums.votesWithoutSpecial += type >= 0 && row.is(type, 'S') ? 0 : votes;
        } else if (!row.isEmpty(counted) && !row.is(counted, '0') && !row.is(counted, '-')) {
            flagsKnown = false;
        }
    }

    BaseSummary summary(CsvStatistics statistics) {
        boolean comparable = keys.size() == rowsWithKey;
        return new BaseSummary(statistics.counts(), rows, rowsWithKey, comparable ? RowKeys.of(keys) : null);
    }

    /** One remark for each kind of rule that is broken, with its numbers. */
    List<Remark> remarks(CsvStatistics statistics) {
        List<Remark> remarks = new ArrayList<>();
        if (rowsThatDiffer > 0) {
            remarks.add(new Remark(
                    "votes-differ",
                    "%d of %d rows do not add up, %s".formatted(rowsThatDiffer, rowsWithTotal, firstThatDiffers)));
        }
        List<String> sums = sumsThatDiffer(statistics);
        if (!sums.isEmpty()) {
            remarks.add(new Remark("totals-differ", String.join(", ", sums)));
        }
        if (keys.size() < rowsWithKey) {
            remarks.add(new Remark(
                    "keys-not-compared",
                    "has %d rows, more than are held against the next cut's (%d in a package)"
                            .formatted(rows, ContentsCheck.MAX_KEYS)));
        }
        return remarks;
    }

    private List<String> sumsThatDiffer(CsvStatistics statistics) {
        List<String> found = new ArrayList<>();
        if (counted >= 0 && flagsKnown) {
            if (nominalList >= 0) {
                differs(statistics, CsvStatistics.NOMINAL_LIST, countedOnce.nominalList, countedTwice.nominalList)
                        .ifPresent(found::add);
            }
            if (total >= 0) {
                differs(statistics, CsvStatistics.VOTES_WITH_SPECIAL, countedOnce.votes, countedTwice.votes)
                        .ifPresent(found::add);
            }
            if (total >= 0 && type >= 0) {
                differs(
                                statistics,
                                CsvStatistics.VOTES_WITHOUT_SPECIAL,
                                countedOnce.votesWithoutSpecial,
                                countedTwice.votesWithoutSpecial)
                        .ifPresent(found::add);
            }
        }
        return found;
    }

    /** Whether a {@code CONTABILIZADA} of 2 counts is not the same everywhere: either sum will do. */
    private Optional<String> differs(CsvStatistics statistics, String name, long once, long twice) {
        BigDecimal stated = statistics.get(name);
        if (stated == null
                || stated.compareTo(BigDecimal.valueOf(once)) == 0
                || stated.compareTo(BigDecimal.valueOf(once + twice)) == 0) {
            return Optional.empty();
        }
        return Optional.of("%s is %s and the %d counted rows make %d"
                .formatted(name, CsvStatistics.plain(stated), countedOnce.rows, once));
    }
}
