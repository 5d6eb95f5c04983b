package mx.difusor.agent.desk;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import org.jspecify.annotations.Nullable;

/** The files that keep what operators ordered. */
final class OrderFiles {

    private OrderFiles() {}

    /**
     * Another event than the configuration names.
     *
     * @param configured what the configuration named then; where it names another one by now, that one counts
     */
    record Activation(String event, String configured, String by, String why, Instant at) {}

    static OrderFile<Operator.Hold> hold(Home home, Disk disk) {
        return new OrderFile<>(home.hold(), disk, new HoldForm());
    }

    static OrderFile<Operator.Notice> notice(Home home, Disk disk) {
        return new OrderFile<>(home.notice(), disk, new NoticeForm());
    }

    static OrderFile<Activation> activation(Home home, Disk disk) {
        return new OrderFile<>(home.activation(), disk, new ActivationForm());
    }

    private static String text(JsonNode node, String member) {
        return java.util.Objects.requireNonNull(node.required(member).textValue(), member + " is not a text");
    }

    private static Map<String, @Nullable Object> signed(String by, String why, Instant at) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("by", by);
        fields.put("why", why);
        fields.put("at", at.toString());
        return fields;
    }

    private static final class HoldForm implements OrderFile.Form<Operator.Hold> {

        @Override
        public Operator.Hold read(JsonNode node) {
            JsonNode sequence = node.required("sequence");
            return new Operator.Hold(
                    text(node, "event"),
                    sequence.isNull() ? null : sequence.longValue(),
                    text(node, "by"),
                    text(node, "why"),
                    Instant.parse(text(node, "at")),
                    known(node.path("known")));
        }

        private static @Nullable Set<Long> known(JsonNode sequences) {
            if (!sequences.isArray()) {
                return null;
            }
            Set<Long> known = new TreeSet<>();
            sequences.forEach(sequence -> known.add(sequence.longValue()));
            return known;
        }

        @Override
        public Map<String, @Nullable Object> fields(Operator.Hold hold) {
            Map<String, @Nullable Object> fields = signed(hold.by(), hold.why(), hold.at());
            fields.put("event", hold.event());
            fields.put("sequence", hold.sequence());
            fields.put("known", hold.known());
            return fields;
        }

        @Override
        public String cure() {
            return "remove the file to publish the newest cut again, then hold once more if needed";
        }

        @Override
        public String code() {
            return "hold-unreadable";
        }
    }

    private static final class NoticeForm implements OrderFile.Form<Operator.Notice> {

        @Override
        public Operator.Notice read(JsonNode node) {
            return new Operator.Notice(
                    text(node, "by"), text(node, "why"), Instant.parse(text(node, "at")), text(node, "message"));
        }

        @Override
        public Map<String, @Nullable Object> fields(Operator.Notice notice) {
            Map<String, @Nullable Object> fields = signed(notice.by(), notice.why(), notice.at());
            fields.put("message", notice.message());
            return fields;
        }

        @Override
        public String cure() {
            return "remove the file to take the notice down, then put it up once more if needed";
        }

        @Override
        public String code() {
            return "notice-unreadable";
        }
    }

    private static final class ActivationForm implements OrderFile.Form<Activation> {

        @Override
        public Activation read(JsonNode node) {
            return new Activation(
                    text(node, "event"),
                    text(node, "configured"),
                    text(node, "by"),
                    text(node, "why"),
                    Instant.parse(text(node, "at")));
        }

        @Override
        public Map<String, @Nullable Object> fields(Activation activation) {
            Map<String, @Nullable Object> fields = signed(activation.by(), activation.why(), activation.at());
            fields.put("event", activation.event());
            fields.put("configured", activation.configured());
            return fields;
        }

        @Override
        public String cure() {
            return "remove the file to publish the event that the configuration names";
        }

        @Override
        public String code() {
            return "activation-unreadable";
        }
    }
}
