package mx.difusor.agent.doctor;

/** How much a finding weighs. */
public enum Level {
    /** As it should be. */
    FINE("fine", "✔"),
    /** Worth knowing, or it could not be checked. */
    NOTE("note", "!"),
    /** What the convocatoria asks for, or the agent needs, is not met. */
    FAULT("fault", "✘");

    private final String code;
    private final String sign;

    Level(String code, String sign) {
        this.code = code;
        this.sign = sign;
    }

    /** For programs. */
    public String code() {
        return code;
    }

    /** For people. */
    public String sign() {
        return sign;
    }
}
