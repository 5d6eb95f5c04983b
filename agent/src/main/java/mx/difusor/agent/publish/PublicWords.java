package mx.difusor.agent.publish;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a notice tells the public, in Spanish and, under names that end in {@code .en}, in English. */
final class PublicWords {

    private static final Locale MEXICAN = Locale.forLanguageTag("es-MX");
    private static final DateTimeFormatter SPANISH =
            DateTimeFormatter.ofPattern("EEEE d 'de' MMMM 'de' uuuu, HH:mm 'h'", MEXICAN);
    private static final DateTimeFormatter ENGLISH =
            DateTimeFormatter.ofPattern("EEEE, d MMMM uuuu, HH:mm", Locale.ENGLISH);

    private PublicWords() {}

    /** {@code cut}, {@code last}, {@code since}, {@code message} and their English; an empty text where there is nothing to say. */
    static Map<String, String> of(OwnPages.Notice notice) {
        Map<String, String> words = new LinkedHashMap<>();
        OffsetDateTime cut = notice.cut();
        words.put("message", notice.message());
        if (cut == null) {
            words.put("cut", "");
            words.put("cut.en", "");
            words.put("last", "Todavía no se ha recibido ningún corte.");
            words.put("last.en", "No cut has been received yet.");
            words.put("since", "");
            words.put("since.en", "");
            return words;
        }
        OffsetDateTime since = notice.since().atOffset(cut.getOffset());
        words.put("cut", SPANISH.format(cut) + zone(cut.getOffset()));
        words.put("cut.en", ENGLISH.format(cut) + zone(cut.getOffset()));
        words.put("last", "El último corte que se recibió es el del " + words.get("cut") + ".");
        words.put("last.en", "The last cut received is that of " + words.get("cut.en") + ".");
        words.put("since", "Interrumpida desde el " + SPANISH.format(since) + zone(cut.getOffset()) + ".");
        words.put("since.en", "Interrupted since " + ENGLISH.format(since) + zone(cut.getOffset()) + ".");
        return words;
    }

    /** As Mexican institutes write it: {@code (UTC-7)}. */
    private static String zone(ZoneOffset offset) {
        int minutes = Math.abs(offset.getTotalSeconds()) / 60;
        String sign = offset.getTotalSeconds() < 0 ? "-" : "+";
        String rest = minutes % 60 == 0 ? "" : ":%02d".formatted(minutes % 60);
        return minutes == 0 ? " (UTC)" : " (UTC" + sign + minutes / 60 + rest + ")";
    }
}
