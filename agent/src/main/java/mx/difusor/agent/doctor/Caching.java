package mx.difusor.agent.doctor;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mx.difusor.agent.visit.PageLook;

/** How long browsers and caches may show what they have without asking (RFC 9111). */
final class Caching {

    /** Nobody notices. */
    static final long UNNOTICED_SECONDS = 10;

    /** Beyond, visitors see the cut before. */
    static final long TOLERABLE_SECONDS = 60;

    private static final Pattern AGE = Pattern.compile("(?:s-maxage|max-age)\\s*=\\s*\"?(\\d{1,15})");

    private Caching() {}

    static Finding of(String address, PageLook.Seen seen) {
        String shown = seen.header("Cache-Control").isEmpty() ? "-" : seen.header("Cache-Control");
        OptionalLong seconds = seconds(seen);
        if (seconds.isEmpty()) {
            return Finding.note(CheckId.CACHING, "unsaid", address);
        }
        long lifetime = seconds.getAsLong();
        Finding finding;
        if (lifetime <= UNNOTICED_SECONDS) {
            finding = Finding.fine(CheckId.CACHING, "asks", shown);
        } else if (lifetime <= TOLERABLE_SECONDS) {
            finding = Finding.note(CheckId.CACHING, "short", address, lifetime, shown);
        } else {
            finding = Finding.fault(CheckId.CACHING, "long", address, lifetime, shown);
        }
        return finding.with("seconds", lifetime).with("cacheControl", shown);
    }

    /** Empty where the headers leave it to the browser to guess. */
    static OptionalLong seconds(PageLook.Seen seen) {
        String control = seen.header("Cache-Control").toLowerCase(Locale.ROOT);
        if (control.contains("no-cache") || control.contains("no-store")) {
            return OptionalLong.of(0);
        }
        long longest = -1;
        Matcher ages = AGE.matcher(control);
        while (ages.find()) {
            longest = Math.max(longest, Long.parseLong(ages.group(1)));
        }
        return longest >= 0 ? OptionalLong.of(longest) : expires(seen);
    }

    private static OptionalLong expires(PageLook.Seen seen) {
        String expires = seen.header("Expires");
        if (expires.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            DateTimeFormatter form = DateTimeFormatter.RFC_1123_DATE_TIME;
            ZonedDateTime from = ZonedDateTime.parse(seen.header("Date"), form);
            long seconds =
                    Duration.between(from, ZonedDateTime.parse(expires, form)).toSeconds();
            return OptionalLong.of(Math.max(0, seconds));
        } catch (DateTimeException e) {
            return OptionalLong.of(0); // RFC 9111, 5.3: one that is no date has passed
        }
    }
}
