package mx.difusor.agent.institute.election;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Draws every acta of every contest. */
final class Count {

    private static final double MISSING = 0.006;
    private static final double ILLEGIBLE = 0.005;
    private static final double EXCEEDING = 0.007;
    private static final double PARTLY = 0.09;
    private static final double MISWRITTEN = 0.04;

    private final Dice dice;
    private final Map<Integer, Mood> moods = new HashMap<>();

    private Count(Dice dice) {
        this.dice = dice;
    }

    /** Actas in order of the stations, one per station and contest. */
    static Map<Contest, List<Acta>> draw(Places places, List<Station> stations, Dice dice) {
        Count count = new Count(dice);
        places.municipalities().forEach(one -> count.moods.put(one.id(), Mood.draw(one, dice)));
        Map<Contest, List<Acta>> actas = new EnumMap<>(Contest.class);
        for (Contest contest : Contest.values()) {
            actas.put(contest, new ArrayList<>(stations.size()));
        }
        for (Station station : stations) {
            count.station(station, actas);
        }
        return actas;
    }

    private void station(Station station, Map<Contest, List<Acta>> actas) {
        Mood mood = mood(station);
        int voters = station.special()
                ? dice.between(120, 640)
                : (int) (station.nominalList() * Math.min(0.92, Math.max(0.18, mood.turnout() + 0.14 * dice.bell())));
        double lean = 1 + 0.22 * dice.bell();
        int arrival = arrival(station);
        boolean byPhone = dice.happens(0.4);
        for (Contest contest : Contest.values()) {
            int verified = dice.happens(MISSING) ? Acta.NEVER : arrival + contest.delaySeconds() + dice.between(0, 900);
            Acta acta = acta(station, contest, voters, lean, verified, byPhone);
            actas.computeIfAbsent(contest, key -> new ArrayList<>()).add(acta);
        }
    }

    /** Cities first, the sierra last; seconds after 20:00. */
    private int arrival(Station station) {
        double country = 1 - station.municipality().urbanity() / 100.0;
        double x = dice.unit();
        double hours = 0.04 + 4.6 * x * (0.35 + 0.65 * x) + country * (0.4 + 9 * dice.unit());
        return (int) (hours * 3600);
    }

    private Acta acta(Station station, Contest contest, int voters, double lean, int verified, boolean byPhone) {
        Mood mood = mood(station);
        Acta.State state = state(station);
        int[] drawn = state == Acta.State.ILLEGIBLE
                ? new int[Column.COUNT]
                : votes(contest, mood, state == Acta.State.EXCEEDS_LIST ? beyond(station) : voters, lean);
        Column wordColumn = null;
        if (state == Acta.State.COUNTED_PARTLY) {
            wordColumn = dice.happens(0.5) ? Column.MXR : Column.C_PRI_PRD;
            drawn[wordColumn.index()] = 0;
        }
        Votes votes = new Votes(drawn);
        int total = votes.total();
        int written = dice.happens(MISWRITTEN) ? Math.max(0, total + dice.between(-3, 3)) : total;
        String word = dice.happens(0.5) ? "ILEGIBLE" : "SIN DATO";
        return new Acta(
                station,
                contest,
                votes,
                state,
                wordColumn,
                word,
                Math.min(total, dice.between(1, 9)),
                written,
                verified,
                byPhone);
    }

    private int beyond(Station station) {
        return station.nominalList() + dice.between(40, 200);
    }

    private Acta.State state(Station station) {
        double x = dice.unit();
        if (x < ILLEGIBLE) {
            return Acta.State.ILLEGIBLE;
        }
        if (x < ILLEGIBLE + EXCEEDING && !station.special()) {
            return Acta.State.EXCEEDS_LIST;
        }
        return x > 1 - PARTLY ? Acta.State.COUNTED_PARTLY : Acta.State.COUNTED;
    }

    private int[] votes(Contest contest, Mood mood, int voters, double lean) {
        double[] weights = mood.weights();
        if (contest != Contest.AYUNTAMIENTOS) {
            weights[Column.CAND_IND_1.index()] = 0;
        }
        double sum = 0;
        for (Column column : Column.values()) {
            int i = column.index();
            boolean left = column == Column.MORENA || column == Column.PT || column == Column.C_PT_MORENA;
            weights[i] *= (left ? lean : 2 - lean) * (1 + 0.18 * dice.bell());
            sum += weights[i];
        }
        int[] votes = new int[Column.COUNT];
        for (int i = 0; i < votes.length; i++) {
            votes[i] = weights[i] == 0 ? 0 : (int) (voters * weights[i] / sum + dice.unit());
        }
        return votes;
    }

    private Mood mood(Station station) {
        @Nullable Mood mood = moods.get(station.municipality().id());
        if (mood == null) {
            throw new IllegalStateException("no mood for " + station.municipality());
        }
        return mood;
    }
}
