package mx.difusor.agent.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import mx.difusor.agent.archive.HistoryLog;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/**
 * {@code home.json}: which agents can read a home. A home without it was written before there was one, or is new. Its
 * members: {@code format}, and {@code agent}, the version that wrote it.
 */
final class HomeFormat {

    /**
     * One more whenever an older agent could no longer read a home rightly. 1: no {@code home.json}, operators'
     * commands in {@code operations.log}. 2: everything in {@code history.log}.
     */
    static final int CURRENT = 2;

    private static final int MAX_BYTES = 64 * 1024;
    private static final JsonMapper JSON = new JsonMapper();

    private HomeFormat() {}

    private record Found(int format, String agent) {}

    /**
     * Asked before anything in the home is touched.
     *
     * @throws MachineException {@code home-newer} where a newer agent wrote it, {@code home-unreadable}
     */
    static void require(Home home) throws MachineException {
        Found found = read(home);
        if (found != null && found.format() > CURRENT) {
            throw new MachineException(
                    "home-newer",
                    "the home %s was written by a newer agent (%s, format %d; this one knows formats up to %d)"
                            .formatted(home.root(), found.agent(), found.format(), CURRENT),
                    "install that agent again, or give this one a home of its own; nothing was changed",
                    null);
        }
    }

    /** Takes a home of an older agent, or a new one, to the current format; does nothing to a current one. */
    static void upgrade(Home home, Disk disk, HistoryLog log, String version, Clock clock) throws MachineException {
        Found found = read(home);
        if (found != null && found.format() == CURRENT) {
            return;
        }
        try {
            if (Files.exists(home.operations())) {
                // Nobody writes it any more; from now on nobody rewrites it quietly either.
                Map<String, Object> about = new LinkedHashMap<>();
                about.put("from", 1);
                about.put("to", CURRENT);
                about.put(
                        "operations.log",
                        Digest.ofContent(Files.readAllBytes(home.operations())).hex());
                log.append(clock.instant(), "upgraded", about);
            }
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("format", CURRENT);
            fields.put("agent", version);
            String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(fields) + "\n";
            disk.replace(home.format(), text.getBytes(StandardCharsets.UTF_8), Disk.Access.PRIVATE);
        } catch (IOException e) {
            throw new MachineException(
                    "home-unwritable",
                    "cannot write in " + home.root() + ": " + Failures.inWords(e),
                    "check the free space and the permissions of the service account there",
                    e);
        }
    }

    private static @Nullable Found read(Home home) throws MachineException {
        if (!Files.exists(home.format())) {
            return null;
        }
        try (InputStream in = Files.newInputStream(home.format())) {
            JsonNode node = JSON.readTree(in.readNBytes(MAX_BYTES));
            int format = node.path("format").asInt();
            if (format < 1) {
                throw new IOException("it names no format");
            }
            return new Found(format, "agent " + node.path("agent").asText("unknown"));
        } catch (IOException e) {
            throw new MachineException(
                    "home-unreadable",
                    "cannot read " + home.format() + ": " + Failures.inWords(e),
                    "bring it back from a backup; or remove it, if no newer agent ever ran on this home",
                    e);
        }
    }
}
