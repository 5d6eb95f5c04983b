package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules that real files sometimes break: what is said, and when nothing is. */
class CsvRemarksTest {

    private static final String BASE = """
            GUBERNATURA
            02/06/2024 20:00 (UTC-7)

            ACTAS_ESPERADAS,ACTAS_REGISTRADAS,ACTAS_FUERA_CATALOGO,ACTAS_CAPTURADAS,PORCENTAJE_ACTAS_CAPTURADAS,\
            ACTAS_CONTABILIZADAS,PORCENTAJE_ACTAS_CONTABILIZADAS,ACTAS_NO_CONTABILIZADAS,\
            LISTA_NOMINAL_ACTAS_CONTABILIZADAS,TOTAL_VOTOS_C_CS,TOTAL_VOTOS_S_CS,PORCENTAJE_PARTICIPACION_CIUDADANA
            7,4,0,4,57.1428,3,42.8571,1,900,60,50,5.5555

            CLAVE_ACTA,TIPO_CASILLA,TOTAL_VOTOS_SACADOS,PAN,PRI,NULOS,TOTAL_VOTOS_ASENTADO,TOTAL_VOTOS_CALCULADO,\
            LISTA_NOMINAL,CONTABILIZADA
            A1,B,20,10,9,1,20,20,400,1
            A2,C,SIN DATO,"30",-,Ilegible,31,30,500,1
            A3,S,10,10,0,0,10,10,0,1
            A4,B,,SIN ACTA,,,,,300,0
            A5,B,,,,,,,300,
            """;

    private static CsvContents.Findings read(String base) throws IOException {
        return CsvContents.of(new ByteArrayInputStream(base.getBytes(StandardCharsets.UTF_8)), 100);
    }

    private static List<String> remarks(String base) throws IOException {
        CsvContents.Findings found = read(base);
        assertThat(found.problem()).isNull();
        return found.remarks().stream().map(one -> one.about("a.csv")).toList();
    }

    private static List<String> remarks(String of, String instead) throws IOException {
        assertThat(BASE).contains(of);
        return remarks(BASE.replace(of, instead));
    }

    @Test
    void aBaseThatHoldsEveryRuleHasNoRemark() throws IOException {
        assertThat(remarks(BASE)).isEmpty();
        assertThat(remarks("7,4,0,4,57.1428,3,42.8571,1,900,60,50,5.5555", "7,4.0,0,4,57.1428%,3,42.8571,1,900,60,50,"))
                .isEmpty();
        assertThat(remarks("7,4,0,4,57.1428,3,42.8571,1,900,60,50,5.5555", ",,,,,,,,,,,"))
                .isEmpty();
    }

    @Test
    void aBaseWhoseCutIsNotInOneLineIsToldOneForm() throws IOException {
        assertThat(read(BASE.replace("02/06/2024 20:00", "FECHA,02/06/2024\nHORA,20:00"))
                        .problem())
                .isEqualTo("has no line with the cut's date and time before its statistics, both in one line, such as"
                        + " 02/06/2024 20:00 (UTC-7)");
    }

    @Test
    void percentagesAreTruncatedToFourDecimalsNotRounded() throws IOException {
        assertThat(remarks("57.1428,3,42.8571", "57.1429,3,42.8571"))
                .containsExactly(
                        "percentage-differs: a.csv PORCENTAJE_ACTAS_CAPTURADAS is 57.1429, 4 of 7 are 57.1428");
        assertThat(remarks("57.1428,3,42.8571", "57.14285714,3,43"))
                .containsExactly("percentage-differs: a.csv PORCENTAJE_ACTAS_CONTABILIZADAS is 43, 3 of 7 are 42.8571");
    }

    @Test
    void aSingleCommaInAPercentageIsTheDecimalPoint() throws IOException {
        String other = BASE.replace(',', ';');
        assertThat(remarks(other.replace("57.1428", "57,1428")
                        .replace("42.8571", "42,8571%")
                        .replace("5.5555", "5,5555")))
                .isEmpty();
        assertThat(remarks(other.replace("57.1428", "57,1429")))
                .containsExactly(
                        "percentage-differs: a.csv PORCENTAJE_ACTAS_CAPTURADAS is 57.1429, 4 of 7 are 57.1428");
        assertThat(remarks("57.1428", "\"57,1428\"")).isEmpty();
        assertThat(remarks("57.1428", "\"1,057.1428\""))
                .as("a comma beside a point separates thousands")
                .containsExactly(
                        "percentage-differs: a.csv PORCENTAJE_ACTAS_CAPTURADAS is 1057.1428, 4 of 7 are 57.1428");
        assertThat(remarks("900,60,50,5.5555", "\"0,900\",60,50,5.5555"))
                .as("in a count it always does")
                .isEmpty();
    }

