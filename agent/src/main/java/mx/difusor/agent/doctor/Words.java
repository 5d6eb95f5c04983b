package mx.difusor.agent.doctor;

import java.util.List;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.Optional;
import java.util.ResourceBundle;

/**
 * A text of this room's bundles with its arguments, to be read in whatever language the reader has.
 *
 * @param arguments strings and numbers
 */
record Words(String key, List<Object> arguments) {

    private static final String BUNDLE = "mx.difusor.agent.doctor.messages";

    Words {
        arguments = List.copyOf(arguments);
    }

    static Words of(String key, Object... arguments) {
        return new Words(key, List.of(arguments));
    }

    /** Spanish where the locale's language is Spanish, English otherwise. */
    String in(Locale locale) {
        return String.format(Locale.ROOT, bundle(locale).getString(key), arguments.toArray());
    }

    /** Empty where there is no such text. */
    Optional<String> ifAny(Locale locale) {
        try {
            return Optional.of(in(locale));
        } catch (MissingResourceException e) {
            return Optional.empty();
        }
    }

    /** Any other locale must not fall back to the machine's own: English is the root bundle. */
    static ResourceBundle bundle(Locale locale) {
        return ResourceBundle.getBundle(BUNDLE, locale.getLanguage().equals("es") ? locale : Locale.ROOT);
    }
}
