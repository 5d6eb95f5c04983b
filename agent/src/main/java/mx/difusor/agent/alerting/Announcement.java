package mx.difusor.agent.alerting;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is told to every channel.
 *
 * @param code of the alert; {@link #SEVERAL} and {@link #TEST} are no alerts of their own
 * @param since when the alert began, or when it happened
 * @param until when it ended; null while it holds
 * @param message with figures, in English, at most {@link #MAX_MESSAGE} characters
 * @param more what a digest stands for; empty otherwise
 */
record Announcement(
        State state, String code, Instant since, @Nullable Instant until, String message, List<Announcement> more) {

    /** What an alert's announcement says. */
    enum State {
        BEGIN,
        END,
        TEST
    }

    /** The code of a digest. */
    static final String SEVERAL = "several";

    /** The code of an operator's test. */
    static final String TEST = "test";

    /** Longer ones are cut: a channel carries a notice, not a report. */
    static final int MAX_MESSAGE = 2_000;

    private static final DateTimeFormatter COMPACT =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    Announcement {
        message = message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE - 1) + "…";
        more = List.copyOf(more);
    }

    static Announcement begin(String code, Instant since, String message) {
        return new Announcement(State.BEGIN, code, since, null, message, List.of());
    }

    static Announcement end(String code, Instant since, Instant until, String message) {
        return new Announcement(State.END, code, since, until, message, List.of());
    }

    static Announcement test(Instant now) {
        return new Announcement(State.TEST, TEST, now, null, "an operator asked for it; nothing is wrong", List.of());
    }

    /** The same for the begin and the end of one cause, and when a channel tries again. */
    String id() {
        return code + "-" + COMPACT.format(since);
    }
}
