package mx.difusor.agent.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What one look established.
 *
 * @param word which of the outcomes that this check has; with the check's code it names the texts
 * @param arguments of the texts
 * @param figures for programs: what was measured or read, by name
 */
public record Finding(CheckId check, Level level, String word, List<Object> arguments, Map<String, Object> figures) {

    /** Characters of something foreign in a text. */
    static final int MAX_FOREIGN = 300;

    public Finding {
        arguments = arguments.stream().map(Finding::bounded).toList();
        figures = Map.copyOf(new LinkedHashMap<>(figures));
    }

    static Finding fine(CheckId check, String word, Object... arguments) {
        return new Finding(check, Level.FINE, word, List.of(arguments), Map.of());
    }

    static Finding note(CheckId check, String word, Object... arguments) {
        return new Finding(check, Level.NOTE, word, List.of(arguments), Map.of());
    }

    static Finding fault(CheckId check, String word, Object... arguments) {
        return new Finding(check, Level.FAULT, word, List.of(arguments), Map.of());
    }

    /** A look that failed: the report goes on. */
    static Finding unchecked(CheckId check, String why) {
        return note(check, "unchecked", why);
    }

    Finding with(String figure, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(figures);
        more.put(figure, value);
        return new Finding(check, level, word, arguments, more);
    }

    /** Lower case, no full stop. */
    public String message(Locale locale) {
        return words("").in(locale);
    }

    /** Empty where nothing is to be done. */
    public Optional<String> cure(Locale locale) {
        return words(".cure").ifAny(locale);
    }

    private Words words(String suffix) {
        String key = word.equals("unchecked") ? word : check.code() + "." + word;
        List<Object> all = new ArrayList<>(arguments);
        return new Words(key + suffix, all);
    }

    /** File names, headers and other programs' words come into these texts: one line, and not without end. */
    private static Object bounded(Object argument) {
        if (!(argument instanceof String text)) {
            return argument;
        }
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() <= MAX_FOREIGN ? line : line.substring(0, MAX_FOREIGN) + "…";
    }
}
