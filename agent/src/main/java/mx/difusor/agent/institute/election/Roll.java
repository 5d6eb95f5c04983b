package mx.difusor.agent.institute.election;

import java.util.ArrayList;
import java.util.List;

/** Every polling station of the state, in order of section, type and number. */
final class Roll {

    /** Share of the inhabitants that is on the nominal list: 2.9 of 3.75 million. */
    private static final double VOTERS_PER_INHABITANT = 0.775;
    /** A station takes at most so many voters (LGIPE, article 253). */
    private static final int VOTERS_PER_STATION = 750;

    private static final int RURAL_BELOW = 30;
    private static final int CITY_FROM = 55;
    private static final int VOTERS_PER_SPECIAL = 90_000;

    private final Dice dice;
    private final List<Station> stations = new ArrayList<>();
    private int section;

    private Roll(Dice dice) {
        this.dice = dice;
    }

    static List<Station> draw(Places places, Dice dice) {
        Roll roll = new Roll(dice);
        places.municipalities().forEach(roll::municipality);
        return List.copyOf(roll.stations);
    }

    private void municipality(Places.Municipality municipality) {
        int voters = (int) (municipality.inhabitants() * VOTERS_PER_INHABITANT);
        int left = voters;
        List<Integer> districts = municipality.districts();
        for (int i = 0; i < districts.size(); i++) {
            int share = i == districts.size() - 1
                    ? left
                    : (int) (voters / (double) districts.size() * dice.between(0.92, 1.08));
            left -= share;
            sections(municipality, districts.get(i), share);
        }
    }

    private void sections(Places.Municipality municipality, int district, int voters) {
        int specials = municipality.urbanity() >= CITY_FROM ? 1 + voters / VOTERS_PER_SPECIAL : 0;
        int left = voters;
        while (left > 0) {
            int size = Math.min(left, sectionSize(municipality));
            // A rest too small for a section of its own joins this one.
            size = left - size < 100 ? left : size;
            left -= size;
            section++;
            section(municipality, district, size);
            if (specials > 0) {
                stations.add(Station.of(municipality, district, section, 'S', 1, 0));
                specials--;
            }
        }
    }

    private int sectionSize(Places.Municipality municipality) {
        double x = dice.unit();
        return municipality.urbanity() < RURAL_BELOW ? (int) (140 + 900 * x * x) : (int) (420 + 1900 * x * x);
    }

    private void section(Places.Municipality municipality, int district, int size) {
        int count = (size + VOTERS_PER_STATION - 1) / VOTERS_PER_STATION;
        boolean extraordinary = municipality.urbanity() < CITY_FROM && dice.happens(0.18);
        int away = extraordinary ? Math.min(VOTERS_PER_STATION, (int) (size * dice.between(0.15, 0.35))) : 0;
        int here = size - away;
        for (int i = 0; i < count; i++) {
            int list = here / count + (i < here % count ? 1 : 0);
            stations.add(Station.of(municipality, district, section, i == 0 ? 'B' : 'C', Math.max(1, i), list));
        }
        if (away > 0) {
            stations.add(Station.of(municipality, district, section, 'E', 1, away));
        }
    }
}
