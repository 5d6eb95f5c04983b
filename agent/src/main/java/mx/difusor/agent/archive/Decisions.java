package mx.difusor.agent.archive;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** A decision as an entry of {@code history.log}: its {@code what} is the outcome's code. */
final class Decisions {

    /** Of a signer's name, which a certificate may make as long as it likes. */
    private static final int MAX_NAME_CHARACTERS = 1_000;

    /** An accepted package that came from another agent's archive. */
    static final String IMPORTED = "imported";

    static final String RETIRED = "retired";

    private Decisions() {}

    /**
     * @param receipt as the other agent gave it
     * @param by who asked for it
     */
    static Map<String, @Nullable Object> imported(Receipt receipt, String by) {
        Map<String, @Nullable Object> fields = fields(receipt);
        fields.put("decidedAt", Receipt.time(receipt.decidedAt()));
        fields.put(
                "witnessed",
                receipt.history() == null ? null : receipt.history().fields());
        fields.put("by", by);
        return fields;
    }

    static Map<String, @Nullable Object> retired(Retirement retirement) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("event", retirement.event());
        fields.put("packages", retirement.packages().size());
        fields.put(
                "bytes",
                retirement.packages().stream().mapToLong(Retirement.Gone::size).sum());
        fields.put("export", retirement.export().hex());
        fields.put("by", retirement.by());
        fields.put("why", retirement.why());
        return fields;
    }

    /** What was decided about which bytes; the words of a receipt stay in the receipt. */
    static Map<String, @Nullable Object> fields(Receipt receipt) {
        Receipt.Contents contents = receipt.contents();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("package", receipt.name());
        fields.put("sha256", receipt.sha256() == null ? null : receipt.sha256().hex());
        fields.put("size", receipt.size());
        fields.put("uploader", receipt.uploader());
        if (receipt.refusal() != null) {
            fields.put("reason", receipt.refusal().reason().code());
        }
        if (contents != null) {
            fields.put("event", contents.event());
            fields.put("kind", contents.kind().code());
            fields.put("sequence", contents.sequence());
            fields.put("cut", Receipt.cut(contents.cut()));
            fields.put("final", contents.last());
        }
        fields.put(
                "signers", receipt.signers().stream().map(Decisions::shortened).toList());
        return fields;
    }

    private static String shortened(String name) {
        return name.length() <= MAX_NAME_CHARACTERS ? name : name.substring(0, MAX_NAME_CHARACTERS) + "…";
    }

    static boolean isAccepted(JsonNode entry) {
        String what = entry.path("what").asText();
        return what.equals(Receipt.Outcome.ACCEPTED.code()) || what.equals(IMPORTED);
    }

    /** From here on the packages of its event that were accepted before are not missed. */
    static boolean isRetired(JsonNode entry) {
        return entry.path("what").asText().equals(RETIRED);
    }

    /** Tells one accepted package from every other. */
    static String key(JsonNode entry) {
        return entry.path("event").asText() + "/" + entry.path("sequence").asLong() + "/"
                + entry.path("sha256").asText();
    }

    /** Equal for an accepted package and its entry. */
    static String key(Receipt receipt) {
        Receipt.Contents contents = Objects.requireNonNull(receipt.contents());
        return key(contents.event(), contents.sequence(), String.valueOf(receipt.sha256()));
    }

    static String key(String event, long sequence, String sha256) {
        return event + "/" + sequence + "/" + sha256;
    }
}
