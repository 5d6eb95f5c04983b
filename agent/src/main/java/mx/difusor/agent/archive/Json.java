package mx.difusor.agent.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.HistoryHead;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.ManifestFile;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** Receipts and manifests as the archive writes and reads them back. */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private Json() {}

    /** The receipt as the Institute fetches it: indented, one line feed at the end. */
    static byte[] receipt(Receipt receipt) {
        return (write(receipt.fields()) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IOException unless it is a receipt of this agent */
    static Receipt receipt(byte[] json) throws IOException {
        JsonNode node = MAPPER.readTree(json);
        try {
            return new Receipt(
                    text(node, "uploader"),
                    text(node, "package"),
                    optional(node, "sha256").map(Digest::new).orElse(null),
                    node.path("size").longValue(),
                    code(Receipt.Outcome.values(), Receipt.Outcome::code, text(node, "outcome")),
                    refusal(node.path("reason")),
                    contents(node),
                    texts(node.path("signers")),
                    code(Receipt.Publication.values(), Receipt.Publication::code, text(node, "publication")),
                    Instant.parse(text(node, "receivedAt")),
                    Instant.parse(text(node, "decidedAt")),
                    optional(node, "liveAt").map(Instant::parse).orElse(null),
                    texts(node.path("warnings")),
                    history(node.path("history")));
        } catch (RuntimeException e) {
            throw new IOException("not a receipt: " + e.getMessage(), e);
        }
    }

    static String manifest(Manifest manifest) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("event", manifest.event());
        fields.put("kind", manifest.kind().code());
        fields.put("sequence", manifest.sequence());
        fields.put("cut", Receipt.cut(manifest.cut()));
        fields.put("final", manifest.last());
        List<Map<String, Object>> files = new ArrayList<>();
        for (ManifestFile file : manifest.files()) {
            files.add(Map.of(
                    "path",
                    file.path(),
                    "size",
                    file.size(),
                    "sha256",
                    file.sha256().hex()));
        }
        fields.put("files", files);
        fields.put("remove", manifest.remove());
        return write(fields);
    }

    static Manifest manifest(String json) throws IOException {
        JsonNode node = MAPPER.readTree(json);
        try {
            List<ManifestFile> files = new ArrayList<>();
            for (JsonNode file : node.path("files")) {
                files.add(new ManifestFile(
                        text(file, "path"), file.path("size").longValue(), new Digest(text(file, "sha256"))));
            }
            return new Manifest(
                    text(node, "event"),
                    code(Kind.values(), Kind::code, text(node, "kind")),
                    node.path("sequence").longValue(),
                    OffsetDateTime.parse(text(node, "cut")),
                    node.path("final").booleanValue(),
                    files,
                    texts(node.path("remove")));
        } catch (RuntimeException e) {
            throw new IOException("not a manifest of the index: " + e.getMessage(), e);
        }
    }

    private static Receipt.@Nullable Refusal refusal(JsonNode node) {
        if (!node.isObject()) {
            return null;
        }
        Reason reason = code(Reason.values(), Reason::code, text(node, "code"));
        return new Receipt.Refusal(
                reason, text(node, "message"), optional(node, "path").orElse(null));
    }

    private static Receipt.@Nullable Contents contents(JsonNode node) {
        if (!node.path("sequence").isIntegralNumber()) {
            return null;
        }
        return new Receipt.Contents(
                text(node, "event"),
                code(Kind.values(), Kind::code, text(node, "kind")),
                node.path("sequence").longValue(),
                OffsetDateTime.parse(text(node, "cut")),
                node.path("final").booleanValue());
    }

    /** What an entry of {@code history.log} says of an accepted package; empty where it is none that was written. */
    static Optional<AcceptedPackage> logged(JsonNode entry) {
        try {
            Receipt.Contents contents = contents(entry);
            Instant at = Instant.parse(text(entry, "at"));
            return Optional.ofNullable(contents)
                    .map(known -> new AcceptedPackage(
                            known,
                            new Digest(text(entry, "sha256")),
                            text(entry, "package"),
                            entry.path("size").longValue(),
                            at,
                            at));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    private static @Nullable HistoryHead history(JsonNode node) {
        return node.isObject()
                ? new HistoryHead(node.path("entries").longValue(), new Digest(text(node, "head")))
                : null;
    }

    private static String text(JsonNode node, String member) {
        return optional(node, member).orElseThrow(() -> new IllegalArgumentException("no text in " + member));
    }

    private static Optional<String> optional(JsonNode node, String member) {
        JsonNode value = node.path(member);
        return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.textValue()));
        return texts;
    }

    private static <E> E code(E[] values, java.util.function.Function<E, String> code, String text) {
        for (E value : values) {
            if (code.apply(value).equals(text)) {
                return value;
            }
        }
        throw new IllegalArgumentException("unknown code " + text);
    }

    private static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
