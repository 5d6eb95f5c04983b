package mx.difusor.agent.institute.election;

import java.util.Locale;

/**
 * One polling station.
 *
 * @param section 1 to 9999
 * @param type {@code B} basic, {@code C} contiguous, {@code E} extraordinary, {@code S} special
 * @param number 1 to 99 within section and type
 * @param nominalList voters on its list; 0 for special ones
 * @param key {@code CLAVE_CASILLA}: state, section, type, number, extension
 */
record Station(
        Places.Municipality municipality,
        int district,
        int section,
        char type,
        int number,
        int nominalList,
        String key) {

    static final int STATE = 8;

    static Station of(
            Places.Municipality municipality, int district, int section, char type, int number, int nominalList) {
        String key = String.format(Locale.ROOT, "%02d%04d%c%02d00", STATE, section, type, number);
        return new Station(municipality, district, section, type, number, nominalList, key);
    }

    boolean special() {
        return type == 'S';
    }
}
