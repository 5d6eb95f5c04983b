package mx.difusor.agent.alerting;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Which channels fail, as one alert. Any thread. */
final class ChannelTroubles {

    private final Trouble trouble;
    private final Map<String, String> reasons = new TreeMap<>();

    /** Those among them that reach nobody. */
    private final Set<String> dead = new HashSet<>();

    ChannelTroubles(Trouble trouble) {
        this.trouble = trouble;
    }

    synchronized void fails(String channel, String reason) {
        reasons.put(channel, reason);
        dead.add(channel);
        tell();
    }

    /**
     * It tells some of those that it should.
     *
     * @return whether it told nobody before
     */
    synchronized boolean reachesSome(String channel, String reason) {
        reasons.put(channel, reason);
        tell();
        return dead.remove(channel);
    }

    /** @return whether it told nobody before */
    synchronized boolean works(String channel) {
        if (reasons.remove(channel) != null) {
            tell();
        }
        return dead.remove(channel);
    }

    /** It tells nobody. */
    synchronized boolean failing(String channel) {
        return dead.contains(channel);
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
