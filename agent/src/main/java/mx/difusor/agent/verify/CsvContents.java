package mx.difusor.agent.verify;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import mx.difusor.agent.verify.CsvRecords.UnreadableCsvException;
import org.jspecify.annotations.Nullable;

/**
 * The hard rules for a {@code .csv} (contract, "JSON and CSV inside a package"): text in one encoding, and where it is a
 * PREP base a cut line, statistics, a detail header, rows of the header's width, and counted ≤ captured ≤ expected.
 * These hold in all 35 real files that were measured; every other rule is broken by some of them.
 */
final class CsvContents {

    private static final String EXPECTED = "ACTAS_ESPERADAS";
    private static final String CAPTURED = "ACTAS_CAPTURADAS";
    private static final String COUNTED = "ACTAS_CONTABILIZADAS";

    /** A {@code sep=} line, the title, the cut and some room stand before the statistics. */
    private static final int MAX_LINES_BEFORE_STATISTICS = 20;

    private static final int MAX_NUMBER_LENGTH = 40;
    private static final int MIN_HEADER_WIDTH = 2;
    private static final List<Character> DELIMITERS = List.of(',', '|', ';', '\t');

    /** {@code 03/06/2024 20:00}, {@code 2019/06/03 05:47}. */
    private static final Pattern CUT =
            Pattern.compile("(?:\\d{1,2}[/-]\\d{1,2}[/-]\\d{4}|\\d{4}[/-]\\d{1,2}[/-]\\d{1,2})\\D{1,5}\\d{1,2}:\\d\\d");

    private static final Pattern NUMBER = Pattern.compile("-?\\d+(?:\\.\\d*)?|-?\\.\\d+");
    private static final Pattern MARK = Pattern.compile("^\\uFEFF");

    private CsvContents() {}

    /**
     * What is wrong with the file, as the end of a sentence that begins with it; empty when nothing is.
     *
     * @throws IOException when this machine cannot read it
     */
    static Optional<String> problem(Path file) throws IOException {
        TextEncoding encoding = TextEncoding.of(file);
        Charset charset = encoding.charset();
        if (charset == null) {
            return Optional.of(encoding.problem());
        }
        try (Reader text = new BufferedReader(new InputStreamReader(Files.newInputStream(file), charset))) {
            return new Base(new CsvRecords(text)).problem();
        } catch (UnreadableCsvException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** A PREP base, if the file is one. */
    private static final class Base {
        private final CsvRecords records;
        private char delimiter;
        private boolean hasCut;

        Base(CsvRecords records) {
            this.records = records;
        }

        Optional<String> problem() throws IOException, UnreadableCsvException {
            List<String> statisticsHeader = statisticsHeader();
            if (statisticsHeader == null) {
                return Optional.empty();
            }
            if (!hasCut) {
                return Optional.of("has no line with the cut's date and time before its statistics");
            }
            Optional<String> statistics = statisticsProblem(statisticsHeader);
            return statistics.isPresent() ? statistics : detailProblem();
        }

        /** Null in a file that is no base: the list of candidacies, a catalogue. */
        private @Nullable List<String> statisticsHeader() throws IOException, UnreadableCsvException {
            for (int i = 0; i < MAX_LINES_BEFORE_STATISTICS; i++) {
                String line = lineOfAnyFile();
                if (line == null) {
                    return null;
                }
                line = MARK.matcher(line).replaceFirst("");
                if (line.toUpperCase(Locale.ROOT).contains(EXPECTED)) {
                    delimiter = delimiterOf(line);
                    List<String> cells = upperCase(records.split(line, delimiter));
                    long counts =
                            cells.stream().filter(c -> c.startsWith("ACTAS_")).count();
                    // A catalogue of variables names it too, but alone.
                    if (cells.contains(EXPECTED) && counts > 1) {
                        return cells;
                    }
                }
                hasCut |= CUT.matcher(line).find();
            }
            return null;
        }

        /** A file that is no base may have lines of any length. */
        private @Nullable String lineOfAnyFile() throws IOException {
            try {
                return records.nextLine();
            } catch (UnreadableCsvException e) {
                return null;
            }
        }

        private static char delimiterOf(String line) {
            char best = ',';
            long most = 0;
            for (char candidate : DELIMITERS) {
                long count = line.chars().filter(c -> c == candidate).count();
                if (count > most) {
                    most = count;
                    best = candidate;
                }
            }
            return best;
        }

        private Optional<String> statisticsProblem(List<String> header) throws IOException, UnreadableCsvException {
            List<String> values = records.nextRecord(delimiter);
            if (values == null) {
                return Optional.of("has no statistics below their header");
            }
            String at = " in line " + records.line();
            if (values.size() < header.size()) {
                return Optional.of("has " + values.size() + " statistics under " + header.size() + " names" + at);
            }
            if (values.size() > header.size()) {
                // 1,527,071 without quotes: which cell is which cannot be told, but they are there.
                return looksLikeNumbers(values) ? Optional.empty() : Optional.of("has no statistics" + at);
            }
            List<BigDecimal> ascending = new ArrayList<>();
            for (String name : List.of(COUNTED, CAPTURED, EXPECTED)) {
                int column = header.indexOf(name);
                String cell = column < 0 ? "" : values.get(column);
                Optional<BigDecimal> number = number(cell);
                if (number.isEmpty() && !isEmpty(cell)) {
                    return Optional.of("has no number under " + name + at);
                }
                number.ifPresent(ascending::add);
            }
            for (int i = 1; i < ascending.size(); i++) {
                if (ascending.get(i - 1).compareTo(ascending.get(i)) > 0) {
                    return Optional.of("counts more actas than were captured, or captured more than are expected" + at);
                }
            }
            return Optional.empty();
        }

        private Optional<String> detailProblem() throws IOException, UnreadableCsvException {
            List<String> header = records.nextRecord(delimiter);
            if (header == null || !isHeader(header)) {
                return Optional.of("has no header of the detail after the statistics"
                        + (header == null ? "" : ", in line " + records.line()));
            }
            List<String> row = records.nextRecord(delimiter);
            while (row != null) {
                if (row.size() != header.size()) {
                    return Optional.of("has " + row.size() + " cells in line " + records.line()
                            + " where the header has " + header.size());
                }
                row = records.nextRecord(delimiter);
            }
            return Optional.empty();
        }

        private static boolean isHeader(List<String> cells) {
            return cells.size() >= MIN_HEADER_WIDTH
                    && !cells.get(0).isEmpty()
                    && Character.isLetter(cells.get(0).charAt(0))
                    && cells.stream().noneMatch(c -> NUMBER.matcher(c).matches());
        }

        private static boolean looksLikeNumbers(List<String> cells) {
            return cells.stream().allMatch(c -> isEmpty(c) || number(c).isPresent());
        }

        /** {@code 95.0842}, {@code 7.0074%}, {@code 2658993.0}, {@code 1,527,071}. */
        private static Optional<BigDecimal> number(String cell) {
            String digits = cell.replace(",", "").replace("%", "").replace(" ", "");
            return digits.length() <= MAX_NUMBER_LENGTH
                            && NUMBER.matcher(digits).matches()
                    ? Optional.of(new BigDecimal(digits))
                    : Optional.empty();
        }

        private static boolean isEmpty(String cell) {
            return cell.isEmpty() || cell.equals("-");
        }

        private static List<String> upperCase(List<String> cells) {
            List<String> upper = new ArrayList<>();
            cells.forEach(cell -> upper.add(cell.toUpperCase(Locale.ROOT)));
            return upper;
        }
    }
}
