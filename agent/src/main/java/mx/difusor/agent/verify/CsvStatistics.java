package mx.difusor.agent.verify;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of a PREP base: the hard rule, and the rules that hold in most real files (35 of one election day each
 * were measured) and whose breach says something.
 */
final class CsvStatistics {

    static final String EXPECTED = "ACTAS_ESPERADAS";
    static final String REGISTERED = "ACTAS_REGISTRADAS";
    static final String OUTSIDE = "ACTAS_FUERA_CATALOGO";
    static final String CAPTURED = "ACTAS_CAPTURADAS";
    static final String COUNTED = "ACTAS_CONTABILIZADAS";
    static final String NOT_COUNTED = "ACTAS_NO_CONTABILIZADAS";
    static final String NOMINAL_LIST = "LISTA_NOMINAL_ACTAS_CONTABILIZADAS";
    static final String VOTES_WITH_SPECIAL = "TOTAL_VOTOS_C_CS";
    static final String VOTES_WITHOUT_SPECIAL = "TOTAL_VOTOS_S_CS";
    static final String CAPTURED_PERCENT = "PORCENTAJE_ACTAS_CAPTURADAS";
    static final String COUNTED_PERCENT = "PORCENTAJE_ACTAS_CONTABILIZADAS";
    static final String PARTICIPATION = "PORCENTAJE_PARTICIPACION_CIUDADANA";

    /** Each is at most the next one: the hard rule. */
    private static final List<String> ASCENDING = List.of(COUNTED, CAPTURED, EXPECTED);

    private static final String PERCENTAGE = "PORCENTAJE_";
    private static final Pattern ONE_COMMA = Pattern.compile("[^,.]*,[^,.]*");

    private static final int MAX_NUMBER_LENGTH = 40;
    private static final int PERCENT_DECIMALS = 4;
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(?:\\.\\d*)?|-?\\.\\d+");

    private final Map<String, BigDecimal> values;
    private final Optional<String> problem;
    private final List<Remark> unread;

    private CsvStatistics(Map<String, BigDecimal> values, Optional<String> problem, List<Remark> unread) {
        this.values = values;
        this.problem = problem;
        this.unread = unread;
    }

    /**
     * @param header in upper case
     * @param at where the values stand, as the end of a sentence
     */
    static CsvStatistics of(List<String> header, List<String> cells, byte delimiter, String at) {
        if (cells.size() == header.size()) {
            return read(header, cells, at);
        }
        // A delimiter at the end of one of the lines begins no cell of its own.
        List<String> names = withoutEmptyEnd(header, 0);
        List<String> values = withoutEmptyEnd(cells, names.size());
        if (values.size() == names.size()) {
            return read(names, values, at);
        }
        String widths = "has " + values.size() + " statistics under " + names.size() + " names" + at;
        if (values.size() < names.size() || delimiter != ',') {
            return bad(widths);
        }
        // 1,527,071 without quotes: which cell is which cannot be told, but they are there.
        boolean numbers = values.stream().allMatch(c -> isEmpty(c) || number(c).isPresent());
        return numbers ? unread(widths) : bad("has no statistics" + at);
    }

    private static List<String> withoutEmptyEnd(List<String> cells, int atLeast) {
        int size = cells.size();
        while (size > atLeast && cells.get(size - 1).isBlank()) {
            size--;
        }
        return cells.subList(0, size);
    }

    private static CsvStatistics unread(String widths) {
        return new CsvStatistics(
                Map.of(),
                Optional.empty(),
                List.of(new Remark(
                        "statistics-not-compared",
                        widths + ", as if thousands were separated without quotes: they were neither checked nor"
                                + " compared")));
    }

    private static CsvStatistics read(List<String> header, List<String> cells, String at) {
        Map<String, BigDecimal> values = new HashMap<>();
        for (int i = 0; i < cells.size(); i++) {
            String name = header.get(i);
            Optional<BigDecimal> number = number(name, cells.get(i));
            if (ASCENDING.contains(name) && !isEmpty(cells.get(i))) {
                Optional<String> objection = objection(number, values.get(name));
                if (objection.isPresent()) {
                    return bad("has " + objection.get() + " under " + name + at);
                }
            }
            number.ifPresent(value -> values.putIfAbsent(name, value));
        }
        return new CsvStatistics(values, order(values, at), List.of());
    }

    /** Of two numbers under one name some readers take the first and some the last: the rule would hold for some. */
    private static Optional<String> objection(Optional<BigDecimal> number, @Nullable BigDecimal before) {
        if (number.isEmpty()) {
            return Optional.of("no number");
        }
        BigDecimal count = number.get();
        if (count.signum() < 0) {
            return Optional.of("less than nothing");
        }
        return before == null || before.compareTo(count) == 0
                ? Optional.empty()
                : Optional.of("both " + plain(before) + " and " + plain(count));
    }

    private static CsvStatistics bad(String problem) {
        return new CsvStatistics(Map.of(), Optional.of(problem), List.of());
    }

