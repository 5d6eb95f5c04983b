package mx.difusor.agent.alerting;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Which channels fail, as one alert. Any thread. */
final class ChannelTroubles {

    private final Trouble trouble;
    private final Map<String, String> reasons = new TreeMap<>();

    ChannelTroubles(Trouble trouble) {
        this.trouble = trouble;
    }

    synchronized void fails(String channel, String reason) {
        reasons.put(channel, reason);
        tell();
    }

    synchronized void works(String channel) {
        if (reasons.remove(channel) != null) {
            tell();
        }
    }

    synchronized boolean failing(String channel) {
        return reasons.containsKey(channel);
    }

    private void tell() {
        if (reasons.isEmpty()) {
            trouble.clear(Outbox.ALERT);
        } else {
            String all = reasons.entrySet().stream()
                    .map(one -> one.getKey() + ": " + one.getValue())
                    .collect(Collectors.joining("; "));
            trouble.raise(Outbox.ALERT, all + "; repair it, then run `difusor alert test`");
        }
    }
}
