package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentsTest {

    private static final Charset WINDOWS = Charset.forName("windows-1252");

    private static final String BASE = """
            AYUNTAMIENTOS
            06/06/2021 22:40 (UTC-5)
            ACTAS_ESPERADAS,ACTAS_CAPTURADAS,PORCENTAJE_ACTAS_CAPTURADAS,ACTAS_CONTABILIZADAS
            1193,8,0.6705,8

            CLAVE_CASILLA,SECCION,PAN
            040001B0100,0001,
            040002B0100,0002,12
            """;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[1, 2.5e3, \"ñ\", null]", "\"a\"", "1", " {\"a\": {\"a\": 1}} \n", "\ufeff{}"})
    void goodJson(String text) throws IOException {
        assertThat(jsonProblem(file(text))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{}{}",
                "{} x",
                "{\"a\": 1, \"a\": 2}",
                "[1,]",
                "{'a': 1}",
                "NaN",
                "[01]",
                "// a\n{}",
                "[\"a\nb\"]",
                "\ufeff"
            })
    void badJson(String text) throws IOException {
        assertThat(jsonProblem(file(text))).isPresent();
    }

    @Test
    void jsonInAnotherEncodingOrTooDeep() throws IOException {
        assertThat(jsonProblem(file("[\"ñ\"]".getBytes(WINDOWS)))).isPresent();
        assertThat(jsonProblem(file("[1]".getBytes(StandardCharsets.UTF_16)))).isPresent();
        assertThat(jsonProblem(file("[]".getBytes(StandardCharsets.UTF_16LE)))).isPresent();
        assertThat(jsonProblem(file(new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'})))
                .isPresent();
        assertThat(jsonProblem(file("[".repeat(200) + "]".repeat(200)))).isEmpty();
        assertThat(jsonProblem(file("[".repeat(201) + "]".repeat(201)))).isPresent();
    }

    @Test
    void aJsonProblemHasItsLineAndColumn() throws IOException {
        assertThat(jsonProblem(file("{\n  \"a\": x}")))
                .hasValueSatisfying(problem -> assertThat(problem).contains("line 2, column"));
    }

    @Test
    void textInOneEncoding() throws IOException {
        for (Charset charset : new Charset[] {StandardCharsets.US_ASCII, StandardCharsets.UTF_8, WINDOWS}) {
            assertThat(csvProblem(file("PARTIDO,NOMBRE\nPAN,Peña “CAFÉ”\n".getBytes(charset))))
                    .isEmpty();
        }
        assertThat(csvProblem(file("\ufeffa,ñ\n"))).isEmpty();
        assertThat(csvProblem(file(""))).isEmpty();
        assertThat(csvProblem(file("a\n".getBytes(StandardCharsets.UTF_16)))).isPresent();
        assertThat(csvProblem(file("a\0"))).isPresent();
        assertThat(csvProblem(file(new byte[] {'a', (byte) 0x81}))).isPresent();
        // Capital letters with a tilde and a sign farther off: no letter of UTF-8 in two bytes.
        assertThat(csvProblem(file("abc\u00c3\u00c3a\u00b1\n".getBytes(WINDOWS))))
                .isEmpty();
        byte[] mixed = ZipTricksTest.joined("ñ".getBytes(StandardCharsets.UTF_8), "ñ".getBytes(WINDOWS));
        assertThat(csvProblem(file(mixed))).isPresent();
        assertThat(csvProblem(
                        file(ZipTricksTest.joined("\ufeff".getBytes(StandardCharsets.UTF_8), "ñ".getBytes(WINDOWS)))))
                .isPresent();
    }

    @Test
    void basesInEveryLayoutOfRealFiles() throws IOException {
        good(BASE);
        good(BASE.replace("\n", "\r\n"));
        good(BASE.replace("\n\n", "\n"));
        good(BASE.replace("(UTC-5)\n", "(UTC-5)\n\n"));
        good("sep=|\n" + BASE.replace(',', '|').replace("06/06/2021", "2021/06/06"));
        good("\ufeff" + BASE);
        good(BASE.replace(',', ';'));
        good(BASE.replace("040001B0100", "'040001B0100").replace("040002B0100", "=\"040002B0100\""));
        good(BASE.replace("040001B0100", "\"040001,\"\"B\"\"\n0100\""));
        good(BASE.replace("040001B0100", "04\"0001").replace(",12", ",SIN DATO"));
        good(BASE.replace("1193,8,0.6705,8", ",,,"));
        good(BASE.replace("1193,8,0.6705,8", "\"1,193\",8.0,7.0074%,8"));
        good(BASE.replace("1193,8,0.6705,8", "1,193,8,0.6705,8"));
        good(BASE.replace("1193,8,0.6705,8", "1193,1193,100,1193"));
        good(BASE.substring(0, BASE.indexOf("040001")));
        good(BASE.replace("1193,8,0.6705,8", "-,8,-,8"));
        good(BASE.replace("1193,8,0.6705,8", "1193,8,SIN DATO,8"));
        good(BASE.replace("1193,8,0.6705,8", "1,193,,0.6705,-"));
    }

    @Test
    void aDelimiterAtTheEndOfStatisticsOrTheirNamesIsNoCell() throws IOException {
        String named = BASE.replace("ACTAS_CONTABILIZADAS\n", "ACTAS_CONTABILIZADAS,\n");
        String valued = BASE.replace("0.6705,8", "0.6705,8, ,");
        for (String base : List.of(named, valued, named.replace("0.6705,8", "0.6705,8,"))) {
            for (char delimiter : new char[] {',', '|', ';', '\t'}) {
                String other = base.replace(',', delimiter);
                good(other);
                assertThat(CsvContents.of(file(other), 1000).remarks()).isEmpty();
                bad(other.replace("0.6705" + delimiter + "8", "0.6705" + delimiter + "9"), "counts more");
            }
        }
        bad(named.replace("1193,8,0.6705,8", "1193,8,0.6705"), "has 3 statistics under 4 names in line 4");
        // The unnamed column has a value: where there are as many cells as names, each has its own.
        good(named.replace("1193,8,0.6705,8", "1193,8,0.6705,8,7"));
        bad(named.replace("1193,8,0.6705,8", "1193,8,0.6705,9,7"), "counts more");
    }

    @Test
    void onlyCommasInsideNumbersExcuseMoreStatisticsThanNames() throws IOException {
        String thousands = BASE.replace("1193,8,0.6705,8", "1,193,8,0.6705,8");
        String remark = "has 5 statistics under 4 names in line 4, as if thousands were separated without quotes: they"
                + " were neither checked nor compared";
        for (String base : List.of(
                thousands,
                thousands.replace("0.6705,8", "0.6705,8,"),
                thousands
                        .replace("ACTAS_CONTABILIZADAS\n", "ACTAS_CONTABILIZADAS,\n")
                        .replace("6705,8", "6705,8,"))) {
            good(base);
            assertThat(CsvContents.of(file(base), 1000).remarks())
                    .containsExactly(new Remark("statistics-not-compared", remark));
        }
        for (char delimiter : new char[] {'|', ';', '\t'}) {
            bad(thousands.replace(',', delimiter), "has 5 statistics under 4 names in line 4");
        }
    }

    @Test
    void ofSeveralDatesAndTitlesAboveTheStatisticsTheFirstCounts() throws IOException {
        String more = """
                (UTC-5)
                SIMULACRO 2
                07/06/2021 10:00
                Simulacro 3
                """;
        String other = BASE.replace("(UTC-5)\n", more);
        CsvContents.Findings found = CsvContents.of(file(other), 1000);
        assertThat(Objects.requireNonNull(found.cut()).text()).isEqualTo("06/06/2021 22:40 (UTC-5)");
        assertThat(found.testTitle()).isEqualTo("SIMULACRO 2");
        assertThat(CsvContents.of(file(BASE), 1000).testTitle()).isNull();
    }

    /** With {@code publish.strictness: warn} it is published, and must not be taken for another event's. */
    @Test
    void aBaseThatBreaksAHardRuleStillStatesItsCutAndThatItIsATest() throws IOException {
        String test = BASE.replace("AYUNTAMIENTOS", "SIMULACRO 2");
        for (String broken : List.of(
                test.replace("0002,12", "0002"),
                test.replace("0.6705,8", "0.6705,9"),
                test.substring(0, test.indexOf("1193")),
                test.substring(0, test.indexOf("\n\n")),
                test + "\"",
                test + "\0")) {
            CsvContents.Findings found = CsvContents.of(file(broken), 1000);
            assertThat(found.problem()).as(broken).isNotNull();
            assertThat(found.testTitle()).as(broken).isEqualTo("SIMULACRO 2");
            assertThat(Objects.requireNonNull(found.cut()).text()).as(broken).isEqualTo("06/06/2021 22:40 (UTC-5)");
        }
        String cutless = test.replace("06/06/2021 22:40 (UTC-5)\n", "");
        assertThat(CsvContents.of(file(cutless), 1000).testTitle()).isEqualTo("SIMULACRO 2");
    }

    private void good(String base) throws IOException {
        CsvContents.Findings found = CsvContents.of(file(base), 1000);
        assertThat(found.problem()).as(base).isNull();
        assertThat(found.base()).as(base).isNotNull();
    }

    @Test
    void whatOnlySpeaksOfStatisticsIsNoBase() throws IOException {
        noBase("variable,significado\nACTAS_ESPERADAS,las que se esperan\n");
        noBase("ACTAS_CAPTURADAS,ACTAS_CONTABILIZADAS,\"NO HAY ACTAS_ESPERADAS\"\n1,2,3\n");
        noBase("a\n".repeat(CsvContents.MAX_LINES_BEFORE_STATISTICS) + BASE);
        // A line longer than any base has: what began it is not taken for a header.
        noBase("06/06/2021 22:40\nACTAS_ESPERADAS,ACTAS_CAPTURADAS," + "x".repeat(CsvRecords.MAX_RECORD_BYTES));
    }

    private void noBase(String text) throws IOException {
        CsvContents.Findings found = CsvContents.of(file(text), 1000);
        assertThat(found.problem()).isNull();
        assertThat(found.base()).isNull();
    }

    /** However far behind what ends the reading of records. */
    @Test
    void theWholeFileIsText() throws IOException {
        String far = "a,b\n".repeat(50_000);
        noBase(far);
        bad(far + "\0", "has a NUL byte");
        bad(BASE.replace("0002,12", "0002") + far + "\0", "has a NUL byte");
    }

    @Test
    void basesThatBreakAHardRule() throws IOException {
        bad(BASE.replace("06/06/2021 22:40 (UTC-5)\n", ""), "has no line with the cut's date and time");
        bad(BASE.replace("1193,8,0.6705,8", "1193,8,0.6705,9"), "counts more");
        bad(BASE.replace("1193,8,0.6705,8", "7,8,0.6705,8"), "counts more");
        bad(BASE.replace("1193,8,0.6705,8", "1193,8"), "has 2 statistics under 4 names in line 4");
        bad(BASE.replace("1193,8,0.6705,8", "a,b,c,d,e"), "has no statistics in line 4");
        bad(BASE.replace("1193,8,0.6705,8", "1193,8,0.6705,x"), "has no number under ACTAS_CONTABILIZADAS in line 4");
        bad(BASE.replace("1193,8,0.6705,8\n", ""), "has 3 statistics under 4 names in line 5");
        bad(BASE.substring(0, BASE.indexOf("1193")), "has no statistics below their header");
        bad(BASE.substring(0, BASE.indexOf("\n\n")), "has no header of the detail after the statistics, in line 4");
        bad(BASE.replace("CLAVE_CASILLA,SECCION,PAN\n", ""), "has no header of the detail after the statistics");
        for (String header : List.of("CLAVE_CASILLA", ",SECCION,PAN", "(CLAVE),SECCION,PAN", "CLAVE_CASILLA,1,PAN")) {
            bad(BASE.replace("CLAVE_CASILLA,SECCION,PAN", header), "has no header of the detail after the statistics");
        }
        bad(BASE.replace("1193,8,", "1".repeat(41) + ",8,"), "has no number under ACTAS_ESPERADAS in line 4");
        bad(BASE.replace("0002,12", "0002"), "line 8");
        bad(BASE.replace("0002,12", "0002,12,"), "line 8");
        bad(BASE.replace("0002,12", "\"0002,12"), "never closed");
        bad(BASE + "x".repeat(CsvRecords.MAX_RECORD_BYTES + 1), "longer than");
    }

    @Test
    void aCountOfTheHardRuleIsOneNumberAndNotNegative() throws IOException {
        String twice = BASE.replace("ACTAS_CONTABILIZADAS\n", "ACTAS_CONTABILIZADAS,ACTAS_CAPTURADAS\n");
        good(twice.replace("0.6705,8", "0.6705,8,8.0"));
        good(twice.replace("0.6705,8", "0.6705,8,-"));
        bad(twice.replace("0.6705,8", "0.6705,8,9"), "has both 8 and 9 under ACTAS_CAPTURADAS in line 4");
        good(twice.replace("CONTABILIZADAS,ACTAS_CAPTURADAS", "CONTABILIZADAS,OTRO")
                .replace("0.6705,8", "0.6705,8,-9"));
        good(BASE.replace("1193,8,0.6705,8", "1193,-0,0,0"));
        bad(BASE.replace("1193,8,0.6705,8", "1193,8,0.6705,-1"), "has less than nothing under ACTAS_CONTABILIZADAS");
        bad(BASE.replace("1193,8,0.6705,8", "1193,-5,0,-9"), "has less than nothing under ACTAS_CAPTURADAS in line 4");
        bad(BASE.replace("1193,8,0.6705,8", "-1,,,"), "has less than nothing under ACTAS_ESPERADAS in line 4");
    }

    private void bad(String base, String problem) throws IOException {
        assertThat(csvProblem(file(base)))
                .hasValueSatisfying(found -> assertThat(found).contains(problem));
    }

    private static Optional<String> jsonProblem(Path file) throws IOException {
        return Optional.ofNullable(JsonContents.of(file).problem());
    }

    private static Optional<String> csvProblem(Path file) throws IOException {
        return Optional.ofNullable(CsvContents.of(file, 1000).problem());
    }

    private Path file(String text) throws IOException {
        return file(text.getBytes(StandardCharsets.UTF_8));
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(folder.resolve("file"), content);
    }
}
