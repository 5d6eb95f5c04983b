package mx.difusor.agent.desk;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.model.Tree;
import org.jspecify.annotations.Nullable;

/**
 * What was published last, or is live since an earlier run as long as this one could publish nothing.
 *
 * @param release as {@link Overview.Live} has it
 */
record View(
        Event event,
        String release,
        Digest tree,
        @Nullable AcceptedPackage newest,
        @Nullable Instant publishedAt) {

    /** Something is live since an earlier run, and nobody knows yet what is in it. */
    static View unsure(Event event, String release) {
        return new View(event, release, Tree.of(List.of()).digest(), null, null);
    }

    boolean shows(AcceptedPackage one) {
        return newest != null && newest.event().equals(one.event()) && newest.sequence() == one.sequence();
    }

    /** An entry of {@code history.log}: what the public sees from now on. */
    Map<String, @Nullable Object> entry() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("event", event.id());
        fields.put("sequence", newest == null ? null : newest.sequence());
        fields.put("cut", newest == null ? null : Receipt.cut(newest.contents().cut()));
        fields.put("release", release);
        fields.put("tree", tree.hex());
        return fields;
    }
}
