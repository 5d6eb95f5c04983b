package mx.difusor.agent.alerting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import mx.difusor.agent.model.AlertTexts;
import org.jspecify.annotations.Nullable;

/** An announcement as a program reads it and as people do, in the configured language. */
final class Wording {

    private static final String BUNDLE = "mx.difusor.agent.alerting.messages";
    private static final Locale SPANISH = new Locale("es");
    private static final JsonMapper JSON = new JsonMapper();

    /** Longest subject and longest line for a log, in characters. */
    static final int MAX_LINE = 500;

    private final AlertingSettings settings;
    private final AlertTexts texts;
    private final ResourceBundle bundle;

    Wording(AlertingSettings settings) {
        this.settings = settings;
        this.texts = AlertTexts.of(settings.language());
        this.bundle = ResourceBundle.getBundle(
                BUNDLE, settings.language().getLanguage().equals("es") ? SPANISH : Locale.ROOT);
    }

    private String of(String key, Object... arguments) {
        return String.format(Locale.ROOT, bundle.getString(key), arguments);
    }

    String title(String code) {
        return bundle.containsKey(code) ? bundle.getString(code) : texts.title(code);
    }

    String cure(String code) {
        return bundle.containsKey(code) ? bundle.getString(code + ".cure") : texts.cure(code);
    }

    /**
     * The body of a webhook and what a command reads (docs/alerts.md): UTF-8.
     *
     * @param at the time of this attempt
     */
    byte[] json(Announcement one, Instant at) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("difusor", Map.of("id", settings.difusorId(), "name", settings.difusorName()));
        fields.put("event", settings.event().get());
        putAll(fields, one);
        fields.put("at", time(at));
        List<Map<String, @Nullable Object>> more = one.more().stream()
                .map(each -> putAll(new LinkedHashMap<>(), each))
                .toList();
        fields.put("more", more);
        try {
            return JSON.writeValueAsBytes(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private Map<String, @Nullable Object> putAll(Map<String, @Nullable Object> fields, Announcement one) {
        Instant until = one.until();
        fields.put("id", one.id());
        fields.put("code", one.code());
        fields.put("state", one.state().name().toLowerCase(Locale.ROOT));
        fields.put("since", time(one.since()));
        fields.put("until", until == null ? null : time(until));
        fields.put("title", title(one.code()));
        fields.put("message", one.message());
        fields.put("cure", cure(one.code()));
        return fields;
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    String subject(Announcement one) {
        return oneLine(of("subject." + key(one), settings.difusorName(), title(one.code())));
    }

    /** For a log: the code first, so that it can be searched for. */
    String line(Announcement one) {
        return oneLine(of("line." + key(one), one.code(), title(one.code()), one.message()));
    }

    /** For a mail: what it is, what to do, and when. */
    String text(Announcement one) {
        StringBuilder text = new StringBuilder(of("text." + key(one), title(one.code())))
                .append("\n\n")
                .append(one.message())
                .append('\n');
        if (!cure(one.code()).isEmpty()) {
            text.append('\n').append(of("text.cure", cure(one.code()))).append('\n');
        }
        for (Announcement each : one.more()) {
            text.append("\n- ")
                    .append(of("text." + key(each), title(each.code())))
                    .append("\n  ")
                    .append(each.message())
                    .append('\n');
        }
        text.append('\n').append(of("text.since", local(one.since()))).append('\n');
        Instant until = one.until();
        if (until != null) {
            text.append(of("text.until", local(until))).append('\n');
        }
        return text.append(of(
                        "text.origin",
                        settings.difusorName(),
                        settings.difusorId(),
                        settings.event().get(),
                        one.code()))
                .append('\n')
                .toString();
    }

    /** By this host's clock, with its offset. */
    private static String local(Instant instant) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                instant.truncatedTo(ChronoUnit.SECONDS).atZone(ZoneId.systemDefault()));
    }

    private static String key(Announcement one) {
        return one.state().name().toLowerCase(Locale.ROOT);
    }

    /** Nothing in it can begin another line, another header, another entry. */
    private static String oneLine(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\u2028\\u2029\\u0085]+", " ").strip();
        int most = MAX_LINE - 1;
        if (line.length() <= most) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(most - 1)) ? most - 1 : most;
        return line.substring(0, end) + "…";
    }
}
