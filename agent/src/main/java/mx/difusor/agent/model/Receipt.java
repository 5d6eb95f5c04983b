package mx.difusor.agent.model;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The agent's answer to the Institute about one package (contract, "The receipt").
 *
 * @param uploader who sent it; an addition of ours to the contract's fields
 * @param name the archive's file name, the receipt's {@code package}
 * @param sha256 of the archive file; null only where it could not be read
 * @param receivedAt when the last byte that the package needed had arrived
 * @param decidedAt when the verdict was durable
 * @param liveAt when the live root pointed at it
 * @param history how far the log of decisions reached when the receipt was written, so that whoever holds receipts can
 *     show it if that log is rewritten; an addition of ours; null in receipts of agents before it
 */
public record Receipt(
        String uploader,
        String name,
        @Nullable Digest sha256,
        long size,
        Outcome outcome,
        @Nullable Refusal refusal,
        @Nullable Contents contents,
        List<String> signers,
        Publication publication,
        Instant receivedAt,
        Instant decidedAt,
        @Nullable Instant liveAt,
        List<String> warnings,
        @Nullable HistoryHead history) {

    public enum Outcome {
        ACCEPTED,
        DUPLICATE,
        REJECTED;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public enum Publication {
        /** The live root shows this package's cut. */
        LIVE,
        /** A newer cut is live. */
        SUPERSEDED,
        /** Before opening, on hold, or not the published event. */
        HELD,
        NONE;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Why a package was rejected. */
    public record Refusal(
            Reason reason, String message, @Nullable String path) {}

    /** What the package says of itself, once its manifest could be read. */
    public record Contents(String event, Kind kind, long sequence, OffsetDateTime cut, boolean last) {
        public static Contents of(Manifest manifest) {
            return new Contents(
                    manifest.event(), manifest.kind(), manifest.sequence(), manifest.cut(), manifest.last());
        }
    }

    private static final DateTimeFormatter MILLISECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    public Receipt {
        signers = List.copyOf(signers);
        warnings = List.copyOf(warnings);
    }

    /** An answer that was not written yet. */
    public Receipt(
            String uploader,
            String name,
            @Nullable Digest sha256,
            long size,
            Outcome outcome,
            @Nullable Refusal refusal,
            @Nullable Contents contents,
            List<String> signers,
            Publication publication,
            Instant receivedAt,
            Instant decidedAt,
            @Nullable Instant liveAt,
            List<String> warnings) {
        this(
                uploader,
                name,
                sha256,
                size,
                outcome,
                refusal,
                contents,
                signers,
                publication,
                receivedAt,
                decidedAt,
                liveAt,
                warnings,
                null);
    }

    /** The same answer after publication was settled. */
    public Receipt published(Publication how, @Nullable Instant at) {
        return new Receipt(
                uploader,
                name,
                sha256,
                size,
                outcome,
                refusal,
                contents,
                signers,
                how,
                receivedAt,
                decidedAt,
                at,
                warnings,
                history);
    }

    /** The same answer, written when the log reached so far. */
    public Receipt witnessing(HistoryHead head) {
        return new Receipt(
                uploader,
                name,
                sha256,
                size,
                outcome,
                refusal,
                contents,
                signers,
                publication,
                receivedAt,
                decidedAt,
                liveAt,
                warnings,
                head);
    }

    /** UTC to the millisecond, as every time that the agent writes. */
    public static @Nullable String time(@Nullable Instant instant) {
        return instant == null ? null : MILLISECONDS.format(instant);
    }

    /** A cut as manifests and receipts write it: ISO 8601 with seconds and the Institute's own offset. */
    public static String cut(OffsetDateTime cut) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(cut);
    }

    /** The receipt's JSON object, its members in the contract's order: strings, numbers, booleans, lists, maps, null. */
    public Map<String, @Nullable Object> fields() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("package", name);
        fields.put("sha256", sha256 == null ? null : sha256.hex());
        fields.put("size", size);
        fields.put("outcome", outcome.code());
        fields.put("reason", refusal == null ? null : refusalFields(refusal));
        fields.put("event", contents == null ? null : contents.event());
        fields.put("kind", contents == null ? null : contents.kind().code());
        fields.put("sequence", contents == null ? null : contents.sequence());
        fields.put("cut", contents == null ? null : cut(contents.cut()));
        fields.put("final", contents == null ? null : contents.last());
        fields.put("signers", signers);
        fields.put("publication", publication.code());
        fields.put("receivedAt", time(receivedAt));
        fields.put("decidedAt", time(decidedAt));
        fields.put("liveAt", time(liveAt));
        fields.put("warnings", warnings);
        fields.put("uploader", uploader);
        fields.put("history", history == null ? null : history.fields());
        return fields;
    }

    private static Map<String, @Nullable Object> refusalFields(Refusal refusal) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("code", refusal.reason().code());
        fields.put("message", refusal.message());
        fields.put("path", refusal.path());
        return fields;
    }
}
