package mx.difusor.agent.institute.election;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mx.difusor.agent.institute.CutSource;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ElectionTest {

    private static final int DETAIL_HEADER_LINE = 6;
    private static final List<String> WORDS = List.of("", "ILEGIBLE", "SIN DATO");

    @TempDir
    private Path temp;

    @ParameterizedTest
    @ValueSource(longs = {1, 2024, -7})
    void itHasChihuahuasSize(long seed) {
        Election election = Election.draw(seed);

        assertThat(election.places().municipalities()).hasSize(67);
        assertThat(election.stations().stream()
                        .map(one -> one.municipality().id())
                        .collect(Collectors.toSet()))
                .hasSize(67);
        assertThat(election.stations().stream().map(Station::district).collect(Collectors.toSet()))
                .hasSize(22);
        assertThat(election.stations().size()).isBetween(5_300, 5_900);
        assertThat(election.stations().stream().mapToLong(Station::nominalList).sum())
                .isBetween(2_850_000L, 2_950_000L);
        assertThat(election.stations().stream().map(Station::type).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder('B', 'C', 'E', 'S');
        assertThat(election.stations().stream().map(Station::key).collect(Collectors.toSet()))
                .hasSameSizeAs(election.stations());
        assertThat(election.stations())
                .allMatch(one -> one.nominalList() <= 750 && one.nominalList() >= (one.special() ? 0 : 1));
        Tally end = election.tally(Contest.DIPUTACIONES, Election.cuts() - 1);
        assertThat(Double.parseDouble(end.participationPercent())).isBetween(45.0, 55.0);
        assertThat(Double.parseDouble(end.countedPercent())).isBetween(97.0, 99.9);
    }

    @Test
    void theSameSeedGivesTheSameBytesAndAnotherGivesOthers() {
        byte[] one = Election.draw(5).base(Contest.AYUNTAMIENTOS, 6);

        assertThat(Election.draw(5).base(Contest.AYUNTAMIENTOS, 6)).isEqualTo(one);
        assertThat(Election.draw(6).base(Contest.AYUNTAMIENTOS, 6)).isNotEqualTo(one);
    }

    /** So that a change of JDK or of the drawing does not go unnoticed. */
    @Test
    void theBytesAreTheSameOnEveryMachine() {
        assertThat(Digest.ofContent(Election.draw(2024).base(Contest.DIPUTACIONES, 12))
                        .hex())
                .isEqualTo("50dde9a835078a2dcc329851d1a50b47f46352478068095090662364f82dbf0a");
    }

    @ParameterizedTest
    @EnumSource(Contest.class)
    void everyCutKeepsTheRulesOfRealBases(Contest contest) {
        Election election = Election.draw(2024);
        long capturedBefore = -1;
        for (int cut = 0; cut < Election.cuts(); cut++) {
            List<String> lines = lines(election.base(contest, cut));
            Map<String, String> statistics = zip(lines.get(3), lines.get(4));
            assertThat(lines.get(0)).isEqualTo(contest.title());
            assertThat(lines.get(2)).isEmpty();
            assertThat(lines.get(5)).isEmpty();
            check(lines, statistics, election.stations().size());
            long captured = Long.parseLong(value(statistics, "ACTAS_CAPTURADAS"));
            assertThat(captured).isGreaterThanOrEqualTo(capturedBefore);
            assertThat(captured > 0).as("cut %d", cut).isEqualTo(cut > 0);
            capturedBefore = captured;
        }
        assertThat(lines(election.base(contest, 0)).get(1)).isEqualTo("02/06/2024 20:00 (UTC-7)");
        assertThat(lines(election.base(contest, 12)).get(1)).isEqualTo("03/06/2024 20:00 (UTC-7)");
    }

    private static void check(List<String> lines, Map<String, String> statistics, int stations) {
        String header = lines.get(DETAIL_HEADER_LINE);
        List<String> names = List.of(header.split(",", -1));
        List<String> voteColumns = names.subList(names.indexOf("PAN"), names.indexOf("NULOS") + 1);
        long captured = 0;
        long counted = 0;
        long list = 0;
        long withSpecial = 0;
        long withoutSpecial = 0;
        assertThat(lines).hasSize(DETAIL_HEADER_LINE + 1 + stations);
        for (String line : lines.subList(DETAIL_HEADER_LINE + 1, lines.size())) {
            Map<String, String> row = zip(header, line);
            String state = value(row, "CONTABILIZADA");
            if (state.isEmpty()) {
                continue;
            }
            captured++;
            long sum = voteColumns.stream()
                    .map(column -> value(row, column))
                    .filter(votes -> !WORDS.contains(votes))
                    .mapToLong(Long::parseLong)
                    .sum();
            assertThat(sum).as(line).isEqualTo(Long.parseLong(value(row, "TOTAL_VOTOS_CALCULADO")));
            if (state.equals("1")) {
                counted++;
                list += Long.parseLong(value(row, "LISTA_NOMINAL"));
                withSpecial += sum;
                withoutSpecial += value(row, "TIPO_CASILLA").equals("S") ? 0 : sum;
            }
        }
        assertThat(statistics)
                .containsEntry("ACTAS_ESPERADAS", "" + stations)
                .containsEntry("ACTAS_REGISTRADAS", "" + captured)
                .containsEntry("ACTAS_CAPTURADAS", "" + captured)
                .containsEntry("ACTAS_CONTABILIZADAS", "" + counted)
                .containsEntry("ACTAS_NO_CONTABILIZADAS", "" + (captured - counted))
                .containsEntry("LISTA_NOMINAL_ACTAS_CONTABILIZADAS", "" + list)
                .containsEntry("TOTAL_VOTOS_C_CS", "" + withSpecial)
                .containsEntry("TOTAL_VOTOS_S_CS", "" + withoutSpecial)
                .containsEntry("PORCENTAJE_ACTAS_CAPTURADAS", truncated(captured, stations))
                .containsEntry("PORCENTAJE_ACTAS_CONTABILIZADAS", truncated(counted, stations))
                .containsEntry("PORCENTAJE_PARTICIPACION_CIUDADANA", truncated(withSpecial, list));
    }

    private static String truncated(long part, long whole) {
        return whole == 0
                ? "0.0000"
                : new java.math.BigDecimal(part * 100)
                        .divide(new java.math.BigDecimal(whole), 4, java.math.RoundingMode.DOWN)
                        .toString();
    }

    @Test
    void theFoldersAreASiteAndThenWhatChanged() throws IOException {
        ElectionCuts cuts = new ElectionCuts(Election.draw(3));

        Path site = Files.createDirectories(temp.resolve("0"));
        CutSource.CutFolder first = cuts.write(0, site);
        Path data = Files.createDirectories(temp.resolve("1"));
        CutSource.CutFolder second = cuts.write(1, data);
        Path more = Files.createDirectories(temp.resolve("2"));
        cuts.write(2, more);
        Path end = Files.createDirectories(temp.resolve("3"));
        CutSource.CutFolder last = cuts.write(cuts.size() - 1, end);

        assertThat(first.kind()).isEqualTo(Kind.SITE);
        assertThat(first.counted()).hasValue("0.00");
        assertThat(second.kind()).isEqualTo(Kind.DATA);
        assertThat(second.last()).isFalse();
        assertThat(last.last()).isTrue();
        assertThat(files(site))
                .contains("index.html", "estilo.css", "prep.js", "json/catalogo.json", "json/corte.json");
        assertThat(files(site)).noneMatch(path -> path.endsWith(".csv") || path.endsWith(".txt"));
        assertThat(files(data))
                .contains("csv/CHIH_DIP_LOC_2024.csv", "csv/CHIH_AYUN_CANDIDATURA_2024.csv", "csv/LEEME.txt")
                .doesNotContain("index.html", "json/catalogo.json");
        assertThat(files(more))
                .containsExactlyInAnyOrder(
                        "csv/CHIH_DIP_LOC_2024.csv",
                        "csv/CHIH_AYUN_2024.csv",
                        "csv/CHIH_SIND_2024.csv",
                        "json/ayuntamientos.json",
                        "json/corte.json",
                        "json/diputaciones.json",
                        "json/sindicaturas.json");
    }

    /** The page's numbers are the bases' numbers. */
    @Test
    void theSummariesAddUp() throws IOException {
        Election election = Election.draw(3);
        JsonNode summary = new ObjectMapper().readTree(new SummaryJson(election).contest(Contest.SINDICATURAS, 7));
        Map<String, Long> sums = new HashMap<>();
        for (JsonNode area : summary.get("areas")) {
            area.get("votos")
                    .properties()
                    .forEach(
                            entry -> sums.merge(entry.getKey(), entry.getValue().longValue(), Long::sum));
        }
        assertThat(summary.get("areas")).hasSize(67);
        summary.get("estado")
                .get("votos")
                .properties()
                .forEach(entry -> assertThat(sums)
                        .containsEntry(entry.getKey(), entry.getValue().longValue()));
        assertThat(sums.values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(summary.get("estado").get("votosTotales").longValue());
        List<String> lines = lines(election.base(Contest.SINDICATURAS, 7));
        assertThat(zip(lines.get(3), lines.get(4)))
                .containsEntry(
                        "TOTAL_VOTOS_C_CS",
                        summary.get("estado").get("votosTotales").asText());
    }

    @Test
    void everyColumnBelongsToOneForce() {
        List<Column> all = new ArrayList<>();
        Column.FORCES.forEach(force -> all.addAll(force.columns()));

        assertThat(all).containsExactlyInAnyOrder(Column.values());
    }

    private static Set<String> files(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .collect(Collectors.toSet());
        }
    }

    private static List<String> lines(byte[] base) {
        String text = new String(base, StandardCharsets.UTF_8);
        assertThat(text).endsWith("\r\n");
        return List.of(text.substring(0, text.length() - 2).split("\r\n", -1));
    }

    private static Map<String, String> zip(String header, String line) {
        String[] names = header.split(",", -1);
        String[] values = line.split(",", -1);
        assertThat(values).as(line).hasSameSizeAs(names);
        Map<String, String> row = new HashMap<>();
        for (int i = 0; i < names.length; i++) {
            row.put(names[i], values[i]);
        }
        assertThat(row).hasSize(names.length);
        return row;
    }

    private static String value(Map<String, String> row, String name) {
        return java.util.Objects.requireNonNull(row.get(name), name);
    }
}
