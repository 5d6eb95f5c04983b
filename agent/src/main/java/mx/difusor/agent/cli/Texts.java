package mx.difusor.agent.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;

/** The commands' words in the reader's language: Spanish where the locale is {@code es_*}, English otherwise. */
public final class Texts {

    private static final String BUNDLE = "mx.difusor.agent.cli.messages";
    private static final Locale SPANISH = new Locale("es");

    /** The order in which POSIX looks for the language of messages. */
    private static final List<String> VARIABLES = List.of("LC_ALL", "LC_MESSAGES", "LANG");

    private final Locale locale;
    private final ResourceBundle bundle;

    public Texts(Locale wanted) {
        // English is the root bundle; asking for any other locale would fall back to the machine's own.
        this.locale = wanted.getLanguage().equals("es") ? SPANISH : Locale.ROOT;
        this.bundle = ResourceBundle.getBundle(BUNDLE, locale);
    }

    /**
     * Reads the environment itself because the JVM says English for any locale that the system has not installed.
     *
     * @param otherwise where the environment names no language, as on Windows
     */
    public static Texts of(Map<String, String> environment, Locale otherwise) {
        for (String variable : VARIABLES) {
            String value = environment.getOrDefault(variable, "");
            if (!value.isEmpty()) {
                return new Texts(new Locale(value.split("[_.@-]", 2)[0]));
            }
        }
        return new Texts(otherwise);
    }

    /** @param key in the bundle; its text is a format of {@link java.util.Formatter} */
    public String of(String key, Object... arguments) {
        return String.format(Locale.ROOT, bundle.getString(key), arguments);
    }

    Locale locale() {
        return locale;
    }

    ResourceBundle bundle() {
        return bundle;
    }
}
