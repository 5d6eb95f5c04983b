package mx.difusor.agent.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What became of a test through one of the channels that alerts take.
 *
 * @param channel as the configuration calls it
 * @param reason why it did not work; null where it did
 * @param took from its begin until it worked or failed
 */
public record ChannelTrial(String channel, @Nullable String reason, Duration took) {

    public boolean worked() {
        return reason == null;
    }
}