    @Test
    void participationIsOfEitherTotal() throws IOException {
        assertThat(remarks("50,5.5555", "50,6.6666")).isEmpty();
        assertThat(remarks("50,5.5555", "50,6.6667"))
                .containsExactly(
                        "percentage-differs: a.csv PORCENTAJE_PARTICIPACION_CIUDADANA is 6.6667, 60 of 900 are 6.6666");
    }

    @Test
    void percentagesOfNothingAreNotChecked() throws IOException {
        assertThat(remarks("7,4,0,4,57.1428,3,42.8571,1,900,60,50,5.5555", "0,0,0,0,100,0,0,0,900,60,50,0"))
                .noneMatch(line -> line.contains("ACTAS_CAPTURADAS"));
    }

    @Test
    void countsThatContradictEachOther() throws IOException {
        assertThat(remarks("7,4,0,4", "7,3,0,4")).containsExactly("counts-differ: a.csv captured 4 of 3 registered");
        assertThat(remarks("7,4,0,4", "7,5,0,4"))
                .containsExactly("counts-differ: a.csv registered 5 and captured 4 with 0 outside the catalogue");
        assertThat(remarks("7,4,0,4", "7,5,1,4")).isEmpty();
        assertThat(remarks("42.8571,1,", "42.8571,2,"))
                .containsExactly("counts-differ: a.csv left 2 uncounted, where 4 were captured and 3 counted");
    }

    @Test
    void rowsWhoseVotesDoNotMakeTheirTotal() throws IOException {
        assertThat(remarks("A1,B,20,10,9,1,20,20", "A1,B,20,10,8,1,20,20"))
                .containsExactly(
                        "votes-differ: a.csv 1 of 3 rows do not add up, in line 8 the votes make 19 and the total is 20");
        assertThat(remarks(BASE.replace("A1,B,20,10,9", "A1,B,20,10,8").replace("A3,S,10,10,0", "A3,S,10,9,0")))
                .as("the first of several")
                .containsExactly(
                        "votes-differ: a.csv 2 of 3 rows do not add up, in line 8 the votes make 19 and the total is 20");
    }

    @Test
    void whatIsNoNumberCountsAsNothing() throws IOException {
        assertThat(remarks("9,1,20,20", "9,-,20,20"))
                .containsExactly(
                        "votes-differ: a.csv 1 of 3 rows do not add up, in line 8 the votes make 19 and the total is 20");
        assertThat(remarks("A3,S,10,10,0,0,10,10,0,1", "A3,S,10,10,0,0,10,Ilegible,-,1"))
                .as("neither among the sums")
                .containsExactly("totals-differ: a.csv TOTAL_VOTOS_C_CS is 60 and the 3 counted rows make 50");
    }

    @Test
    void votesReachToTheTotalWhereNoTotalIsWritten() throws IOException {
        String none = BASE.replace("TOTAL_VOTOS_ASENTADO", "OTROS")
                .replace("1,20,20,400", "1,0,20,400")
                .replace("31,30,500", "0,30,500")
                .replace("0,0,10,10,0,1", "0,0,0,10,0,1");
        assertThat(remarks(none)).isEmpty();
        assertThat(remarks(none.replace("1,0,20,400", "1,1,20,400")))
                .containsExactly(
                        "votes-differ: a.csv 1 of 3 rows do not add up, in line 8 the votes make 21 and the total is 20");
    }

    @Test
    void aBaseMayHaveNoNominalList() throws IOException {
        assertThat(remarks(BASE.replace("LISTA_NOMINAL,CONTABILIZADA", "LN,CONTABILIZADA")))
                .isEmpty();
    }

    @Test
    void aPercentageOfWhatIsNotStatedIsNotChecked() throws IOException {
        assertThat(remarks("7,4,0,4,57.1428", "7,4,0,,57.1428")).isEmpty();
        assertThat(remarks("7,4,0,4,57.1428", ",4,0,4,57.1428")).isEmpty();
    }

    @Test
    void countsThatAreNotStatedContradictNothing() throws IOException {
        assertThat(remarks("7,4,0,4,", "7,5,,4,")).isEmpty();
        assertThat(remarks("7,4,0,4,", "7,,0,4,")).isEmpty();
        assertThat(remarks("57.1428,3,42.8571", "57.1428,,42.8571")).isEmpty();
        assertThat(remarks("42.8571,1,", "42.8571,,")).isEmpty();
    }

    @Test
    void whatHasNoColumnIsNotCompared() throws IOException {
        for (String column : List.of("TIPO_CASILLA", "TOTAL_VOTOS_CALCULADO", "CONTABILIZADA")) {
            assertThat(remarks(BASE.replaceAll("(?<=[,\n])" + column + "\\b", "OTRA")))
                    .as(column)
                    .isEmpty();
        }
    }