    /** Counted ≤ captured ≤ expected. */
    private static Optional<String> order(Map<String, BigDecimal> values, String at) {
        List<BigDecimal> ascending = new ArrayList<>();
        for (String name : ASCENDING) {
            if (values.containsKey(name)) {
                ascending.add(values.get(name));
            }
        }
        for (int i = 1; i < ascending.size(); i++) {
            if (ascending.get(i - 1).compareTo(ascending.get(i)) > 0) {
                return Optional.of("counts more actas than were captured, or captured more than are expected" + at);
            }
        }
        return Optional.empty();
    }

    /** The hard rule that they break. */
    Optional<String> problem() {
        return problem;
    }

    @Nullable
    BigDecimal get(String name) {
        return values.get(name);
    }

    /** What never shrinks; null where they cannot be told apart. */
    @Nullable
    Map<String, BigDecimal> counts() {
        if (!unread.isEmpty()) {
            return null;
        }
        Map<String, BigDecimal> counts = new HashMap<>(values);
        counts.keySet().retainAll(BaseSummary.NEVER_SHRINK);
        return counts;
    }

    /** One remark for each kind of rule that is broken, with all its numbers. */
    List<Remark> remarks() {
        List<Remark> remarks = new ArrayList<>(unread);
        List<String> counts = countsThatDiffer();
        if (!counts.isEmpty()) {
            remarks.add(new Remark("counts-differ", String.join(", ", counts)));
        }
        List<String> percentages = percentagesThatDiffer();
        if (!percentages.isEmpty()) {
            remarks.add(new Remark("percentage-differs", String.join(", ", percentages)));
        }
        return remarks;
    }

    private List<String> countsThatDiffer() {
        List<String> found = new ArrayList<>();
        BigDecimal registered = get(REGISTERED);
        BigDecimal outside = get(OUTSIDE);
        BigDecimal captured = get(CAPTURED);
        BigDecimal counted = get(COUNTED);
        BigDecimal notCounted = get(NOT_COUNTED);
        if (registered != null && captured != null && captured.compareTo(registered) > 0) {
            found.add("captured %s of %s registered".formatted(plain(captured), plain(registered)));
        } else if (registered != null
                && captured != null
                && outside != null
                && registered.compareTo(captured.add(outside)) != 0) {
            found.add("registered %s and captured %s with %s outside the catalogue"
                    .formatted(plain(registered), plain(captured), plain(outside)));
        }
        if (captured != null
                && counted != null
                && notCounted != null
                && notCounted.compareTo(captured.subtract(counted)) != 0) {
            found.add("left %s uncounted, where %s were captured and %s counted"
                    .formatted(plain(notCounted), plain(captured), plain(counted)));
        }
        return found;
    }

    private List<String> percentagesThatDiffer() {
        List<String> found = new ArrayList<>();
        percentage(CAPTURED_PERCENT, List.of(CAPTURED), EXPECTED).ifPresent(found::add);
        percentage(COUNTED_PERCENT, List.of(COUNTED), EXPECTED).ifPresent(found::add);
        percentage(PARTICIPATION, List.of(VOTES_WITH_SPECIAL, VOTES_WITHOUT_SPECIAL), NOMINAL_LIST)
                .ifPresent(found::add);
        return found;
    }

    /** Truncated to four decimals of any of the parts: so in all real files. */
    private Optional<String> percentage(String name, List<String> parts, String ofWhole) {
        BigDecimal stated = get(name);
        BigDecimal whole = get(ofWhole);
        if (stated == null || whole == null || whole.signum() <= 0) {
            return Optional.empty();
        }
        String right = null;
        for (String part : parts) {
            BigDecimal value = get(part);
            if (value != null) {
                BigDecimal percent = value.movePointRight(2).divide(whole, PERCENT_DECIMALS, RoundingMode.DOWN);
                if (percent.compareTo(stated.setScale(PERCENT_DECIMALS, RoundingMode.DOWN)) == 0) {
                    return Optional.empty();
                }
                right = right == null ? plain(value) + " of " + plain(whole) + " are " + plain(percent) : right;
            }
        }
        return right == null ? Optional.empty() : Optional.of(name + " is " + plain(stated) + ", " + right);
    }

    static String plain(BigDecimal number) {
        return number.toPlainString();
    }

    private static boolean isEmpty(String cell) {
        return cell.isEmpty() || cell.equals("-");
    }

    static boolean isNumber(String cell) {
        return NUMBER.matcher(cell).matches();
    }

    /** A percentage has no thousands: its only comma, in {@code 68,2926}, is the decimal point. */
    private static Optional<BigDecimal> number(String name, String cell) {
        boolean point = name.startsWith(PERCENTAGE) && ONE_COMMA.matcher(cell).matches();
        return number(point ? cell.replace(',', '.') : cell);
    }

    /** {@code 95.0842}, {@code 7.0074%}, {@code 2658993.0}, {@code 1,527,071}. */
    private static Optional<BigDecimal> number(String cell) {
        String digits = cell.replace(",", "").replace("%", "").replace(" ", "");
        return digits.length() <= MAX_NUMBER_LENGTH && isNumber(digits)
                ? Optional.of(new BigDecimal(digits))
                : Optional.empty();
    }
}
