package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.verify.CsvRecords.UnreadableCsvException;

/** Records out of any bytes, and the same cells back out of what a writer of ours made of them. */
class CsvRecordsFuzzTest {

    private static final String DELIMITERS = ",|;\t";

    @FuzzTest
    void anyBytesAreRecordsOrRefusedInWords(byte[] content) throws IOException {
        CsvRecords records = new CsvRecords(new ByteArrayInputStream(content));
        long line = 0;
        try {
            while (records.nextRecord((byte) ',')) {
                assertThat(records.line()).isGreaterThan(line);
                line = records.line();
                assertThat(records.cells()).isBetween(1, CsvRecords.MAX_CELLS);
                for (int i = 0; i < records.cells(); i++) {
                    assertThat(records.text(i)).hasSizeLessThanOrEqualTo(content.length);
                    assertThat(records.number(i)).isGreaterThanOrEqualTo(CsvRecords.NO_NUMBER);
                    assertThat(records.isEmpty(i)).isEqualTo(records.text(i).isEmpty());
                }
            }
        } catch (UnreadableCsvException e) {
            assertThat(e.getMessage()).startsWith("has ").contains("line ");
        }
        assertThat(records.encoding()).isEqualTo(encoding(content));
    }

    private static TextEncoding encoding(byte[] content) {
        TextEncoding.Scan scan = new TextEncoding.Scan();
        scan.take(content, 0, content.length);
        return scan.end();
    }

    @FuzzTest
    void whatIsWrittenIsReadBack(FuzzedDataProvider data) throws Exception {
        char delimiter = DELIMITERS.charAt(data.consumeInt(0, DELIMITERS.length() - 1));
        String end = data.consumeBoolean() ? "\r\n" : "\n";
        List<List<String>> written = new ArrayList<>();
        StringBuilder text = new StringBuilder(data.consumeBoolean() ? "\ufeff" : "");
        for (int rows = data.consumeInt(0, 5); rows > 0; rows--) {
            List<String> row = new ArrayList<>();
            for (int cells = data.consumeInt(2, 6); cells > 0; cells--) {
                String cell = wellFormed(data.consumeString(20));
                row.add(cell);
                text.append(quoted(cell, delimiter, data)).append(cells == 1 ? end : delimiter);
            }
            written.add(row);
        }
        CsvRecords records =
                new CsvRecords(new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.UTF_8)));
        assertThat(CsvRecordsTest.all(records, delimiter)).isEqualTo(written);
    }

    /** What a cell can hold: no bare carriage return, no mark, no space around it, no guard of its own. */
    private static String wellFormed(String any) {
        String cell = new String(any.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
                .replace("\r", "")
                .replace("\0", "")
                .replace("'", "")
                .replace("\ufeff", "")
                .replace("\ufffd", "");
        int from = 0;
        int to = cell.length();
        while (from < to && isSpace(cell.charAt(from))) {
            from++;
        }
        while (to > from && isSpace(cell.charAt(to - 1))) {
            to--;
        }
        return cell.substring(from, to);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    private static String quoted(String cell, char delimiter, FuzzedDataProvider data) {
        boolean needed = cell.isEmpty()
                || cell.indexOf(delimiter) >= 0
                || cell.contains("\n")
                || cell.contains("\"")
                || cell.startsWith("=");
        String guard = data.pickValue(new String[] {"", "=", " ", "'"});
        if (needed || guard.equals("=")) {
            return (guard.equals("'") || guard.equals(" ") ? "" : guard) + "\"" + cell.replace("\"", "\"\"") + "\"";
        }
        return guard + cell;
    }
}
