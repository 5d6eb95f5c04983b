package mx.difusor.agent.doctor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the running agent says of itself in {@code /status}.
 *
 * @param cut that is live; null where none is
 * @param alerts the codes of those that hold
 * @param month which part of the visits of 30 days were good, 0 to 1; null where none were made
 */
public record AgentSeen(
        String version,
        String startedAt,
        String state,
        @Nullable String cut,
        List<String> alerts,
        @Nullable Double month) {
    public AgentSeen {
        alerts = List.copyOf(alerts);
    }
}
