package mx.difusor.agent.desk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/** An operator's hold, which outlives the process. */
final class HoldFile {

    private static final JsonMapper JSON = new JsonMapper();

    private final Home home;
    private final Disk disk;

    HoldFile(Home home, Disk disk) {
        this.home = home;
        this.disk = disk;
    }

    Optional<Operator.Hold> read() throws MachineException {
        if (!Files.exists(home.hold())) {
            return Optional.empty();
        }
        try {
            JsonNode node = JSON.readTree(Files.readAllBytes(home.hold()));
            JsonNode sequence = node.required("sequence");
            return Optional.of(new Operator.Hold(
                    node.required("event").textValue(),
                    sequence.isNull() ? null : sequence.longValue(),
                    node.required("by").textValue(),
                    node.required("why").textValue(),
                    Instant.parse(node.required("at").textValue()),
                    known(node.path("known"))));
        } catch (IOException | RuntimeException e) {
            throw new MachineException(
                    "hold-unreadable",
                    "cannot read " + home.hold() + ": " + e.getMessage(),
                    "remove the file to publish the newest cut again, then hold once more if needed",
                    e);
        }
    }

    private static @Nullable Set<Long> known(JsonNode sequences) {
        if (!sequences.isArray()) {
            return null;
        }
        Set<Long> known = new TreeSet<>();
        sequences.forEach(sequence -> known.add(sequence.longValue()));
        return known;
    }

    void write(Operator.Hold hold) throws MachineException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("event", hold.event());
        fields.put("sequence", hold.sequence());
        fields.put("by", hold.by());
        fields.put("why", hold.why());
        fields.put("at", hold.at().toString());
        fields.put("known", hold.known());
        try {
            byte[] text = (JSON.writeValueAsString(fields) + "\n").getBytes(StandardCharsets.UTF_8);
            disk.replace(home.hold(), text, Disk.Access.PRIVATE);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    void remove() throws MachineException {
        try {
            disk.delete(home.hold());
            disk.syncDirectory(home.root());
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private MachineException unwritable(IOException cause) {
        return new MachineException(
                "home-unwritable",
                "cannot write in " + home.root() + ": " + Failures.inWords(cause),
                "check the free space and the permissions of the service account there",
                cause);
    }
}
