package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.verify.CsvRecords.UnreadableCsvException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvRecordsTest {

    private static CsvRecords records(String text) throws IOException {
        return records(text.getBytes(StandardCharsets.UTF_8));
    }

    private static CsvRecords records(byte[] content) throws IOException {
        return new CsvRecords(new ByteArrayInputStream(content));
    }

    static List<List<String>> all(CsvRecords records, char delimiter) throws IOException, UnreadableCsvException {
        List<List<String>> all = new ArrayList<>();
        while (records.nextRecord((byte) delimiter)) {
            List<String> cells = new ArrayList<>();
            for (int i = 0; i < records.cells(); i++) {
                cells.add(records.text(i));
            }
            all.add(cells);
        }
        return all;
    }

    @Test
    void cellsComeWithoutQuotesGuardsAndSpaces() throws Exception {
        assertThat(all(records("a, b ,'21,=\"230085B0100\",\"1,5\",\" x \"\"y\"\" \",\"l1\nl2\",\"'7\",5\",\n"), ','))
                .containsExactly(List.of("a", "b", "21", "230085B0100", "1,5", "x \"y\"", "l1\nl2", "7", "5\"", ""));
    }

    @Test
    void whatProgramsOfDosEndATextWithIsNoRecord() throws Exception {
        assertThat(all(records("a,b\n\u001a"), ',')).containsExactly(List.of("a", "b"));
        assertThat(all(records("a,b\r\n\u001a\r\n"), ',')).containsExactly(List.of("a", "b"));
        assertThat(all(records("a\n\u001a\nb"), ',')).containsExactly(List.of("a"), List.of("\u001a"), List.of("b"));
        assertThat(all(records("a\n\u001ab"), ',')).containsExactly(List.of("a"), List.of("\u001ab"));
        assertThat(all(records("a\nb"), ',')).containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void aGuardMayHoldTheDelimiter() throws Exception {
        assertThat(all(records("=\"a,b\",c\nd,=\"e\"\"f\""), ','))
                .containsExactly(List.of("a,b", "c"), List.of("d", "e\"f"));
        assertThat(all(records("a,=,=x"), ',')).containsExactly(List.of("a", "=", "=x"));
    }

    @Test
    void aQuoteThatDoesNotBeginACellOrStandsAloneIsACharacter() throws Exception {
        assertThat(all(records("a, \",b\n\"a\"b,c\n"), ','))
                .containsExactly(List.of("a", "\"", "b"), List.of("\"a\"b", "c"));
        assertThat(all(records("a, \"x\"y\"\n"), ',')).containsExactly(List.of("a", "x\"y"));
    }

    @Test
    void otherControlCharactersAreNoSpaces() throws Exception {
        assertThat(all(records("\u0001\na,\u0008b\u000e"), ','))
                .containsExactly(List.of("\u0001"), List.of("a", "\u0008b\u000e"));
    }

    @Test
    void onlyAWholeMarkIsSkipped() throws Exception {
        Charset latin = StandardCharsets.ISO_8859_1;
        for (String text : List.of("x\u00bb\u00bf", "\u00efx\u00bf", "\u00ef\u00bbx")) {
            assertThat(all(records(text.getBytes(latin)), ',')).containsExactly(List.of(text));
        }
    }

    /** What a longer record before it left in memory is none of its own. */
    @Test
    void anEmptyCellAtTheEndStaysEmpty() throws Exception {
        assertThat(all(records("a,'b\na,\na,=\"c\"\na,\n"), ','))
                .containsExactly(List.of("a", "b"), List.of("a", ""), List.of("a", "c"), List.of("a", ""));
        assertThat(all(records("a,\"d\"\na,\na,=\"c\"\na,=\n"), ','))
                .containsExactly(List.of("a", "d"), List.of("a", ""), List.of("a", "c"), List.of("a", "="));
        assertThat(all(records("a,b  x\na,  \n"), ',')).containsExactly(List.of("a", "b  x"), List.of("a", ""));
        assertThat(all(records("\"a\"\"\"\n\"ab\"\n"), ',')).containsExactly(List.of("a\""), List.of("ab"));
    }

    @Test
    void everyKindOfLineEndAndOfBlankLine() throws Exception {
        CsvRecords records = records("\ufeff\n a|b\r\n\r\n \t\nc|d\re|f");
        assertThat(all(records, '|')).containsExactly(List.of("a", "b"), List.of("c", "d"), List.of("e", "f"));
        assertThat(records.line()).isEqualTo(6);
        assertThat(all(records(""), ',')).isEmpty();
        assertThat(all(records("\na\r"), ',')).as("nothing behind it").containsExactly(List.of("a"));
        assertThat(all(records("\ufeff"), ',')).isEmpty();
    }

    @Test
    void utf8IsReadAsSuch() throws Exception {
        assertThat(all(records("Peña;“CAFÉ”\n"), ';')).containsExactly(List.of("Peña", "“CAFÉ”"));
    }

    /** One line end, though its two bytes come in two portions. */
    @Test
    void aLineEndMayLieOnTheEdgeOfTheBuffer() throws Exception {
        for (int length = (1 << 16) - 2; length <= 1 << 16; length++) {
            CsvRecords records = records("x".repeat(length) + "\r\nb");
            assertThat(all(records, ',')).hasSize(2).last().isEqualTo(List.of("b"));
            assertThat(records.line()).as("length %d", length).isEqualTo(2);
            assertThat(all(records("x".repeat(length) + "\r"), ',')).hasSize(1);
        }
    }

    @Test
    void windows1252IsReadAsSuch() throws Exception {
        byte[] content = "Peña;“CAFÉ”\n".getBytes(Charset.forName("windows-1252"));
        assertThat(all(records(content), ';')).containsExactly(List.of("Peña", "“CAFÉ”"));
    }

    @Test
    void recordsLongerThanTheBufferArriveWhole() throws Exception {
        String cell = "0123456789".repeat(9_000);
        assertThat(all(records((cell + ",\"" + cell + "\"\r\n").repeat(3)), ','))
                .hasSize(3)
                .containsOnly(List.of(cell, cell));
    }

    @Test
    void everyLimitIsReached() throws Exception {
        String longest = "x".repeat(CsvRecords.MAX_RECORD_BYTES);
        assertThat(all(records(longest), ',')).hasSize(1);
        refused(longest + "x", "longer than");
        refused("\"" + ("x".repeat(CsvRecords.MAX_RECORD_BYTES / 50) + "\n").repeat(60) + "\"", "longer than");
        assertThat(all(records(",".repeat(CsvRecords.MAX_CELLS - 1)), ',').get(0))
                .hasSize(CsvRecords.MAX_CELLS);
        refused("a\n" + ",".repeat(CsvRecords.MAX_CELLS), "more than 2000 cells in line 2");
        assertThat(all(records("\"" + "\n".repeat(CsvRecords.MAX_LINES_PER_CELL) + "\""), ','))
                .hasSize(1);
        refused("a\n\"" + "\n".repeat(CsvRecords.MAX_LINES_PER_CELL + 1) + "\"", "never closed in line 2");
    }

    private static void refused(String text, String message) {
        assertThatThrownBy(() -> all(records(text), ','))
                .isInstanceOf(UnreadableCsvException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "12;12",
                "'0;0",
                "\"1,527,071\";1527071",
                "483.0;483",
                "2658993.00;2658993",
                "999999999999999;999999999999999",
                "'007;7"
            },
            quoteCharacter = '`')
    void votesAsRealBasesWriteThem(String cell, long number) throws Exception {
        assertThat(number(cell)).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "-",
                "SIN DATO",
                "ilegible",
                "Sin Acta",
                "``",
                "1.5",
                "-3",
                "1000000000000000",
                ".",
                ".0",
                "7%",
                "1..0"
            },
            quoteCharacter = '`')
    void whatIsNoWholeNumberCountsAsNone(String cell) throws Exception {
        assertThat(number(cell)).isEqualTo(CsvRecords.NO_NUMBER);
    }

    private static long number(String cell) throws IOException, UnreadableCsvException {
        CsvRecords records = records(cell + ",");
        assertThat(records.nextRecord((byte) ',')).isTrue();
        return records.number(0);
    }
}
