package mx.difusor.agent.config;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.model.Event;
import org.jspecify.annotations.Nullable;

/** {@code events} and which of them {@code event} publishes. */
final class EventsReader {

    private static final Duration CADENCE = Duration.ofMinutes(15);
    private static final int MISSED_PERIODS = 3;
    private static final int MAX_MISSED_PERIODS = 1_000;

    private final Problems problems;
    private final Map<String, Integer> lines = new HashMap<>();

    private EventsReader(Problems problems) {
        this.problems = problems;
    }

    static List<Event> read(Section root, Problems problems) {
        EventsReader reader = new EventsReader(problems);
        List<Event> events = new ArrayList<>();
        for (Section section :
                root.sections("events", "id", "drill", "opens", "closes", "keepUntil", "cadence", "missedPeriods")) {
            Event event = reader.event(section);
            if (event != null) {
                events.add(event);
            }
        }
        return events;
    }

    /** The id of the one to publish, which must be among those that could be read. */
    static @Nullable String published(Section root, List<Event> events, Problems problems) {
        String published = root.required("event", Form.EVENT_ID);
        List<String> ids = events.stream().map(Event::id).toList();
        if (published != null && !ids.isEmpty() && !ids.contains(published)) {
            problems.add(root.at("event"), "unknown-event", published, String.join(" | ", ids));
        }
        return published;
    }

    private @Nullable Event event(Section section) {
        String id = section.required("id", Form.EVENT_ID);
        boolean drill = section.orDefault("drill", Form.FLAG, false);
        Instant opens = section.required("opens", Form.TIME);
        Instant closes = section.required("closes", Form.TIME);
        Instant keepUntil = section.optional("keepUntil", Form.TIME);
        Duration cadence = section.orDefault("cadence", Form.DURATION, CADENCE);
        int missedPeriods = section.orDefault("missedPeriods", Form.wholeNumber(1, MAX_MISSED_PERIODS), MISSED_PERIODS);
        if (id != null) {
            unique(section, id);
        }
        if (opens != null && closes != null && !opens.isBefore(closes)) {
            problems.add(section.at("closes"), "closes-early", section.path("closes"), section.path("opens"));
        }
        if (closes != null && keepUntil != null && keepUntil.isBefore(closes)) {
            problems.add(section.at("keepUntil"), "kept-too-short", section.path("keepUntil"), section.path("closes"));
        }
        if (id == null || opens == null || closes == null) {
            return null;
        }
        return new Event(id, drill, opens, closes, keepUntil, cadence, missedPeriods);
    }

    private void unique(Section section, String id) {
        Position at = section.at("id");
        Integer before = lines.putIfAbsent(id, at.line());
        if (before != null) {
            problems.add(at, "duplicate-name", section.path("id"), id, before, at.line());
        }
    }
}
