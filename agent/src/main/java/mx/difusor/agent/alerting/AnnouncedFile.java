package mx.difusor.agent.alerting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code announced.json} in the home. Losing it costs a repeated announcement, so an unreadable one is no error: it
 * counts as empty and is written anew.
 */
final class AnnouncedFile {

    /** Of {@link Announcer#MOST_CODES} alerts with their longest messages there is room for most; more are no news. */
    static final int MAX_BYTES = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(AnnouncedFile.class);
    private static final JsonMapper JSON = new JsonMapper();

    private final Path file;
    private final Disk disk;

    AnnouncedFile(Path file, Disk disk) {
        this.file = file;
        this.disk = disk;
    }

    Kept read() {
        if (!Files.exists(file)) {
            return Kept.NOTHING;
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] text = in.readNBytes(MAX_BYTES + 1);
            if (text.length > MAX_BYTES) {
                throw new IOException("larger than " + MAX_BYTES + " bytes");
            }
            return parse(JSON.readTree(text));
        } catch (IOException | RuntimeException e) {
            LOG.warn("cannot read {}, so alerts that still hold are announced again: {}", file, e.toString());
            return Kept.NOTHING;
        }
    }

    private static Kept parse(JsonNode node) {
        List<Kept.Standing> standing = new ArrayList<>();
        for (JsonNode one : node.required("standing")) {
            standing.add(new Kept.Standing(
                    one.required("code").asText(),
                    Instant.parse(one.required("since").asText()),
                    one.required("message").asText()));
        }
        Map<String, List<Instant>> begun = new LinkedHashMap<>();
        node.required("begun").properties().forEach(one -> {
            List<Instant> instants = new ArrayList<>();
            one.getValue().forEach(at -> instants.add(Instant.parse(at.asText())));
            begun.put(one.getKey(), instants);
        });
        return new Kept(standing, begun);
    }

    /** A failure is logged and no more: the next change writes it again. */
    void write(Kept kept) {
        List<Map<String, String>> standing = kept.standing().stream()
                .map(one -> Map.of("code", one.code(), "since", one.since().toString(), "message", one.message()))
                .toList();
        Map<String, List<String>> begun = new LinkedHashMap<>();
        kept.begun()
                .forEach((code, instants) ->
                        begun.put(code, instants.stream().map(Instant::toString).toList()));
        try {
            String text = JSON.writeValueAsString(Map.of("standing", standing, "begun", begun)) + "\n";
            disk.replace(file, text.getBytes(StandardCharsets.UTF_8), Disk.Access.PRIVATE);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            LOG.warn("cannot write {}, so a restart may announce again: {}", file, Failures.inWords(e));
        }
    }
}
