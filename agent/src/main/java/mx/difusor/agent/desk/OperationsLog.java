package mx.difusor.agent.desk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** {@code operations.log}: one line for every operator's command, who did what, when and why. */
final class OperationsLog {

    private static final JsonMapper JSON = new JsonMapper();

    private final Home home;
    private final Disk disk;

    OperationsLog(Home home, Disk disk) {
        this.home = home;
        this.disk = disk;
    }

    /** @param about the command's own members, in order */
    void record(Instant at, String command, Map<String, ? extends @Nullable Object> about, String by, String why)
            throws MachineException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("at", Receipt.time(at));
        fields.put("command", command);
        fields.putAll(about);
        fields.put("by", by);
        fields.put("why", why);
        try {
            disk.append(home.operations(), line(fields), Disk.Access.PRIVATE);
        } catch (IOException e) {
            throw unwritable(home, e);
        }
    }

    static byte[] line(Map<String, @Nullable Object> fields) {
        try {
            return (JSON.writeValueAsString(fields) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static MachineException unwritable(Home home, IOException cause) {
        return new MachineException(
                "home-unwritable",
                "cannot write in " + home.root() + ": " + Failures.inWords(cause),
                "check the free space and the permissions of the service account there",
                cause);
    }
}
