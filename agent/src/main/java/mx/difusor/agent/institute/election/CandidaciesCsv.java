package mx.difusor.agent.institute.election;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Who stands for election, as the real files list it. The people are numbers: nobody is named by accident. */
final class CandidaciesCsv {

    private CandidaciesCsv() {}

    /** @param independents areas where an independent stands */
    static byte[] write(Contest contest, Places places, Set<Integer> independents) {
        StringBuilder text = new StringBuilder("ID_ENTIDAD,")
                .append(contest.byDistrict() ? "ID_DISTRITO_LOCAL" : "ID_MUNICIPIO")
                .append(",PARTIDO_CI,CANDIDATURA_PROPIETARIA,CANDIDATURA_SUPLENTE\r\n");
        List<Integer> areas = contest.byDistrict()
                ? places.districts().stream().map(Places.District::id).toList()
                : places.municipalities().stream().map(Places.Municipality::id).toList();
        int number = 0;
        for (int area : areas) {
            for (Column.Force force : Column.FORCES) {
                boolean stands = !force.columns().contains(Column.CAND_IND_1) || independents.contains(area);
                if (force.candidacy() && stands) {
                    number++;
                    text.append(String.format(
                            Locale.ROOT,
                            "%d,%d,%s,CANDIDATURA SIMULADA %04d PROPIETARIA,CANDIDATURA SIMULADA %04d SUPLENTE\r\n",
                            Station.STATE,
                            area,
                            force.code(),
                            number,
                            number));
                }
            }
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
