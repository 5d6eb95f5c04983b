package mx.difusor.agent.institute.election;

import java.util.List;

/** The vote columns of an acta, in the order of the CSV base. */
enum Column {
    PAN(0),
    PRI(1),
    PRD(2),
    PVEM(3),
    PT(4),
    MC(5),
    MORENA(6),
    PUEBLO(7),
    MXR(8),
    C_PAN_PRI_PRD(9),
    C_PAN_PRI(10),
    C_PAN_PRD(11),
    C_PRI_PRD(12),
    C_PT_MORENA(13),
    CAND_IND_1(14),
    NO_REGISTRADOS(15),
    NULOS(16);

    static final int COUNT = values().length;

    private final int index;

    Column(int index) {
        this.index = index;
    }

    /** Its place in arrays of {@link #COUNT} numbers. */
    int index() {
        return index;
    }

    /**
     * What stands for election together: a party, a coalition with the columns that count for it, an independent.
     *
     * @param code as the candidacies' file writes it
     * @param name as the site shows it
     * @param color on a light page, {@code #rrggbb}
     */
    record Force(String code, String name, String color, boolean candidacy, List<Column> columns) {}

    /** In the order of the ballot. Every column belongs to exactly one. */
    static final List<Force> FORCES = List.of(
            new Force(
                    "SUM-PAN-PRI-PRD",
                    "PAN · PRI · PRD",
                    "#1f5fbf",
                    true,
                    List.of(PAN, PRI, PRD, C_PAN_PRI_PRD, C_PAN_PRI, C_PAN_PRD, C_PRI_PRD)),
            new Force("SUM-PT-MORENA", "PT · Morena", "#a3263f", true, List.of(PT, MORENA, C_PT_MORENA)),
            new Force("PVEM", "PVEM", "#3f8f3a", true, List.of(PVEM)),
            new Force("MC", "Movimiento Ciudadano", "#e8731a", true, List.of(MC)),
            new Force("PUEBLO", "Pueblo", "#7a4fa3", true, List.of(PUEBLO)),
            new Force("MXR", "México Republicano", "#b8860b", true, List.of(MXR)),
            new Force("CAND_IND_1", "Independiente", "#4a7c8c", true, List.of(CAND_IND_1)),
            new Force("NO_REGISTRADOS", "No registradas", "#8a8f98", false, List.of(NO_REGISTRADOS)),
            new Force("NULOS", "Nulos", "#6b7078", false, List.of(NULOS)));
}
