package mx.difusor.agent.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Reads a CSV as electoral institutes write it: LF or CRLF, quoted cells (RFC 4180) that may span lines, and the
 * spreadsheet guards {@code '21} and {@code ="230085B0100"}, which strict readers refuse.
 *
 * <p>Works on bytes: delimiters, quotes, line ends and digits are the same ones in ASCII, UTF-8 and Windows-1252, so
 * that the encoding need not be known before the end, and one pass over the file is enough. One record is in memory
 * at a time.
 */
final class CsvRecords {

    /** Real rows have up to 104 cells and a few hundred bytes. */
    static final int MAX_RECORD_BYTES = 1 << 20;

    static final int MAX_CELLS = 2_000;

    /** How many more lines a quoted cell may span. */
    static final int MAX_LINES_PER_CELL = 100;

    /** What {@link #number} answers where a cell holds none. */
    static final long NO_NUMBER = Long.MIN_VALUE;

    private static final int MAX_DIGITS = 15;
    private static final byte CTRL_Z = 0x1A;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
    private static final char UNDECODABLE = '\uFFFD';

    /** The text cannot be read as records. */
    static final class UnreadableCsvException extends Exception {
        UnreadableCsvException(String message) {
            super(message);
        }
    }

    private final InputStream in;
    private final TextEncoding.Scan encoding = new TextEncoding.Scan();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int end;
    private long line;

    private byte[] record = new byte[1 << 12];
    private int length;
    private final int[] starts = new int[MAX_CELLS];
    private final int[] ends = new int[MAX_CELLS];
    private int cells;

    /** Skips a UTF-8 byte order mark. */
    CsvRecords(InputStream in) throws IOException {
        this.in = in;
        fill();
        if (buffer[0] == (byte) 0xEF && buffer[1] == (byte) 0xBB && buffer[2] == (byte) 0xBF) {
            at = 3;
        }
    }

    /** The number of the line that was read last; the first is 1. */
    long line() {
        return line;
    }

    /** Reads on to the end, whatever is there, and says what encoding the whole is in. */
    TextEncoding encoding() throws IOException {
        while (fill()) {
            at = end;
        }
        return encoding.end();
    }

    /** Goes to the next line that is not blank; false at the end. */
    boolean nextLine() throws IOException, UnreadableCsvException {
        do {
            length = 0;
            cells = 0;
            if (!appendLine()) {
                return false;
            }
        } while (isBlank() || isEndMark());
        return true;
    }

    /** Goes to the next record that is no blank line; false at the end. */
    boolean nextRecord(byte delimiter) throws IOException, UnreadableCsvException {
        if (!nextLine()) {
            return false;
        }
        split(delimiter);
        return true;
    }

    /** The line that {@link #nextLine} went to, its first bytes where it is long. */
    String lineText(int maxBytes) {
        return text(0, Math.min(length, maxBytes));
    }

    /** Makes cells of the line that {@link #nextLine} went to, and of those after it that a quoted cell spans. */
    void split(byte delimiter) throws IOException, UnreadableCsvException {
        cells = 0;
        int from = 0;
        while (true) {
            int quote = quoteAt(from);
            int stop = indexOf(delimiter, quote < 0 ? from : closing(quote));
            add(from, stop);
            if (stop == length) {
                return;
            }
            from = stop + 1;
        }
    }

    /** Cells of the record, at most {@link #MAX_CELLS}. */
    int cells() {
        return cells;
    }

    boolean isEmpty(int cell) {
        return starts[cell] == ends[cell];
    }

    /** The cell's value without quotes, guards and spaces around it. */
    String text(int cell) {
        return text(starts[cell], ends[cell]);
    }

    /** A copy of the value's first bytes. */
    byte[] bytes(int cell, int maxBytes) {
        byte[] copy = new byte[Math.min(maxBytes, ends[cell] - starts[cell])];
        System.arraycopy(record, starts[cell], copy, 0, copy.length);
        return copy;
    }

    /** Whether the value is this one ASCII character. */
    boolean is(int cell, char value) {
        return ends[cell] - starts[cell] == 1 && record[starts[cell]] == value;
    }

    /** A whole number as bases write votes, {@code 12}, {@code 1,527,071}, {@code 483.0}; else {@link #NO_NUMBER}. */
    long number(int cell) {
        long value = 0;
        int digits = 0;
        boolean fraction = false;
        for (int i = starts[cell]; i < ends[cell]; i++) {
            byte b = record[i];
            if (b == '.' && !fraction) {
                fraction = true;
            } else if (b >= '0' && b <= '9' && !fraction && digits < MAX_DIGITS) {
                value = value * 10 + (b - '0');
                digits++;
            } else if (b != (fraction ? '0' : ',')) {
                return NO_NUMBER;
            }
        }
        return digits == 0 ? NO_NUMBER : value;
    }

    private String text(int from, int to) {
        String text = new String(record, from, to - from, StandardCharsets.UTF_8);
        return text.indexOf(UNDECODABLE) < 0 ? text : new String(record, from, to - from, WINDOWS_1252);
    }

    /** Programs of DOS end a text with Ctrl-Z. */
    private boolean isEndMark() throws IOException {
        return length == 1 && record[0] == CTRL_Z && at == end && !fill();
    }

    private boolean isBlank() {
        for (int i = 0; i < length; i++) {
            if (!isSpace(record[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || (b >= '\t' && b <= '\r');
    }

    private int quoteAt(int from) {
        if (from < length && record[from] == '"') {
            return from;
        }
        return from + 1 < length && record[from] == '=' && record[from + 1] == '"' ? from + 1 : -1;
    }

    /** Where the quote ends that begins at {@code quote}; a doubled quote is a quote inside. */
    private int closing(int quote) throws IOException, UnreadableCsvException {
        long begunAt = line;
        int from = quote + 1;
        for (int lines = 0; lines <= MAX_LINES_PER_CELL; lines++) {
            for (int i = indexOf((byte) '"', from); i < length; i = indexOf((byte) '"', i + 2)) {
                if (i + 1 == length || record[i + 1] != '"') {
                    return i;
                }
            }
            from = length;
            append('\n');
            if (!appendLine()) {
                break;
            }
        }
        throw new UnreadableCsvException("has a quote that is never closed in line " + begunAt);
    }

    /** {@code length} where there is none. */
    private int indexOf(byte wanted, int from) {
        int i = from;
        while (i < length && record[i] != wanted) {
            i++;
        }
        return Math.min(i, length);
    }

    private void add(int from, int to) throws UnreadableCsvException {
        if (cells == MAX_CELLS) {
            throw new UnreadableCsvException("has more than " + MAX_CELLS + " cells in line " + line);
        }
        starts[cells] = from;
        ends[cells] = to;
        strip();
        if (holdsAt(starts[cells], "=\"")) {
            starts[cells]++;
        }
        int last = ends[cells] - 1;
        if (last > starts[cells] && record[starts[cells]] == '"' && record[last] == '"') {
            starts[cells]++;
            ends[cells] = withSingleQuotes(starts[cells], last);
            strip();
        }
        if (holdsAt(starts[cells], "'")) {
            starts[cells]++;
        }
        cells++;
    }

    private void strip() {
        while (starts[cells] < ends[cells] && isSpace(record[starts[cells]])) {
            starts[cells]++;
        }
        while (starts[cells] < ends[cells] && isSpace(record[ends[cells] - 1])) {
            ends[cells]--;
        }
    }

    private boolean holdsAt(int from, String ascii) {
        if (from + ascii.length() > ends[cells]) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (record[from + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Doubled quotes become one, in place: what was found behind them stays where it is.
     *
     * @param to where the quote stands that closes the cell
     */
    private int withSingleQuotes(int from, int to) {
        int kept = from;
        for (int i = from; i < to; i++) {
            record[kept++] = record[i];
            if (record[i] == '"' && record[i + 1] == '"') {
                i++;
            }
        }
        return kept;
    }

    /** Adds the next line's bytes without its end; false where there is none. */
    private boolean appendLine() throws IOException, UnreadableCsvException {
        if (at == end && !fill()) {
            return false;
        }
        line++;
        do {
            int from = at;
            while (at < end && buffer[at] != '\n' && buffer[at] != '\r') {
                at++;
            }
            append(from, at);
        } while (at == end && fill());
        if (at < end && buffer[at++] == '\r' && (at < end || fill()) && buffer[at] == '\n') {
            at++;
        }
        return true;
    }

    private void append(int from, int to) throws UnreadableCsvException {
        makeRoom(to - from);
        System.arraycopy(buffer, from, record, length, to - from);
        length += to - from;
    }

    private void append(char ascii) throws UnreadableCsvException {
        makeRoom(1);
        record[length++] = (byte) ascii;
    }

    private void makeRoom(int more) throws UnreadableCsvException {
        if (length + more > MAX_RECORD_BYTES) {
            throw new UnreadableCsvException("has a line longer than " + MAX_RECORD_BYTES + " bytes, line " + line);
        }
        if (length + more > record.length) {
            byte[] larger = new byte[Math.min(MAX_RECORD_BYTES, Math.max(2 * record.length, length + more))];
            System.arraycopy(record, 0, larger, 0, length);
            record = larger;
        }
    }

    /** The next portion of the file; false at its end, where what was read last stays consumed. */
    private boolean fill() throws IOException {
        int count = in.readNBytes(buffer, 0, buffer.length);
        encoding.take(buffer, 0, count);
        at = 0;
        end = count;
        return count > 0;
    }
}
