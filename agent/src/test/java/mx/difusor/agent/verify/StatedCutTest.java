package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatedCutTest {

    private static final OffsetDateTime CUT = OffsetDateTime.parse("2024-06-02T20:05:33-07:00");

    private static StatedCut stated(String line) {
        return StatedCut.in(line).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "02/06/2024 20:05 (UTC-7)",
                "2/6/2024 20:05 (UTC-07:00)",
                "02-06-2024, 20:05 hrs. (GMT \u22127)",
                "03/06/2024 03:05 (UTC)",
                "03/06/2024 03:05 Z",
                "02/06/2024 21:05 (UTC-6)",
                "02/06/2024 23:35 (UTC-3:30)",
                "03/06/2024 08:35 (UTC+05:30)",
                "2024-06-03T04:05:00+01:00",
                "02/06/2024 21:05 Hora del centro UTC-6",
                "02/06/2024 08:05 p. m. (UTC-7)",
                "02/06/2024 08:05 PM (UTC-7)",
                "02/06/2024 20:05 a. m.",
                "2024/06/02 20:05 (UTC-7)",
                "2024-06-02T20:05:33-07:00",
                "2024-06-02T20:05:59.999-0700",
                "2024-06-03T03:05:00Z",
                "Corte: 2 de junio de 2024 20:05 (UTC-7),,,",
                "02 de Junio del 2024 - 20:05",
                "02/06/24 20:05",
                "02-jun-24 20:05 (UTC-7)",
                "20:05 del 2/6/24",
                "02 JUNIO 2024 20:05",
                "2 junio de 2024 20:05",
                "2 de junio 2024 20:05",
                "2 de junio 20:05",
                "3 de Junio 03:05 UTC",
                "02/06/2024 20:05",
                "2024-06-02 20:05:00",
                "02/06/2024 a las 20:05 horas",
                "2 de junio del 2024 a las 20:05 horas",
                "Fecha de corte,02/06/2024,Hora,20:05",
                "02/jun/2024 20:05",
                "2-Junio-2024 20:05 (UTC-7)",
                "02.06.2024 20:05",
                "2024.06.02 20:05",
                "20:05 del 02/06/2024",
                "Corte de las 20:05 horas del 2 de junio de 2024",
                "08:05 p. m., 02-jun-2024",
                "20:05:33 de 2024-06-02",
                "02/06/2024 (UTC-07:00) 20:05",
                "02/06/2024 Hora (UTC-6): 21:05",
                "21:05 (UTC -06:00) del 02/06/2024",
                "02/06/2024 08:05 p.\u00A0m.",
                "02/06/2024 08:05\u202Fp.\u202Fm.",
                "02/06/2024 (UTC\u00A0-7:00) 20:05",
                "02/06/2024 08:05\u2007p.m."
            })
    void theSameInstantToTheMinuteIsTheManifestsCut(String line) {
        assertThat(stated(line).is(CUT)).as(line).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "02/06/2024 20:05 (UTC-6)",
                "02/06/2024 20:05 (UTC)",
                "02/06/2024 20:06 (UTC-7)",
                "06/02/2024 20:05 (UTC-7)",
                "02/06/2024 08:05 (UTC-7)",
                "02/06/2024 08:05 a. m.",
                "02/06/2024 21:05",
                "03/06/2024 20:05",
                "2024-06-02T20:05:33-06:00",
                "2024-06-02T20:05:33Z",
                "3 de junio 20:05",
                "02/06/25 20:05",
                "2 junio 2023 20:05",
                "31 de junio 20:05",
                "31/06/2024 20:05 (UTC-7)",
                "02/06/2024 25:05 (UTC-7)",
                "02/06/2024 20:05 (UTC-77)",
                "02/06/2024 (UTC-06:00) 20:05",
                "20:05 (UTC-6) del 02/06/2024"
            })
    void anotherInstantIsNot(String line) {
        assertThat(stated(line).is(CUT)).as(line).isFalse();
    }

    @Test
    void twelveIsMidnightBeforeNoonAndNoonAfterIt() {
        OffsetDateTime noon = OffsetDateTime.parse("2024-06-02T12:00:00-07:00");
        assertThat(stated("02/06/2024 12:00 p.m.").is(noon)).isTrue();
        assertThat(stated("02/06/2024 12:00 a.m.").is(noon.minusHours(12))).isTrue();
    }

    @Test
    void aDayWithoutItsYearIsOfTheManifestsYear() {
        OffsetDateTime leap = OffsetDateTime.parse("2024-02-29T20:05:00-07:00");
        assertThat(stated("29 de febrero 20:05").is(leap)).isTrue();
        assertThat(stated("29 de febrero 20:05").is(leap.minusYears(1))).isFalse();
        assertThat(stated("28 de febrero 20:05").is(leap.minusYears(1))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "GUBERNATURA",
                "02/06/2024",
                "20:05",
                "2024",
                "32 de brumario de 2024 20:05",
                "24/06/02 20:05",
                "02/06/19 20:05",
                "02.06.24 20:05",
                "02/06/241 20:05",
                "02 jun 2024 20:05",
                "02/brumario/2024 20:05",
                "02/ju/2024 20:05",
                "02/junta/2024 20:05",
                "version 1.2.3 20:05",
                "20:05 del 1.2.3",
                "20:05 de 2024",
                "192.168.10.20 20:05",
                "02/06/2024 (UTC-07:00)",
                "UTC-07:00, 02/06/2024"
            })
    void whatHasNoDateWithATimeStatesNoCut(String line) {
        assertThat(StatedCut.in(line)).isEmpty();
    }

    @Test
    void betweenDateAndTimeStandsSomeTextAndNoNumber() {
        String text = "x".repeat(StatedCut.MAX_BETWEEN);
        assertThat(stated("02/06/2024" + text + "20:05").is(CUT)).isTrue();
        assertThat(StatedCut.in("02/06/2024" + text + "x20:05")).isEmpty();
        assertThat(stated("20:05" + text + "02/06/2024").is(CUT)).isTrue();
        assertThat(StatedCut.in("20:05" + text + "x02/06/2024")).isEmpty();
        assertThat(StatedCut.in("02/06/2024 corte 7 20:05")).isEmpty();
        assertThat(StatedCut.in("20:05 corte 7 02/06/2024")).isEmpty();
    }

    @Test
    void whereATimeStandsOnBothSidesOfTheDateTheOneBehindItCounts() {
        assertThat(stated("De 08:00 a 18:00 el 02/06/2024, corte 20:05").is(CUT))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "'corte de las 20:05 horas del 02/06/2024 (UTC-7)', '20:05 horas del 02/06/2024 (UTC-7)'",
        "'DIPUTACIONES 06/06/2021 22:40 (UTC-5),,', '06/06/2021 22:40 (UTC-5)'",
        "'2024-06-02T20:05:33-07:00', '2024-06-02T20:05:33-07:00'",
        "'31/06/2024 20:05 (UTC-7)', '31/06/2024 20:05 (UTC-7)'",
        "'02/06/2024 20:05 tarde', '02/06/2024 20:05'",
        "'02/06/2024 (20:05 horas)', '02/06/2024 (20:05'"
    })
    void whatIsShownIsWhatTheFileSays(String line, String shown) {
        assertThat(stated(line).text()).isEqualTo(shown);
    }
}
