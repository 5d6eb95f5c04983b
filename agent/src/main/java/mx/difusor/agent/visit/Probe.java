package mx.difusor.agent.visit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one visit found.
 *
 * @param finding null where everything that was asked for came as it should
 * @param millis until the whole page, or the first file where there is no page, had come; 0 where it did not
 * @param certificateEnds when the site's certificate does; null without TLS, or where no answer came
 */
public record Probe(
        @Nullable Finding finding, int millis, @Nullable Instant certificateEnds) {

    public boolean good() {
        return finding == null;
    }
}
