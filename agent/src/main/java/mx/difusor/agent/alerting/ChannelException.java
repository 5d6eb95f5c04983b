package mx.difusor.agent.alerting;

import org.jspecify.annotations.Nullable;

/** A channel did not deliver, or not to everybody. Its message is one line for a sysadmin and repeats no secret. */
final class ChannelException extends Exception {

    private static final int MAX_REASON = 300;

    private final boolean again;
    private final boolean reached;

    /** @param again whether the same thing may work a little later */
    ChannelException(String reason, boolean again, @Nullable Throwable cause) {
        this(reason, again, false, cause);
    }

    private ChannelException(String reason, boolean again, boolean reached, @Nullable Throwable cause) {
        super(oneLine(reason), cause);
        this.again = again;
        this.reached = reached;
    }

    /**
     * Some have it, and others do not.
     *
     * @param again whether the others may get it a little later; those who have it do not get it twice
     */
    static ChannelException partly(String reason, boolean again, @Nullable Throwable cause) {
        return new ChannelException(reason, again, true, cause);
    }

    /** Somebody was told. */
    boolean reached() {
        return reached;
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
