package mx.difusor.agent.desk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.ExpiryOverride;
import mx.difusor.agent.model.ExpiryOverrides;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/** {@code expiry-overrides.json}: what operators allowed, in force and ended; the agent writes it, commands read it. */
public final class ExpiryFile {

    static final int MAX_BYTES = 4 * 1024 * 1024;

    private static final JsonMapper JSON = new JsonMapper();

    private ExpiryFile() {}

    /** @throws MachineException {@code overrides-unreadable}: nothing that expired may count on the word of such a file */
    public static ExpiryOverrides read(Home home) throws MachineException {
        if (!Files.exists(home.expiryOverrides())) {
            return ExpiryOverrides.NONE;
        }
        try (InputStream in = Files.newInputStream(home.expiryOverrides())) {
            byte[] text = in.readNBytes(MAX_BYTES + 1);
            if (text.length > MAX_BYTES) {
                throw new IOException("larger than " + MAX_BYTES + " bytes");
            }
            List<ExpiryOverride> all = new ArrayList<>();
            for (JsonNode node : JSON.readTree(text).required("overrides")) {
                all.add(override(node));
            }
            return new ExpiryOverrides(all);
        } catch (IOException | RuntimeException e) {
            throw new MachineException(
                    "overrides-unreadable",
                    "cannot read " + home.expiryOverrides() + ": "
                            + (e instanceof IOException io ? Failures.inWords(io) : e.getMessage()),
                    "move the file away, so that nothing that has expired counts, then allow again what is needed",
                    e);
        }
    }

    private static ExpiryOverride override(JsonNode node) {
        JsonNode withdrawn = node.path("withdrawn");
        return new ExpiryOverride(
                node.required("fingerprint").textValue(),
                Instant.parse(node.required("from").textValue()),
                Instant.parse(node.required("until").textValue()),
                node.required("by").textValue(),
                node.required("why").textValue(),
                withdrawn.isTextual() ? Instant.parse(withdrawn.textValue()) : null);
    }

    static void write(Home home, Disk disk, ExpiryOverrides overrides) throws MachineException {
        List<Map<String, @Nullable Object>> all = new ArrayList<>();
        for (ExpiryOverride one : overrides.all()) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("fingerprint", one.fingerprint());
            fields.put("from", one.from().toString());
            fields.put("until", one.until().toString());
            fields.put("by", one.by());
            fields.put("why", one.why());
            fields.put("withdrawn", one.withdrawn() == null ? null : String.valueOf(one.withdrawn()));
            all.add(fields);
        }
        try {
            String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(Map.of("overrides", all)) + "\n";
            disk.replace(home.expiryOverrides(), text.getBytes(StandardCharsets.UTF_8), Disk.Access.PRIVATE);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new MachineException(
                    "home-unwritable",
                    "cannot write " + home.expiryOverrides() + ": " + Failures.inWords(e),
                    "check the free space and the permissions of the service account there",
                    e);
        }
    }
}
