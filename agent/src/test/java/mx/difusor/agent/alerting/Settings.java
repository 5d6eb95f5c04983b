package mx.difusor.agent.alerting;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** What tests of channels need of an installation. */
final class Settings {

    static final Instant SINCE = Instant.parse("2024-06-03T03:16:00.250Z");
    static final Instant UNTIL = Instant.parse("2024-06-03T03:40:00Z");
    static final Instant AT = Instant.parse("2024-06-03T03:16:05.5Z");
    static final String MESSAGE = "a cut is missing: the last cut is 2024-06-02T20:00-07:00; ask the Institute";
    static final Announcement BEGIN = Announcement.begin("late", SINCE, MESSAGE);
    static final Announcement END = Announcement.end("late", SINCE, UNTIL, MESSAGE);

    private Settings() {}

    /** A file that other accounts cannot read. */
    static Path secret(Path file, String text) throws IOException {
        Files.writeString(file, text);
        if (Files.getFileAttributeView(file, PosixFileAttributeView.class) != null) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        return file;
    }

    static AlertingSettings with(Path home, String language) {
        return with(home, language, () -> "pel-2024");
    }

    static AlertingSettings with(Path home, String language, Supplier<String> event) {
        return new AlertingSettings(
                "radio-universidad",
                "Radio Universidad",
                event,
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
