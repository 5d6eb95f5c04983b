package mx.difusor.agent.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import mx.difusor.agent.verify.CsvRecords.UnreadableCsvException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code .csv} once and checks it (contract, "JSON and CSV inside a package"). Hard rules: text in one encoding,
 * and where it is a PREP base a cut line, statistics, a detail header, rows of the header's width, and counted ≤
 * captured ≤ expected. These hold in all 35 real files that were measured; every other rule is broken by some of them,
 * and its breach is a remark.
 */
final class CsvContents {

    /** A {@code sep=} line, the title, the cut and some room stand before the statistics. */
    static final int MAX_LINES_BEFORE_STATISTICS = 20;

    private static final int MAX_TITLE_BYTES = 4_096;
    private static final int MIN_HEADER_WIDTH = 2;
    private static final byte[] DELIMITERS = {',', '|', ';', '\t'};

    /**
     * What was found.
     *
     * @param problem the hard rule that is broken, as the end of a sentence that begins with the file; or null
     * @param cut as a base states it, one that breaks a hard rule too; null in a file that is none
     * @param testTitle a line above the statistics of such a base that says that it is a test; null where none does
     * @param base what is held against the next cut's; null in a file that is no base or breaks a hard rule
     */
    record Findings(
            @Nullable String problem,
            List<Remark> remarks,
            @Nullable StatedCut cut,
            @Nullable String testTitle,
            @Nullable BaseSummary base) {

        private static Findings none() {
            return new Findings(null, List.of(), null, null, null);
        }

        private Findings broken(String hardRule) {
            return new Findings(hardRule, List.of(), cut, testTitle, null);
        }
    }

    private final CsvRecords records;
    private final int maxKeys;
    private byte delimiter;
    private @Nullable StatedCut cut;
    private @Nullable String testTitle;

    private CsvContents(CsvRecords records, int maxKeys) {
        this.records = records;
        this.maxKeys = maxKeys;
    }

    /**
     * @param maxKeys how many rows' keys may be kept in memory
     * @throws IOException when this machine cannot read it
     */
    static Findings of(Path file, int maxKeys) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return of(in, maxKeys);
        }
    }

    static Findings of(InputStream in, int maxKeys) throws IOException {
        CsvRecords records = new CsvRecords(in);
        CsvContents contents = new CsvContents(records, maxKeys);
        Findings findings;
        try {
            findings = contents.findings();
        } catch (UnreadableCsvException e) {
            findings = contents.broken(String.valueOf(e.getMessage()));
        }
        // What is no text at all is that first: a quote that is never closed comes from reading UTF-16.
        TextEncoding encoding = records.encoding();
        return encoding.charset() == null ? findings.broken(encoding.problem()) : findings;
    }

    private Findings broken(String hardRule) {
        return new Findings(hardRule, List.of(), cut, testTitle, null);
    }

    private Findings findings() throws IOException, UnreadableCsvException {
        List<String> statisticsHeader = statisticsHeader();
        if (statisticsHeader == null) {
            return Findings.none();
        }
        if (cut == null) {
            return broken("has no line with the cut's date and time before its statistics, both in one line, such as "
                    + "02/06/2024 20:00 (UTC-7)");
        }
        if (!records.nextRecord(delimiter)) {
            return broken("has no statistics below their header");
        }
        CsvStatistics statistics = CsvStatistics.of(statisticsHeader, texts(), delimiter, " in line " + records.line());
        if (statistics.problem().isPresent()) {
            return broken(statistics.problem().get());
        }
        Optional<List<String>> header = detailHeader();
        if (header.isEmpty()) {
            return broken("has no header of the detail after the statistics, in line " + records.line());
        }
        CsvDetail detail = new CsvDetail(header.get(), records, maxKeys);
        while (records.nextRecord(delimiter)) {
            if (records.cells() != header.get().size()) {
                return broken("has " + records.cells() + " cells in line " + records.line() + " where the header has "
                        + header.get().size());
            }
            detail.take();
        }
        List<Remark> remarks = new ArrayList<>(statistics.remarks());
        remarks.addAll(detail.remarks(statistics));
        return new Findings(null, remarks, cut, testTitle, detail.summary(statistics));
    }

    /** Null in a file that is no base: the list of candidacies, a catalogue. */
    private @Nullable List<String> statisticsHeader() throws IOException, UnreadableCsvException {
        for (int i = 0; i < MAX_LINES_BEFORE_STATISTICS; i++) {
            if (!nextLineOfAnyFile()) {
                return null;
            }
            String line = records.lineText(MAX_TITLE_BYTES);
            if (line.toUpperCase(Locale.ROOT).contains(CsvStatistics.EXPECTED)) {
                delimiter = delimiterOf(line);
                records.split(delimiter);
                List<String> cells = texts();
                long counts = cells.stream().filter(c -> c.startsWith("ACTAS_")).count();
                // A catalogue of variables names it too, but alone.
                if (cells.contains(CsvStatistics.EXPECTED) && counts > 1) {
                    return cells;
                }
            }
            if (cut == null) {
                cut = StatedCut.in(line).orElse(null);
            }
            if (testTitle == null && StatedPurpose.isTest(line)) {
                testTitle = StatedPurpose.quoted(line);
            }
        }
        return null;
    }

    /** A file that is no base may have lines of any length. */
    private boolean nextLineOfAnyFile() throws IOException {
        try {
            return records.nextLine();
        } catch (UnreadableCsvException e) {
            return false;
        }
    }

    private static byte delimiterOf(String line) {
        byte best = ',';
        long most = 0;
        for (byte candidate : DELIMITERS) {
            long count = line.chars().filter(c -> c == candidate).count();
            if (count > most) {
                most = count;
                best = candidate;
            }
        }
        return best;
    }

    /** Rows of nothing but delimiters stand for blank lines where a spreadsheet wrote the file. */
    private Optional<List<String>> detailHeader() throws IOException, UnreadableCsvException {
        while (records.nextRecord(delimiter)) {
            List<String> cells = texts();
            if (!cells.stream().allMatch(String::isEmpty)) {
                return Optional.of(cells).filter(CsvContents::isHeader);
            }
        }
        return Optional.empty();
    }

    private static boolean isHeader(List<String> cells) {
        return cells.size() >= MIN_HEADER_WIDTH
                && !cells.get(0).isEmpty()
                && Character.isLetter(cells.get(0).charAt(0))
                && cells.stream().noneMatch(CsvStatistics::isNumber);
    }

    /** The record's cells in upper case. */
    private List<String> texts() {
        List<String> texts = new ArrayList<>(records.cells());
        for (int i = 0; i < records.cells(); i++) {
            texts.add(records.text(i).toUpperCase(Locale.ROOT));
        }
        return texts;
    }
}
