package mx.difusor.agent.institute.election;

import java.util.Collection;
import java.util.Locale;

/** What the actas of one contest add up to at one moment, as a base's statistics say it. */
final class Tally {

    private int expected;
    private int captured;
    private int counted;
    private int inconsistent;
    private long nominalList;
    private long votesWithSpecial;
    private long votesWithoutSpecial;
    private final long[] votes = new long[Column.COUNT];

    static Tally of(Collection<Acta> actas, int seconds) {
        Tally tally = new Tally();
        actas.forEach(acta -> tally.add(acta, seconds));
        return tally;
    }

    void add(Acta acta, int seconds) {
        expected++;
        if (!acta.capturedAt(seconds)) {
            return;
        }
        captured++;
        if (acta.state() != Acta.State.COUNTED) {
            inconsistent++;
        }
        if (!acta.counted()) {
            return;
        }
        counted++;
        nominalList += acta.station().nominalList();
        votesWithSpecial += acta.total();
        if (!acta.station().special()) {
            votesWithoutSpecial += acta.total();
        }
        for (Column column : Column.values()) {
            votes[column.index()] += acta.votes().of(column);
        }
    }

    int expected() {
        return expected;
    }

    int captured() {
        return captured;
    }

    int counted() {
        return counted;
    }

    int notCounted() {
        return captured - counted;
    }

    long nominalList() {
        return nominalList;
    }

    long votesWithSpecial() {
        return votesWithSpecial;
    }

    long votesWithoutSpecial() {
        return votesWithoutSpecial;
    }

    long votes(Column column) {
        return votes[column.index()];
    }

    String capturedPercent() {
        return percent(captured, expected);
    }

    String countedPercent() {
        return percent(counted, expected);
    }

    String inconsistentPercent() {
        return percent(inconsistent, captured);
    }

    String participationPercent() {
        return percent(votesWithSpecial, nominalList);
    }

    /** Truncated, never rounded, to four decimals, as every real base has it: {@code 95.0842}. */
    static String percent(long part, long whole) {
        long tenThousandths = whole == 0 ? 0 : part * 1_000_000 / whole;
        return String.format(Locale.ROOT, "%d.%04d", tenThousandths / 10_000, tenThousandths % 10_000);
    }
}
