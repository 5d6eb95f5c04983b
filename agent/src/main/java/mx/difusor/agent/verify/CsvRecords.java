package mx.difusor.agent.verify;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a CSV as electoral institutes write it: LF or CRLF, quoted cells (RFC 4180) that may span lines, and the
 * spreadsheet guards {@code '21} and {@code ="230085B0100"}, which strict readers refuse.
 */
final class CsvRecords {

    static final int MAX_LINE_CHARACTERS = 1 << 20;
    private static final int MAX_LINES_PER_CELL = 100;

    /** The text cannot be read as records. */
    static final class UnreadableCsvException extends Exception {
        UnreadableCsvException(String message) {
            super(message);
        }
    }

    private final Reader text;
    private long line;
    private int pushedBack = -1;

    /** @param text buffered */
    CsvRecords(Reader text) {
        this.text = text;
    }

    /** The number of the line that was read last; the first is 1. */
    long line() {
        return line;
    }

    /** The next line that is not blank, without its end; null at the end. */
    @Nullable
    String nextLine() throws IOException, UnreadableCsvException {
        String next = rawLine();
        while (next != null && next.isBlank()) {
            next = rawLine();
        }
        return next;
    }

    /** The next record that is no blank line; null at the end. */
    @Nullable
    List<String> nextRecord(char delimiter) throws IOException, UnreadableCsvException {
        String first = nextLine();
        return first == null ? null : split(first, delimiter);
    }

    /** The cells of a record that begins with this line, which was the last to be read. */
    List<String> split(String firstLine, char delimiter) throws IOException, UnreadableCsvException {
        List<String> cells = new ArrayList<>();
        String rest = firstLine;
        int at = 0;
        while (true) {
            int quote = quoteAt(rest, at);
            int end;
            if (quote < 0) {
                end = rest.indexOf(delimiter, at);
                end = end < 0 ? rest.length() : end;
            } else {
                rest = withClosedQuote(rest, quote);
                end = rest.indexOf(delimiter, closing(rest, quote));
                end = end < 0 ? rest.length() : end;
            }
            cells.add(bare(rest.substring(at, end)));
            if (end == rest.length()) {
                return cells;
            }
            at = end + 1;
        }
    }

    private static int quoteAt(String text, int at) {
        if (text.startsWith("\"", at)) {
            return at;
        }
        return text.startsWith("=\"", at) ? at + 1 : -1;
    }

    private String withClosedQuote(String begun, int quote) throws IOException, UnreadableCsvException {
        String text = begun;
        long begunAt = line;
        for (int lines = 0; closing(text, quote) < 0; lines++) {
            String next = rawLine();
            if (next == null || lines > MAX_LINES_PER_CELL || text.length() > MAX_LINE_CHARACTERS) {
                throw new UnreadableCsvException("has a quote that is never closed in line " + begunAt);
            }
            text = text + "\n" + next;
        }
        return text;
    }

    /** Where the quote ends that begins at {@code quote}; a doubled quote is a quote inside. */
    private static int closing(String text, int quote) {
        int at = text.indexOf('"', quote + 1);
        while (at >= 0 && text.startsWith("\"\"", at)) {
            at = text.indexOf('"', at + 2);
        }
        return at;
    }

    /** A cell's value without quotes, guards and spaces around it. */
    private static String bare(String cell) {
        String value = cell.strip();
        if (value.startsWith("=\"")) {
            value = value.substring(1);
        }
        if (value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")) {
            value = value.substring(1, value.length() - 1).replace("\"\"", "\"").strip();
        }
        return value.startsWith("'") ? value.substring(1) : value;
    }

    private @Nullable String rawLine() throws IOException, UnreadableCsvException {
        int next = read();
        if (next < 0) {
            return null;
        }
        line++;
        StringBuilder found = new StringBuilder();
        while (next >= 0 && next != '\n' && next != '\r') {
            if (found.length() == MAX_LINE_CHARACTERS) {
                throw new UnreadableCsvException(
                        "has a line longer than " + MAX_LINE_CHARACTERS + " characters, line " + line);
            }
            found.append((char) next);
            next = read();
        }
        if (next == '\r') {
            int after = read();
            pushedBack = after == '\n' ? -1 : after;
        }
        return found.toString();
    }

    private int read() throws IOException {
        if (pushedBack >= 0) {
            int waiting = pushedBack;
            pushedBack = -1;
            return waiting;
        }
        return text.read();
    }
}
