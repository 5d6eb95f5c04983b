package mx.difusor.agent.model;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far {@code history.log} reaches: whoever keeps it can tell later whether anything before was rewritten.
 *
 * @param entries lines of the log
 * @param head SHA-256 over the last line without its line feed; all zeros while there is none
 */
public record HistoryHead(long entries, Digest head) {

    /** Before the first entry. */
    public static final HistoryHead NONE = new HistoryHead(0, new Digest("0".repeat(64)));

    /** The JSON object {@code history} of receipts and of {@code /status}. */
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("entries", entries);
        fields.put("head", head.hex());
        return fields;
    }
}
