package mx.difusor.agent.doctor;

import java.util.Locale;

/** What a finding is about, in the order of the report. */
public enum Group {
    CALL,
    HOST,
    HOME,
    KEYS,
    PUBLICATION,
    ALERTS;

    /** For programs. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** For people. */
    public String title(Locale locale) {
        return Words.of("group." + code()).in(locale);
    }
}
