package mx.difusor.agent.alerting;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** What tests of channels need of an installation. */
final class Settings {

    static final Instant SINCE = Instant.parse("2024-06-03T03:16:00.250Z");
    static final Instant UNTIL = Instant.parse("2024-06-03T03:40:00Z");
    static final Instant AT = Instant.parse("2024-06-03T03:16:05.5Z");
    static final String MESSAGE = "a cut is missing: the last cut is 2024-06-02T20:00-07:00; ask the Institute";
    static final Announcement BEGIN = Announcement.begin("late", SINCE, MESSAGE);
    static final Announcement END = Announcement.end("late", SINCE, UNTIL, MESSAGE);

    private Settings() {}

    static AlertingSettings with(Path home, String language) {
        return new AlertingSettings(
                "radio-universidad",
                "Radio Universidad",
                "pel-2024",
                home,
                new Locale(language),
                null,
                null,
                List.of(),
                false,
                null);
    }

    static Wording spanish() {
        return new Wording(with(Path.of("."), "es"));
    }

    static Wording english() {
        return new Wording(with(Path.of("."), "en"));
    }
}
