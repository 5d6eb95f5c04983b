package mx.difusor.agent.archive;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.HistoryHead;
import mx.difusor.agent.model.MachineException;

/** The accepted packages that the lines of {@code history.log} tell of, as they come by. */
final class LoggedPackages implements HistoryChain.Visitor {

    private final Set<String> keys = new HashSet<>();

    /** By event, the sequences that no later line retired. */
    private final Map<String, Set<Long>> kept = new HashMap<>();

    @Override
    public void entry(JsonNode entry, HistoryHead head) {
        String event = entry.path("event").asText();
        if (Decisions.isAccepted(entry)) {
            keys.add(Decisions.key(entry));
            if (Event.ID.matcher(event).matches()) { // a garbled line names no folder
                kept.computeIfAbsent(event, none -> new HashSet<>())
                        .add(entry.path("sequence").asLong());
            }
        } else if (Decisions.isRetired(entry)) {
            kept.remove(event);
        }
    }

    /** Of every package that a line says was accepted, as {@link Decisions#key} makes them. */
    Set<String> keys() {
        return keys;
    }

    /** The folders, below the home, of those that should be there and have neither row nor folder. */
    Set<String> missing(Index index, Home home) throws MachineException {
        Set<String> missing = new HashSet<>();
        for (Map.Entry<String, Set<Long>> one : kept.entrySet()) {
            String event = "archive/" + one.getKey();
            Set<String> rows = index.foldersIn(event);
            one.getValue().stream()
                    .map(sequence -> event + "/" + sequence)
                    .filter(folder -> !rows.contains(folder)
                            && Files.notExists(home.root().resolve(folder)))
                    .forEach(missing::add);
        }
        return missing;
    }
}