    @Test
    void rowsWithoutAKeyHaveNone() throws IOException {
        assertThat(java.util.Objects.requireNonNull(
                                read(BASE.replace("A5,B", ",B")).base())
                        .keptKeys())
                .isEqualTo(4);
        assertThat(java.util.Objects.requireNonNull(
                                read(BASE.replace("CLAVE_ACTA", "OTRA")).base())
                        .keptKeys())
                .isZero();
    }

    @Test
    void whatPollWorkersAddedUpOnPaperIsNoRule() throws IOException {
        assertThat(remarks("9,1,20,20", "9,1,21,20")).isEmpty();
    }

    @Test
    void votesAreNotSummedWhereTheirColumnsAreNotKnown() throws IOException {
        String other = BASE.replace("TOTAL_VOTOS_SACADOS", "BOLETAS");
        assertThat(remarks(other.replace("A1,B,20,10,9,1,20,20", "A1,B,20,10,8,1,20,20")))
                .isEmpty();
        String none = BASE.replace("PAN,PRI,NULOS,TOTAL_VOTOS_ASENTADO,TOTAL_VOTOS_CALCULADO", "TOTAL_VOTOS,A,B,C,D");
        assertThat(remarks(none.replace("60,50,5.5555", ",,"))).isEmpty();
    }

    @Test
    void statisticsThatAreNotTheSumOfTheCountedRows() throws IOException {
        assertThat(remarks("900,60,50,5.5555", "1200,61,60,5.0833"))
                .containsExactly(
                        "totals-differ: a.csv LISTA_NOMINAL_ACTAS_CONTABILIZADAS is 1200 and the 3 counted rows"
                                + " make 900, TOTAL_VOTOS_C_CS is 61 and the 3 counted rows make 60, TOTAL_VOTOS_S_CS is 60 and"
                                + " the 3 counted rows make 50");
    }

    @Test
    void rowsThatAreNotCountedAreNoPartOfAnySum() throws IOException {
        assertThat(remarks("900,60,50,5.5555", "1500,60,50,4"))
                .containsExactly("totals-differ: a.csv LISTA_NOMINAL_ACTAS_CONTABILIZADAS is 1500 and the 3 counted"
                        + " rows make 900");
    }

    @Test
    void whereTwoMeansCountedEitherSumWillDo() throws IOException {
        assertThat(remarks("20,20,400,1", "20,20,400,2"))
                .as("the statistics are those of both")
                .isEmpty();
        assertThat(remarks(BASE.replace("20,20,400,1", "20,20,400,2").replace("900,60,50,5.5555", "500,40,30,8")))
                .as("the statistics are those of 1 alone")
                .isEmpty();
        assertThat(remarks(BASE.replace("20,20,400,1", "20,20,400,2").replace("900,60,50,5.5555", "901,60,50,6.6592")))
                .as("the statistics are those of neither")
                .containsExactly("totals-differ: a.csv LISTA_NOMINAL_ACTAS_CONTABILIZADAS is 901 and the 2 counted rows"
                        + " make 500");
    }

    @Test
    void sumsAreNotComparedWhereTheMarkOfCountingIsNotKnown() throws IOException {
        assertThat(remarks(BASE.replace("300,0", "300,NO").replace("60,50,5.5555", "61,51,")))
                .isEmpty();
        assertThat(remarks(BASE.replace("300,0", "300,10").replace("60,50,5.5555", "61,51,")))
                .isEmpty();
        assertThat(remarks(BASE.replace("300,\n", "300,-\n").replace("60,50,5.5555", "61,50,")))
                .as("a dash is known: not counted")
                .containsExactly("totals-differ: a.csv TOTAL_VOTOS_C_CS is 61 and the 3 counted rows make 60");
    }

    @Test
    void aRemarkIsOneBoundedLine() {
        String line = new Remark("code", "x".repeat(2_000)).about("a\nb.csv");
        assertThat(line)
                .hasSize(Remark.MAX_CHARACTERS)
                .startsWith("code: a\\u000ab.csv x")
                .endsWith("…");
    }

    @Test
    void aSpreadsheetsEmptyRowsAreBlankLines() throws IOException {
        assertThat(remarks("5.5555\n\nCLAVE", "5.5555\n,,,,,,,,,\nCLAVE")).isEmpty();
    }

    @Test
    void keysBeyondTheLimitAreNotKeptAndThatIsSaid() throws IOException {
        CsvContents.Findings found = CsvContents.of(new ByteArrayInputStream(BASE.getBytes(StandardCharsets.UTF_8)), 4);
        assertThat(found.remarks()).extracting(Remark::code).containsExactly("keys-not-compared");
        assertThat(java.util.Objects.requireNonNull(found.base()).keys()).isNull();
        found = CsvContents.of(new ByteArrayInputStream(BASE.getBytes(StandardCharsets.UTF_8)), 5);
        assertThat(found.remarks()).isEmpty();
        assertThat(java.util.Objects.requireNonNull(found.base()).keptKeys()).isEqualTo(5);
    }
}
