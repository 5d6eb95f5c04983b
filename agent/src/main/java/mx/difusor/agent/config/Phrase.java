package mx.difusor.agent.config;

import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;

/**
 * A text of this room's bundles with its arguments, to be read in whatever language the reader has.
 *
 * @param arguments strings, numbers and further phrases
 */
record Phrase(String key, List<Object> arguments) {

    private static final String BUNDLE = "mx.difusor.agent.config.messages";

    Phrase {
        arguments = List.copyOf(arguments);
    }

    static Phrase of(String key, Object... arguments) {
        return new Phrase(key, List.of(arguments));
    }

    /** Spanish where the locale's language is Spanish, English otherwise. */
    String in(Locale locale) {
        Object[] resolved = arguments.stream()
                .map(argument -> argument instanceof Phrase phrase ? phrase.in(locale) : argument)
                .toArray();
        return String.format(Locale.ROOT, bundle(locale).getString(key), resolved);
    }

    /** Any other locale must not fall back to the machine's own: English is the root bundle. */
    private static ResourceBundle bundle(Locale locale) {
        return ResourceBundle.getBundle(BUNDLE, locale.getLanguage().equals("es") ? locale : Locale.ROOT);
    }
}
