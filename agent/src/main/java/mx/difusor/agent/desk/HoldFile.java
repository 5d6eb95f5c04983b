package mx.difusor.agent.desk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/** An operator's hold, which outlives the process, and the record of the commands around it. */
final class HoldFile {

    private static final JsonMapper JSON = new JsonMapper();

    private final Home home;
    private final Disk disk;
    private final OperationsLog log;

    HoldFile(Home home, Disk disk) {
        this.home = home;
        this.disk = disk;
        this.log = new OperationsLog(home, disk);
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
                    Instant.parse(node.required("at").textValue())));
        } catch (IOException | RuntimeException e) {
            throw new MachineException(
                    "hold-unreadable",
                    "cannot read " + home.hold() + ": " + e.getMessage(),
                    "remove the file to publish the newest cut again, then hold once more if needed",
                    e);
        }
    }

    void write(Operator.Hold hold) throws MachineException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("event", hold.event());
        fields.put("sequence", hold.sequence());
        fields.put("by", hold.by());
        fields.put("why", hold.why());
        fields.put("at", hold.at().toString());
        try {
            disk.replace(home.hold(), OperationsLog.line(fields), Disk.Access.PRIVATE);
        } catch (IOException e) {
            throw OperationsLog.unwritable(home, e);
        }
    }

    void remove() throws MachineException {
        try {
            disk.delete(home.hold());
            disk.syncDirectory(home.root());
        } catch (IOException e) {
            throw OperationsLog.unwritable(home, e);
        }
    }

    /** See {@link OperationsLog}. */
    void record(String command, @Nullable Long sequence, String by, String why, Instant at) throws MachineException {
        log.record(at, command, Collections.singletonMap("sequence", sequence), by, why);
    }
}
