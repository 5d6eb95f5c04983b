package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.ManifestFile;
import org.junit.jupiter.api.Test;

/** One cut's bases held against an earlier one's. */
class BaseSummariesTest {

    private static final String PATH = "CAMP_GOB_2021.csv";

    static String base(int captured, String votes, String... keys) {
        StringBuilder text = new StringBuilder("GUBERNATURA\n06/06/2021 22:40 (UTC-5)\n")
                .append("ACTAS_ESPERADAS,ACTAS_CAPTURADAS,ACTAS_CONTABILIZADAS,ACTAS_NO_CONTABILIZADAS,")
                .append("TOTAL_VOTOS_C_CS,PORCENTAJE_PARTICIPACION_CIUDADANA\n")
                .append("1190,%d,700,%d,%s,60.5\n\n".formatted(captured, captured - 700, votes))
                .append("CLAVE_CASILLA,CLAVE_ACTA,PAN\n");
        for (String key : keys) {
            text.append("04,").append(key).append(",1\n");
        }
        return text.toString();
    }

    private static BaseSummaries of(String base) throws IOException {
        return of(base, 1000);
    }

    private static BaseSummaries of(String base, int maxKeys) throws IOException {
        CsvContents.Findings found =
                CsvContents.of(new ByteArrayInputStream(base.getBytes(StandardCharsets.UTF_8)), maxKeys);
        assertThat(found.problem()).isNull();
        return new BaseSummaries(Map.of(PATH, Objects.requireNonNull(found.base())));
    }

    private static List<String> since(String before, String now) throws IOException {
        return of(now).since(of(before), List.of(PATH), "sequence 16");
    }

    @Test
    void growthIsNoNews() throws IOException {
        assertThat(since(base(790, "", "a", "b"), base(812, "10", "c", "b", "a")))
                .isEmpty();
        assertThat(since(base(800, "", "b"), base(800, "", "a", "b"))).isEmpty();
        assertThat(since(base(812, "5.0", "a"), base(812, "5", "a"))).isEmpty();
    }

    @Test
    void aCountThatShrinksIsSaidWithItsNumbers() throws IOException {
        assertThat(since(base(812, "9000"), base(790, "9000")))
                .containsExactly("count-shrinks: CAMP_GOB_2021.csv ACTAS_CAPTURADAS 812 → 790 since sequence 16");
        assertThat(since(base(812, "9000"), base(790, "8999")))
                .containsExactly("count-shrinks: CAMP_GOB_2021.csv ACTAS_CAPTURADAS 812 → 790, TOTAL_VOTOS_C_CS 9000 →"
                        + " 8999 since sequence 16");
    }

    @Test
    void aCountThatIsGoneHasShrunkToNone() throws IOException {
        String before = base(812, "9000", "a");
        String gone = "count-shrinks: CAMP_GOB_2021.csv TOTAL_VOTOS_C_CS 9000 → none since sequence 16";
        for (String votes : List.of("", "-", "SIN DATO")) {
            assertThat(since(before, base(812, votes, "a"))).as(votes).containsExactly(gone);
        }
        assertThat(since(before, before.replace("TOTAL_VOTOS_C_CS", "OTRO")))
                .as("no such column any more")
                .containsExactly(gone);
        assertThat(since(before, before.replace("ACTAS_CAPTURADAS", "OTRO").replace("9000", "8999")))
                .containsExactly("count-shrinks: CAMP_GOB_2021.csv ACTAS_CAPTURADAS 812 → none, TOTAL_VOTOS_C_CS 9000 →"
                        + " 8999 since sequence 16");
    }

    @Test
    void nothingIsLostWithAZeroOrWithStatisticsThatCannotBeToldApart() throws IOException {
        assertThat(since(base(812, "0", "a"), base(812, "", "a"))).isEmpty();
        String before = base(812, "9000", "a");
        assertThat(since(before, before.replace(",9000,", ",1,009,000,"))).isEmpty();
        assertThat(since(before.replace(",9000,", ",1,009,000,"), before)).isEmpty();
    }

    @Test
    void whatIsPutRightMayShrink() throws IOException {
        String now = base(812, "9000").replace("60.5", "50.1").replace(",112,", ",100,");
        assertThat(since(base(812, "9000"), now)).isEmpty();
    }

    @Test
    void aKeyThatVanishesIsSaidWithExamples() throws IOException {
        assertThat(since(base(800, "1", "a", "b", "c", "d", "e"), base(800, "1", "c", "x", "y", "z", "w")))
                .containsExactly(
                        "key-vanishes: CAMP_GOB_2021.csv 4 of 5 keys of sequence 16 are missing, for example a,"
                                + " b, d");
    }

