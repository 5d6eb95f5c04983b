package mx.difusor.agent.institute.election;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import mx.difusor.agent.model.Digest;

/**
 * One contest's base in the layout of 2024: title, cut, a blank line, the statistics' header and values, a blank line,
 * the detail's header, one row per expected acta. UTF-8, commas, CRLF.
 */
final class BaseCsv {

    private static final String END = "\r\n";
    private static final int ROW_CHARACTERS = 330;
    private static final String STATISTICS =
            "ACTAS_ESPERADAS,ACTAS_REGISTRADAS,ACTAS_FUERA_CATALOGO,ACTAS_CAPTURADAS,PORCENTAJE_ACTAS_CAPTURADAS,"
                    + "ACTAS_CONTABILIZADAS,PORCENTAJE_ACTAS_CONTABILIZADAS,PORCENTAJE_ACTAS_INCONSISTENCIAS,"
                    + "ACTAS_NO_CONTABILIZADAS,LISTA_NOMINAL_ACTAS_CONTABILIZADAS,TOTAL_VOTOS_C_CS,TOTAL_VOTOS_S_CS,"
                    + "PORCENTAJE_PARTICIPACION_CIUDADANA";
    private static final DateTimeFormatter CUT = DateTimeFormatter.ofPattern("dd/MM/uuuu HH:mm", Locale.ROOT);
    private static final int EMPTY_BEFORE_VOTES = 4;
    private static final int EMPTY_AFTER_LIST = 11;

    private final Contest contest;
    private final Map<Integer, Places.District> districts;
    private final OffsetDateTime start;
    private final int seconds;
    private final StringBuilder text;

    private BaseCsv(Contest contest, Places places, int actas, OffsetDateTime start, int seconds) {
        this.contest = contest;
        this.districts = places.districts().stream().collect(Collectors.toMap(Places.District::id, one -> one));
        this.start = start;
        this.seconds = seconds;
        this.text = new StringBuilder(actas * ROW_CHARACTERS);
    }

