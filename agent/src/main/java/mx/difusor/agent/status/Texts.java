package mx.difusor.agent.status;

import java.math.RoundingMode;
import java.text.MessageFormat;
import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** The page's words, dates and numbers in one of its languages. */
final class Texts {

    private static final String BUNDLE = "mx.difusor.agent.status.messages";
    private static final Locale SPANISH = Locale.forLanguageTag("es-MX");
    private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB", "PB");
    private static final int STEP = 1_000;

    private final Locale locale;
    private final ResourceBundle bundle;

    private Texts(Locale locale) {
        this.locale = locale;
        // Without the fallback an English reader on a Spanish server would get Spanish.
        this.bundle = ResourceBundle.getBundle(
                BUNDLE, locale, ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    }

    /**
     * @param wanted {@code es} or {@code en}, as asked for by hand
     * @param acceptLanguage what the browser says (RFC 9110, 12.5.4); English where it names neither
     */
    static Texts choose(@Nullable String wanted, @Nullable String acceptLanguage) {
        if ("es".equals(wanted) || "en".equals(wanted)) {
            return new Texts("es".equals(wanted) ? SPANISH : Locale.ENGLISH);
        }
        List<Locale> ours = List.of(Locale.ENGLISH, Locale.forLanguageTag("es"));
        try {
            Locale best =
                    acceptLanguage == null ? null : Locale.lookup(Locale.LanguageRange.parse(acceptLanguage), ours);
            return new Texts(best == null || best.getLanguage().equals("en") ? Locale.ENGLISH : SPANISH);
        } catch (IllegalArgumentException e) {
            return new Texts(Locale.ENGLISH);
        }
    }

    String language() {
        return locale.getLanguage();
    }

    String get(String key, Object... arguments) {
        return new MessageFormat(bundle.getString(key), locale).format(arguments);
    }

    /** With weekday and year, to the minute, in the time's own offset: {@code Sunday, 2 June 2024, 23:45 (UTC-07:00)}. */
    String longTime(OffsetDateTime time) {
        return DateTimeFormatter.ofPattern(bundle.getString("time.long"), locale)
                        .format(time) + " (" + offset(time.getOffset()) + ")";
    }

    /** Day and month, to the second. */
    String shortTime(Instant time, ZoneOffset offset) {
        return DateTimeFormatter.ofPattern(bundle.getString("time.short"), locale)
                .format(time.atOffset(offset));
    }

    /** Hour and minute, with the day in front where it is another day than {@code now}. */
    String clock(Instant time, Instant now, ZoneOffset offset) {
        OffsetDateTime local = time.atOffset(offset);
        boolean today = local.toLocalDate().equals(now.atOffset(offset).toLocalDate());
        return today ? hour(local) : day(local) + ", " + hour(local);
    }

    /** Day and month: {@code 2 Jun}. */
    String day(OffsetDateTime time) {
        return DateTimeFormatter.ofPattern("d MMM", locale).format(time);
    }

    /** Hour and minute. */
    String hour(OffsetDateTime time) {
        return DateTimeFormatter.ofPattern("HH:mm", locale).format(time);
    }

    static String offset(ZoneOffset offset) {
        return offset.equals(ZoneOffset.UTC) ? "UTC" : "UTC" + offset.getId();
    }

    String number(long value) {
        return NumberFormat.getIntegerInstance(locale).format(value);
    }

    /** In decimal units, as disks are sold and as the configuration counts: {@code 17.8 MB}. */
    String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= STEP && unit < UNITS.size() - 1) {
            value /= STEP;
            unit++;
        }
        NumberFormat format = NumberFormat.getNumberInstance(locale);
        format.setMaximumFractionDigits(unit == 0 || value >= 100 ? 0 : 1);
        return format.format(value) + " " + UNITS.get(unit);
    }

    /** To the tenth of a second below a minute: {@code 1.5 s}. */
    String shortDuration(Duration duration) {
        if (duration.toMinutes() > 0) {
            return duration(duration.toSeconds());
        }
        NumberFormat format = NumberFormat.getNumberInstance(locale);
        format.setMaximumFractionDigits(1);
        return format.format(Math.max(0, duration.toMillis()) / (double) STEP) + " s";
    }

    /** Cut off after two digits, never rounded up: one failure must not read as 100 %. */
    String percent(long part, long whole) {
        NumberFormat format = NumberFormat.getNumberInstance(locale);
        format.setMaximumFractionDigits(2);
        format.setRoundingMode(RoundingMode.DOWN);
        return format.format(whole == 0 ? 0 : 100.0 * part / whole) + " %";
    }

    Locale locale() {
        return locale;
    }

    /** The two largest units, the smaller one where it is not zero: {@code 2 d 3 h}, {@code 5 min 12 s}, {@code 15 min}. */
    String duration(long seconds) {
        Duration duration = Duration.ofSeconds(Math.max(0, seconds));
        if (duration.toDays() > 0) {
            return two(duration.toDays(), "d", duration.toHoursPart(), "h");
        }
        if (duration.toHours() > 0) {
            return two(duration.toHours(), "h", duration.toMinutesPart(), "min");
        }
        if (duration.toMinutes() > 0) {
            return two(duration.toMinutes(), "min", duration.toSecondsPart(), "s");
        }
        return duration.toSeconds() + " s";
    }

    private static String two(long large, String largeUnit, int small, String smallUnit) {
        return large + " " + largeUnit + (small == 0 ? "" : " " + small + " " + smallUnit);
    }
}
