package mx.difusor.agent.institute.election;

/** Votes per column of one acta. Immutable. */
final class Votes {

    private final int[] byColumn;
    private final int total;

    /** @param byColumn in the order of {@link Column} */
    Votes(int[] byColumn) {
        this.byColumn = byColumn.clone();
        int sum = 0;
        for (int votes : byColumn) {
            sum += votes;
        }
        this.total = sum;
    }

    int of(Column column) {
        return byColumn[column.index()];
    }

    int total() {
        return total;
    }
}
