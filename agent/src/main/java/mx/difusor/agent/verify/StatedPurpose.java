package mx.difusor.agent.verify;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a package is a test or the real thing, as a file inside it states it.
 *
 * @param test false where it states that it is none
 * @param path the file
 * @param text as it stands there
 */
public record StatedPurpose(boolean test, String path, String text) {

    /** As a title says it: {@code SIMULACRO 2}, {@code Datos de prueba}. */
    private static final Pattern TEST_TITLE = Pattern.compile(
            "(?<![\\p{L}\\d])(?:simulacros?|pruebas?)(?![\\p{L}\\d])", Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    private static final int MOST_QUOTED = 80;

    static String quoted(String title) {
        String line = PackagePath.printable(title.strip());
        return line.length() <= MOST_QUOTED ? line : line.substring(0, MOST_QUOTED) + "…";
    }

    /** A title never states that a cut is real. */
    static boolean isTest(String title) {
        return TEST_TITLE.matcher(title).find();
    }

    /**
     * What a package states whose files state both: a test as soon as one of them says so, whatever a static file says
     * that was never changed; else what the first says.
     */
    static @Nullable StatedPurpose together(@Nullable StatedPurpose first, @Nullable StatedPurpose next) {
        return first == null || (next != null && next.test() && !first.test()) ? next : first;
    }

    /**
     * @param path the file
     * @param test as its field says it; null where none does
     */
    static @Nullable StatedPurpose ofField(String path, @Nullable Boolean test) {
        return test == null ? null : new StatedPurpose(test, path, test.toString());
    }

    /**
     * @param path the file
     * @param title its line that says so; null where none does
     */
    static @Nullable StatedPurpose ofTitle(String path, @Nullable String title) {
        return title == null ? null : new StatedPurpose(true, path, title);
    }
}