    @Test
    void theLastKeysMayVanishOrAllOfThem() throws IOException {
        assertThat(since(base(800, "1", "a", "b", "c"), base(800, "1", "a")))
                .containsExactly(
                        "key-vanishes: CAMP_GOB_2021.csv 2 of 3 keys of sequence 16 are missing, for example b, c");
        assertThat(since(base(800, "1", "a"), base(800, "1")))
                .containsExactly(
                        "key-vanishes: CAMP_GOB_2021.csv 1 of 1 keys of sequence 16 are missing, for example a");
    }

    @Test
    void aKeyOfSeveralRowsVanishesWhenOneOfThemDoes() throws IOException {
        assertThat(since(base(800, "1", "a", "a", "b"), base(800, "1", "b", "a", "a")))
                .isEmpty();
        assertThat(since(base(800, "1", "a", "a", "b"), base(800, "1", "a", "b", "c")))
                .containsExactly(
                        "key-vanishes: CAMP_GOB_2021.csv 1 of 3 keys of sequence 16 are missing, for example a");
    }

    @Test
    void guardsOfSpreadsheetsAreNoPartOfAKey() throws IOException {
        assertThat(since(base(800, "1", "a", "b", "c"), base(800, "1", "'a", "=\"b\"", "\"c\"")))
                .isEmpty();
    }

    @Test
    void theBeginningOfALongKeyCounts() throws IOException {
        String key = "k".repeat(RowKeys.MAX_KEY_BYTES);
        assertThat(since(base(800, "1", key + "1"), base(800, "1", key + "2"))).isEmpty();
    }

    @Test
    void aBaseThatIsNoneAnyMoreIsSaid() throws IOException {
        assertThat(BaseSummaries.none().since(of(base(800, "1", "a")), List.of(PATH), "sequence 16"))
                .containsExactly(
                        "key-vanishes: CAMP_GOB_2021.csv is no PREP base any more, in sequence 16 it had 1 rows");
        assertThat(of(base(800, "1", "a")).since(BaseSummaries.none(), List.of(PATH), "sequence 16"))
                .isEmpty();
    }

    @Test
    void onlyThePathsAskedForAreCompared() throws IOException {
        assertThat(of(base(790, "1")).since(of(base(812, "1")), List.of("other.csv"), "sequence 16"))
                .isEmpty();
    }

    @Test
    void rowsWithoutAnActasKeyAreKnownByTheirStation() throws IOException {
        String before = base(800, "1", "a").replace("CLAVE_ACTA", "OTRA");
        String now = before.replace("04,a", "05,a");
        assertThat(since(before, now)).singleElement().asString().contains("for example 04");
        assertThat(since(before.replace("CLAVE_CASILLA", "X"), now.replace("CLAVE_CASILLA", "X")))
                .as("no key, no comparison")
                .isEmpty();
        String keyless = before.replace("CLAVE_CASILLA", "X");
        assertThat(since(before, keyless))
                .as("none any more")
                .containsExactly(
                        "key-vanishes: CAMP_GOB_2021.csv 1 of 1 keys of sequence 16 are missing, for example 04");
        assertThat(since(keyless, before)).as("none before").isEmpty();
    }

    @Test
    void keysThatAreTooManyToBeKeptVanishByTheirNumber() throws IOException {
        String before = base(800, "1", "a", "b", "c");
        BaseSummaries unkept = of(before, 2);
        assertThat(of(before.replace("CLAVE", "X")).since(unkept, List.of(PATH), "sequence 16"))
                .containsExactly("key-vanishes: CAMP_GOB_2021.csv at least 3 of 3 keys of sequence 16 are missing");
        assertThat(of(base(800, "1", "d", "e"), 1).since(unkept, List.of(PATH), "sequence 16"))
                .containsExactly("key-vanishes: CAMP_GOB_2021.csv at least 1 of 3 keys of sequence 16 are missing");
        assertThat(of(base(800, "1", "d", "e", "f")).since(unkept, List.of(PATH), "sequence 16"))
                .as("which they are cannot be told")
                .isEmpty();
    }

    @Test
    void theirWeightIsThatOfTheirRows() throws IOException {
        assertThat(of(base(800, "1", "a", "b", "c")).weight())
                .isEqualTo(of(base(800, "1")).weight() + 3);
        assertThat(of(base(800, "1", "a", "b").replace("CLAVE", "X")).weight())
                .as("no key is kept")
                .isEqualTo(of(base(800, "1")).weight());
        assertThat(BaseSummaries.none().weight()).isPositive();
    }

    @Test
    void onlyCsvFilesMayBeBases() {
        Digest none = Digest.ofContent(new byte[0]);
        List<ManifestFile> files = new ArrayList<>();
        for (String path : List.of("b.CSV", "a.csv", "a.csv.json")) {
            files.add(new ManifestFile(path, 0, none));
        }
        OffsetDateTime cut = OffsetDateTime.parse("2024-06-02T20:00:00-07:00");
        Manifest manifest = new Manifest("pel", Kind.DATA, 1, cut, false, files, List.of());
        assertThat(BaseSummaries.paths(manifest)).containsExactly("a.csv", "b.CSV");
    }
}
