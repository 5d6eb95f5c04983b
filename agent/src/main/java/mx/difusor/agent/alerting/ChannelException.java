package mx.difusor.agent.alerting;

import org.jspecify.annotations.Nullable;

/** A channel did not deliver. Its message is one line for a sysadmin and repeats no secret. */
final class ChannelException extends Exception {

    private static final int MAX_REASON = 300;

    private final boolean again;

    /** @param again whether the same thing may work a little later */
    ChannelException(String reason, boolean again, @Nullable Throwable cause) {
        super(oneLine(reason), cause);
        this.again = again;
    }

    boolean again() {
        return again;
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= MAX_REASON ? line : line.substring(0, MAX_REASON - 1) + "…";
    }
}
