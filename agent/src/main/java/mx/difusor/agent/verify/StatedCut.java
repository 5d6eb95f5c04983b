package mx.difusor.agent.verify;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The cut as a file inside a package states it: {@code 03/06/2024 20:00 (UTC-6)}, {@code 2019/06/03 05:47 (UTC-5)},
 * {@code 2024-06-02T20:00:00-07:00}, {@code 01 de julio de 2018 21:26}, {@code 3 de Junio 05:47}, {@code 03/jun/2024 a
 * las 20:00 horas}, {@code 20:00 del 03.06.2024}, {@code 03/06/24 20:00}, {@code 03 JUNIO 2024 20:00}. Real files state minutes, and sometimes no offset or no year; an
 * offset is never inferred from a place.
 *
 * @param text as it stands in the file
 * @param local null where the text has the shape of a date and time and is none, such as {@code 31/02/2021 25:00}
 * @param hasYear false where the file gives none; the year of {@code local} then means nothing
 * @param offset null where the file gives none
 */
record StatedCut(
        String text,
        @Nullable LocalDateTime local,
        boolean hasYear,
        @Nullable ZoneOffset offset) {

    /**
     * A year of two digits is one of 2020 to 2099, and stands behind its day: {@code 24/06/02} begins with its year, and is
     * not read. Between dots it may be part of an address.
     */
    private static final int CENTURY = 2000;

    private static final int CENTURY_YEARS = 100;

    /** Has a 29 February. */
    private static final int ANY_YEAR = 2000;

    private static final List<String> MONTHS = List.of(
            "enero",
            "febrero",
            "marzo",
            "abril",
            "mayo",
            "junio",
            "julio",
            "agosto",
            "septiembre",
            "octubre",
            "noviembre",
            "diciembre");

    /** Text without a digit between a date and its time, such as {@code a las} or {@code ,Hora,}: so many characters. */
    static final int MAX_BETWEEN = 20;

    private static final int SHORT_MONTH = 3;

    private static final String MONTH = String.join("|", MONTHS) + "|"
            + MONTHS.stream().map(month -> month.substring(0, SHORT_MONTH)).collect(Collectors.joining("|"));

    private static final String DATE = "(?:(?<d>\\d{1,2})[/.-](?<m>\\d{1,2}|" + MONTH
            + ")[/.-](?<y>\\d{4}|(?<=[/-])[2-9]\\d(?!\\d))"
            + "|(?<year>\\d{4})[/.-](?<month>\\d{1,2})[/.-](?<day>\\d{1,2})"
            + "|(?<of>\\d{1,2})(?: de)? (?<name>" + String.join("|", MONTHS) + ")(?: (?:(?:de|del) )?(?<in>\\d{4}))?)";

    private static final String SIGN = "[+\\-\u2212\u2013]";

    /** An offset that stands before its time: its hours are none of the day. */
    private static final String ZONE = "(?:UTC|GMT)\\s?" + SIGN + "\\d{1,2}(?::?\\d\\d)?";

    private static final String NO_ZONE = "(?<!\\d)(?<!(?:UTC|GMT)\\s?" + SIGN + ")";

    private static final String TIME = NO_ZONE + "(?<hour>\\d{1,2}):(?<minute>\\d\\d)(?::\\d\\d(?:\\.\\d{1,9})?)?"
            + "(?<half>\\s{0,2}[ap]\\.?\\s?m\\b\\.?)?";

    private static final String BETWEEN =
            "(?:\\D{1," + MAX_BETWEEN + "}(?<zone>" + ZONE + ")\\D{1," + MAX_BETWEEN + "}|\\D{1," + MAX_BETWEEN + "})";

    private static final Pattern DATE_AND_TIME = Pattern.compile(DATE + BETWEEN + TIME, Pattern.CASE_INSENSITIVE);
    private static final Pattern TIME_AND_DATE = Pattern.compile(TIME + BETWEEN + DATE, Pattern.CASE_INSENSITIVE);

    private static final Pattern OFFSET = Pattern.compile(
            "^\\s{0,2}(?<sign>[+-])(?<hours>\\d\\d):?(?<minutes>\\d\\d)\\b|^\\s{0,2}Z\\b"
                    + "|\\b(?:UTC|GMT)\\s{0,2}(?:(?<utcSign>[+\\-\u2212\u2013])\\s{0,2}(?<utcHours>\\d{1,2})"
                    + "(?::?(?<utcMinutes>\\d\\d))?)?",
            Pattern.CASE_INSENSITIVE);

    /** Where a line has a date and a time of day behind it, or else before it. */
    static Optional<StatedCut> in(String text) {
        String line = withPlainSpaces(text);
        Matcher found = DATE_AND_TIME.matcher(line);
        if (!found.find()) {
            found = TIME_AND_DATE.matcher(line);
            if (!found.find()) {
                return Optional.empty();
            }
        }
        String zone = found.group("zone");
        Matcher offset = OFFSET.matcher(zone == null ? line.substring(found.end()) : zone);
        boolean offered = offset.find();
        boolean behind = offered && zone == null;
        String stated = line.substring(found.start(), found.end() + (behind ? offset.end() : 0));
        stated += behind && stated.contains("(") ? ")" : "";
        try {
            boolean hasYear = found.group("name") == null || found.group("in") != null;
            return Optional.of(new StatedCut(stated, local(found), hasYear, offered ? offset(offset) : null));
        } catch (DateTimeException e) {
            return Optional.of(new StatedCut(stated, null, false, null));
        }
    }

    /** Java writes {@code p. m.} for Mexico with a space that does not break, others with a narrow one. */
    private static String withPlainSpaces(String text) {
        return text.replace('\u00A0', ' ').replace('\u2007', ' ').replace('\u202F', ' ');
    }

    private static LocalDateTime local(Matcher found) {
        int hour = number(found, "hour");
        String half = found.group("half");
        if (half != null && hour <= 12) {
            boolean afternoon = half.strip().toLowerCase(Locale.ROOT).startsWith("p");
            hour = hour % 12 + (afternoon ? 12 : 0);
        }
        int minute = number(found, "minute");
        if (found.group("y") != null) {
            int year = number(found, "y");
            year += year < CENTURY_YEARS ? CENTURY : 0;
            return LocalDateTime.of(year, month(found.group("m")), number(found, "d"), hour, minute);
        } else if (found.group("year") != null) {
            return LocalDateTime.of(number(found, "year"), number(found, "month"), number(found, "day"), hour, minute);
        }
        int year = found.group("in") == null ? ANY_YEAR : number(found, "in");
        return LocalDateTime.of(year, month(found.group("name")), number(found, "of"), hour, minute);
    }

    /** {@code 6}, {@code junio}, {@code Jun}. */
    private static int month(String text) {
        if (Character.isDigit(text.charAt(0))) {
            return Integer.parseInt(text);
        }
        String begin = text.substring(0, SHORT_MONTH).toLowerCase(Locale.ROOT);
        int month = 1;
        while (!MONTHS.get(month - 1).startsWith(begin)) {
            month++;
        }
        return month;
    }

    private static @Nullable ZoneOffset offset(Matcher found) {
        if (found.group("sign") != null) {
            return offset(found.group("sign"), found.group("hours"), found.group("minutes"));
        }
        boolean plain = found.group("utcSign") == null;
        return plain
                ? ZoneOffset.UTC
                : offset(found.group("utcSign"), found.group("utcHours"), found.group("utcMinutes"));
    }

    private static ZoneOffset offset(String sign, String hours, @Nullable String minutes) {
        int seconds = Integer.parseInt(hours) * 3600 + (minutes == null ? 0 : Integer.parseInt(minutes) * 60);
        return ZoneOffset.ofTotalSeconds(sign.equals("+") ? seconds : -seconds);
    }

    private static int number(Matcher found, String group) {
        return Integer.parseInt(found.group(group));
    }

    /**
     * Whether it is the manifest's cut, to the minute, as instants. A file that gives no offset is held against the
     * manifest's local date and time, by the manifest's own offset.
     */
    boolean is(OffsetDateTime cut) {
        if (local == null) {
            return false;
        }
        OffsetDateTime minute = cut.truncatedTo(ChronoUnit.MINUTES);
        if (offset != null) {
            minute = minute.withOffsetSameInstant(offset);
        }
        LocalDateTime mine = minute.toLocalDateTime();
        return local.equals(hasYear ? mine : mine.withYear(ANY_YEAR));
    }
}
