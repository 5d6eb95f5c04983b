package mx.difusor.agent.institute.election;

/** How a municipality leans: what each column's share of the votes is about. Made up. */
final class Mood {

    private final double turnout;
    private final double[] weights;

    private Mood(double turnout, double[] weights) {
        this.turnout = turnout;
        this.weights = weights;
    }

    /** Share of the nominal list that votes. */
    double turnout() {
        return turnout;
    }

    /** A fresh copy, in the order of {@link Column}; what they add up to means nothing. */
    double[] weights() {
        return weights.clone();
    }

    static Mood draw(Places.Municipality municipality, Dice dice) {
        double city = municipality.urbanity() / 100.0;
        boolean capital = municipality.id() == 19;
        boolean border = municipality.id() == 37;
        double alliance = (capital ? 0.53 : border ? 0.34 : 0.44) + 0.07 * dice.bell();
        double left = (capital ? 0.30 : border ? 0.47 : 0.39) + 0.06 * dice.bell();
        double pan = capital || border ? 0.80 : dice.between(0.45, 0.85);
        double[] weights = new double[Column.COUNT];
        weights[Column.PAN.index()] = alliance * pan;
        weights[Column.PRI.index()] = alliance * (0.95 - pan);
        weights[Column.PRD.index()] = alliance * 0.024;
        weights[Column.C_PAN_PRI_PRD.index()] = alliance * 0.017;
        weights[Column.C_PAN_PRI.index()] = alliance * 0.006;
        weights[Column.C_PAN_PRD.index()] = alliance * 0.002;
        weights[Column.C_PRI_PRD.index()] = alliance * 0.001;
        weights[Column.MORENA.index()] = left * 0.85;
        weights[Column.PT.index()] = left * 0.12;
        weights[Column.C_PT_MORENA.index()] = left * 0.03;
        weights[Column.PVEM.index()] = dice.between(0.015, 0.04);
        weights[Column.MC.index()] = dice.between(0.04, 0.07) + 0.03 * city;
        weights[Column.PUEBLO.index()] = dice.between(0.006, 0.02);
        weights[Column.MXR.index()] = dice.between(0.004, 0.016);
        weights[Column.NO_REGISTRADOS.index()] = 0.0007;
        weights[Column.NULOS.index()] = dice.between(0.018, 0.034);
        boolean independent = dice.happens(0.16);
        weights[Column.CAND_IND_1.index()] = independent ? dice.between(0.03, 0.22) : 0;
        double turnout = 0.56 - 0.08 * city + 0.06 * dice.bell();
        return new Mood(turnout, weights);
    }
}
