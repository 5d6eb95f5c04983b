package mx.difusor.agent.institute.election;

import java.util.List;
import java.util.stream.Stream;

/** What was elected in Chihuahua on 2 June 2024 besides the federal offices. */
enum Contest {
    DIPUTACIONES("DIP_LOC", "DIPUTACIONES LOCALES", "diputaciones", "Diputaciones locales", 3, true, 0),
    AYUNTAMIENTOS("AYUN", "AYUNTAMIENTOS", "ayuntamientos", "Ayuntamientos", 2, false, 10 * 60),
    SINDICATURAS("SIND", "SINDICATURAS", "sindicaturas", "Sindicaturas", 6, false, 19 * 60);

    private final String code;
    private final String title;
    private final String key;
    private final String label;
    private final int actaType;
    private final boolean byDistrict;
    private final int delaySeconds;

    Contest(String code, String title, String key, String label, int actaType, boolean byDistrict, int delaySeconds) {
        this.code = code;
        this.title = title;
        this.key = key;
        this.label = label;
        this.actaType = actaType;
        this.byDistrict = byDistrict;
        this.delaySeconds = delaySeconds;
    }

    /** The base's name below {@code csv/}. */
    String baseName() {
        return "CHIH_" + code + "_2024.csv";
    }

    String candidaciesName() {
        return "CHIH_" + code + "_CANDIDATURA_2024.csv";
    }

    /** The base's first line. */
    String title() {
        return title;
    }

    /** The JSON file's name without its ending, and the page's word for it. */
    String key() {
        return key;
    }

    String label() {
        return label;
    }

    int actaType() {
        return actaType;
    }

    /** Elected per local district; otherwise per municipality. */
    boolean byDistrict() {
        return byDistrict;
    }

    /** How much later than the first contest's a station's acta is captured. */
    int delaySeconds() {
        return delaySeconds;
    }

    /** Only municipal councils have an independent here. */
    List<Column> columns() {
        return Stream.of(Column.values())
                .filter(column -> column != Column.CAND_IND_1 || this == AYUNTAMIENTOS)
                .toList();
    }

    int area(Station station) {
        return byDistrict ? station.district() : station.municipality().id();
    }
}