    static byte[] write(Contest contest, Places places, List<Acta> actas, OffsetDateTime start, int seconds) {
        BaseCsv base = new BaseCsv(contest, places, actas.size(), start, seconds);
        base.statistics(Tally.of(actas, seconds));
        base.header();
        actas.forEach(base::row);
        return base.text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** {@code 02/06/2024 20:00 (UTC-7)}. */
    static String cutLine(OffsetDateTime cut) {
        int hours = cut.getOffset().getTotalSeconds() / 3600;
        return CUT.format(cut) + " (UTC" + (hours < 0 ? "" : "+") + hours + ")";
    }

    private void statistics(Tally tally) {
        text.append(contest.title()).append(END);
        text.append(cutLine(start.plusSeconds(seconds))).append(END).append(END);
        text.append(STATISTICS).append(END);
        field(tally.expected());
        field(tally.captured());
        field(0);
        field(tally.captured());
        field(tally.capturedPercent());
        field(tally.counted());
        field(tally.countedPercent());
        field(tally.inconsistentPercent());
        field(tally.notCounted());
        field(tally.nominalList());
        field(tally.votesWithSpecial());
        field(tally.votesWithoutSpecial());
        text.append(tally.participationPercent()).append(END).append(END);
    }

    private void header() {
        text.append("CLAVE_CASILLA,CLAVE_ACTA,ID_ENTIDAD,ENTIDAD,")
                .append(contest.byDistrict() ? "ID_DISTRITO_LOCAL,DISTRITO_LOCAL," : "ID_MUNICIPIO,MUNICIPIO,")
                .append("SECCION,ID_CASILLA,TIPO_CASILLA,EXT_CONTIGUA,UBICACION_CASILLA,TIPO_ACTA,")
                .append("TOTAL_BOLETAS_SOBRANTES,TOTAL_PERSONAS_VOTARON,TOTAL_REP_PARTIDO_CI_VOTARON,")
                .append("TOTAL_VOTOS_SACADOS,");
        contest.columns().forEach(column -> field(column.name()));
        text.append("TOTAL_VOTOS_ASENTADO,TOTAL_VOTOS_CALCULADO,LISTA_NOMINAL,REPRESENTANTES_PP_CI,OBSERVACIONES,")
                .append("CONTABILIZADA,MECANISMOS_TRASLADO,CODIGO_INTEGRIDAD,FECHA_HORA_ACOPIO,FECHA_HORA_CAPTURA,")
                .append("FECHA_HORA_VERIFICACION,ORIGEN,DIGITALIZACION,TIPO_DOCUMENTO")
                .append(END);
    }

    private void row(Acta acta) {
        Station station = acta.station();
        String key = station.key();
        field(key);
        field(key + "0" + contest.actaType());
        field("08,CHIHUAHUA");
        place(station);
        padded(station.section(), 4);
        padded(station.number(), 2);
        text.append(station.type()).append(",00,");
        field(station.municipality().urbanity() >= 50 ? 1 : 2);
        field(contest.actaType());
        if (acta.capturedAt(seconds)) {
            captured(acta);
        } else {
            commas(EMPTY_BEFORE_VOTES + contest.columns().size() + 2);
            field(station.nominalList());
            commas(EMPTY_AFTER_LIST);
        }
        text.setCharAt(text.length() - 1, '\r');
        text.append('\n');
    }

    private void place(Station station) {
        if (contest.byDistrict()) {
            padded(station.district(), 3);
            Places.District district = districts.get(station.district());
            field(district == null ? "" : district.label());
        } else {
            padded(station.municipality().id(), 3);
            field(station.municipality().name());
        }
    }

    private void captured(Acta acta) {
        int total = acta.total();
        boolean illegible = acta.state() == Acta.State.ILLEGIBLE;
        int printed = acta.station().nominalList() + (acta.station().special() ? 1000 : 20);
        field(illegible ? acta.word() : Integer.toString(Math.max(0, printed - total)));
        field(illegible ? acta.word() : Integer.toString(total - acta.representatives()));
        field(illegible ? acta.word() : Integer.toString(acta.representatives()));
        field(illegible ? acta.word() : Integer.toString(total));
        for (Column column : contest.columns()) {
            boolean word = illegible || column == acta.wordColumn();
            int votes = acta.votes().of(column);
            field(word ? acta.word() : Integer.toString(votes));
        }
        field(illegible ? acta.word() : Integer.toString(acta.writtenTotal()));
        field(total);
        field(acta.station().nominalList());
        field(acta.representatives());
        field(acta.state().remark());
        field(acta.counted() ? 1 : 0);
        field(acta.station().municipality().urbanity() >= 50 ? "F" : "C");
        field(integrity(acta, total));
        OffsetDateTime verified = start.plusSeconds(acta.verifiedSeconds());
        moment(verified.minusSeconds(660 + total % 300));
        moment(verified.minusSeconds(95 + total % 200));
        moment(verified);
        field(acta.byPhone() ? "CASILLA" : "CATD");
        field(acta.byPhone() ? "MOVIL" : "ESCANER");
        field("ACTA PREP");
    }

    /** Real bases carry the digest of the acta's image; this one of what the row says. */
    private static String integrity(Acta acta, int total) {
        String what = acta.station().key() + acta.contest() + total + acta.verifiedSeconds();
        return HexFormat.of().formatHex(Digest.sha256().digest(what.getBytes(StandardCharsets.US_ASCII)));
    }

    private void field(long value) {
        text.append(value).append(',');
    }

    private void field(String value) {
        text.append(value).append(',');
    }

    /** {@code 02/06/2024 21:22:23}; by hand, because a formatter takes most of the time of a base. */
    private void moment(OffsetDateTime time) {
        digits(time.getDayOfMonth(), 2).append('/');
        digits(time.getMonthValue(), 2).append('/').append(time.getYear()).append(' ');
        digits(time.getHour(), 2).append(':');
        digits(time.getMinute(), 2).append(':');
        digits(time.getSecond(), 2).append(',');
    }

    private void padded(int value, int width) {
        digits(value, width).append(',');
    }

    private StringBuilder digits(int value, int width) {
        String digits = Integer.toString(value);
        return text.append("0".repeat(Math.max(0, width - digits.length()))).append(digits);
    }

    private void commas(int count) {
        text.append(",".repeat(count));
    }
}
