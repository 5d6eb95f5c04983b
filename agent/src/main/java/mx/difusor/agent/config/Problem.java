package mx.difusor.agent.config;

import java.util.List;
import java.util.Locale;

/**
 * One thing that is wrong with a configuration file.
 *
 * @param line from 1; 0 where the file as a whole is meant
 * @param column from 1; 0 where the file as a whole is meant
 * @param code stable, for programs: {@code unknown-key}, {@code bad-value}, {@code missing-file}, ...
 * @param arguments of the message's and the cure's texts
 */
public record Problem(int line, int column, String code, List<Object> arguments) {

    public Problem {
        arguments = List.copyOf(arguments);
    }

    /** A problem with the file as a whole. */
    public static Problem ofFile(String code, Object... arguments) {
        return new Problem(Position.FILE.line(), Position.FILE.column(), code, List.of(arguments));
    }

    /** What is wrong: lower case, no full stop. */
    public String message(Locale locale) {
        return new Phrase(code, arguments).in(locale);
    }

    /** What to do about it, with the accepted values. */
    public String cure(Locale locale) {
        return new Phrase(code + ".cure", arguments).in(locale);
    }
}
