package mx.difusor.agent.institute;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A receipt as the Institute reads it (contract, "The receipt"). Fields that it does not know are left alone.
 *
 * @param outcome {@code accepted}, {@code duplicate} or {@code rejected}
 * @param publication {@code live}, {@code superseded}, {@code held} or {@code none}
 * @param sha256 hex, null where the agent could not read the archive
 * @param code why it was rejected; message and path likewise
 * @param json the whole receipt
 */
public record Answer(
        String outcome,
        String publication,
        @Nullable String sha256,
        @Nullable String code,
        @Nullable String message,
        @Nullable String path,
        @Nullable Instant receivedAt,
        @Nullable Instant decidedAt,
        @Nullable Instant liveAt,
        JsonNode json) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Accepted, or accepted earlier: nothing is wrong with the package. */
    public boolean good() {
        return outcome.equals("accepted") || outcome.equals("duplicate");
    }

    /** From the last byte's arrival to the live root; empty where it did not go live, or was live before it came again. */
    public Optional<Duration> untilLive() {
        return receivedAt == null || liveAt == null || liveAt.isBefore(receivedAt)
                ? Optional.empty()
                : Optional.of(Duration.between(receivedAt, liveAt));
    }

    /** @throws IOException where {@code bytes} are not a receipt */
    static Answer parse(byte[] bytes) throws IOException {
        JsonNode json = JSON.readTree(bytes);
        String outcome = text(json, "outcome");
        if (outcome == null) {
            throw new IOException("not a receipt: it has no outcome");
        }
        JsonNode reason = json.path("reason");
        String publication = text(json, "publication");
        return new Answer(
                outcome,
                publication == null ? "none" : publication,
                text(json, "sha256"),
                text(reason, "code"),
                text(reason, "message"),
                text(reason, "path"),
                instant(json, "receivedAt"),
                instant(json, "decidedAt"),
                instant(json, "liveAt"),
                json);
    }

    private static @Nullable String text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        return value.isTextual() ? value.textValue() : null;
    }

    private static @Nullable Instant instant(JsonNode json, String field) throws IOException {
        String text = text(json, field);
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new IOException("not a receipt: " + field + " is " + text, e);
        }
    }
}
