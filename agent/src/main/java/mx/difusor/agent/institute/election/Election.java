package mx.difusor.agent.institute.election;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A whole election day, drawn from a seed: places, polling stations, and every acta with the second at which it is
 * captured. About 5,600 stations, 2.9 million voters, three contests. The same seed gives the same bytes everywhere.
 */
public final class Election {

    /** The first cut, with the offset that the convocatoria writes. */
    static final OffsetDateTime START = OffsetDateTime.parse("2024-06-02T20:00:00-07:00");

    /** When each cut is made, in minutes after {@link #START}; the last is the final one, due after 24 hours. */
    private static final List<Integer> CUT_MINUTES =
            List.of(0, 30, 60, 90, 120, 165, 210, 270, 330, 420, 540, 720, 1440);

    private final Places places;
    private final List<Station> stations;
    private final Map<Contest, List<Acta>> actas;

    private Election(Places places, List<Station> stations, Map<Contest, List<Acta>> actas) {
        this.places = places;
        this.stations = stations;
        this.actas = actas;
    }

    public static Election draw(long seed) {
        Places places = Places.load();
        Dice dice = new Dice(seed);
        List<Station> stations = Roll.draw(places, dice);
        return new Election(places, stations, Count.draw(places, stations, dice));
    }

    /** How many cuts there are, the empty first and the final last included. */
    public static int cuts() {
        return CUT_MINUTES.size();
    }

    static int secondsOf(int cut) {
        return CUT_MINUTES.get(cut) * 60;
    }

    static OffsetDateTime timeOf(int cut) {
        return START.plusSeconds(secondsOf(cut));
    }

    static boolean isLast(int cut) {
        return cut == CUT_MINUTES.size() - 1;
    }

    Places places() {
        return places;
    }

    List<Station> stations() {
        return stations;
    }

    List<Acta> actas(Contest contest) {
        return Objects.requireNonNull(actas.get(contest));
    }

    Tally tally(Contest contest, int cut) {
        return Tally.of(actas(contest), secondsOf(cut));
    }

    byte[] base(Contest contest, int cut) {
        return BaseCsv.write(contest, places, actas(contest), START, secondsOf(cut));
    }

    byte[] candidacies(Contest contest) {
        Set<Integer> independents = actas(contest).stream()
                .filter(acta -> acta.votes().of(Column.CAND_IND_1) > 0)
                .map(acta -> contest.area(acta.station()))
                .collect(Collectors.toSet());
        return CandidaciesCsv.write(contest, places, independents);
    }
}
