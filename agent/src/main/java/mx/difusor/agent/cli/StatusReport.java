package mx.difusor.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The contract's {@code /status} for people. */
final class StatusReport {

    /** More than this many gaps or so are a number, not a list. */
    private static final int GAPS_SHOWN = 20;

    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};
    private static final double STEP = 1_000;

    private final Texts texts;

    StatusReport(Texts texts) {
        this.texts = texts;
    }

    void print(PrintWriter out, JsonNode status) {
        JsonNode difusor = status.path("difusor");
        JsonNode agent = status.path("agent");
        out.println(texts.of(
                "msg.status-head",
                difusor.path("name").asText(),
                difusor.path("id").asText(),
                agent.path("version").asText(),
                agent.path("startedAt").asText()));
        live(out, status.path("live"));
        gaps(out, status.path("gaps"));
        last(out, status.path("last"));
        JsonNode archive = status.path("archive");
        out.println(texts.of(
                "msg.status-archive",
                archive.path("packages").asLong(),
                size(archive.path("bytes").asLong()),
                size(archive.path("budget").asLong()),
                size(archive.path("diskFree").asLong())));
        site(out, status.path("site"));
        for (JsonNode alert : status.path("alerts")) {
            out.println(texts.of(
                    "msg.status-alert",
                    alert.path("code").asText(),
                    alert.path("since").asText(),
                    alert.path("message").asText()));
        }
        if (status.path("alerts").isEmpty()) {
            out.println(texts.of("msg.status-no-alerts"));
        }
        out.flush();
    }

    private void live(PrintWriter out, JsonNode live) {
        String state = state(live.path("state").asText());
        if (!live.path("sequence").isNumber()) {
            out.println(
                    texts.of("msg.status-live-none", state, live.path("event").asText()));
            return;
        }
        out.println(texts.of(
                "msg.status-live",
                state,
                live.path("event").asText(),
                live.path("sequence").asLong(),
                live.path("cut").asText(),
                age(live.path("ageSeconds").asLong())));
    }

    /** The state in the reader's language; as it came where a newer agent knows one more. */
    private String state(String code) {
        try {
            return texts.of("msg.state-" + code);
        } catch (MissingResourceException e) {
            return code;
        }
    }

    private void gaps(PrintWriter out, JsonNode gaps) {
        if (gaps.isEmpty()) {
            return;
        }
        String some = StreamSupport.stream(gaps.spliterator(), false)
                .limit(GAPS_SHOWN)
                .map(JsonNode::asText)
                .collect(Collectors.joining(", "));
        out.println(texts.of("msg.status-gaps", gaps.size() > GAPS_SHOWN ? some + ", …" : some, gaps.size()));
    }

    private void last(PrintWriter out, JsonNode last) {
        if (!last.isObject()) {
            return;
        }
        JsonNode reason = last.path("reason");
        out.println(texts.of(
                "msg.status-last",
                last.path("package").asText(),
                last.path("outcome").asText(),
                reason.isObject() ? " (" + reason.path("code").asText() + ")" : "",
                last.path("decidedAt").asText()));
    }

    private void site(PrintWriter out, JsonNode site) {
        if (!site.isObject()) {
            return;
        }
        JsonNode last = site.path("lastProbe");
        String found = last.path("good").asBoolean()
                ? texts.of("msg.status-site-good", last.path("millis").asLong())
                : last.isObject() ? last.path("code").asText() : texts.of("msg.status-site-unvisited");
        JsonNode availability = site.path("availability");
        out.println(texts.of(
                "msg.status-site",
                site.path("url").asText(),
                found,
                percent(availability.path("day")),
                percent(availability.path("month"))));
    }

    /** Two digits, rounded down: what is asked for is not said before it is reached. */
    static String percent(JsonNode ratio) {
        return ratio.isNumber()
                ? ratio.decimalValue()
                                .movePointRight(2)
                                .setScale(2, RoundingMode.FLOOR)
                                .toPlainString() + " %"
                : "-";
    }

    static String age(long seconds) {
        Duration age = Duration.ofSeconds(seconds);
        if (age.toMinutes() < 1) {
            return seconds + " s";
        }
        if (age.toHours() < 1) {
            return age.toMinutes() + " min";
        }
        return age.toDays() < 1
                ? age.toHours() + " h " + age.toMinutesPart() + " min"
                : age.toDays() + " d " + age.toHoursPart() + " h";
    }

    /** Decimal units, as the configuration's {@code GB}. */
    static String size(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (amount >= STEP && unit < UNITS.length - 1) {
            amount /= STEP;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", amount, UNITS[unit]);
    }
}
