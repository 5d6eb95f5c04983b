package mx.difusor.agent.intake;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What went wrong, for a sysadmin. */
final class Words {
    private Words() {}

    /** Controls, those that turn the direction of writing among them, and other ends of a line. */
    private static final Pattern NOT_PRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    /** Text from outside, fit for one line of a log. */
    static String printable(@Nullable String text) {
        return text == null ? "" : NOT_PRINTABLE.matcher(text).replaceAll("?");
    }

    static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
