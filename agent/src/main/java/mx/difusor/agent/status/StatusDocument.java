package mx.difusor.agent.status;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.desk.Overview;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** The JSON of {@code /status} and {@code /packages}: members and their order are the contract's ("HTTP"). */
final class StatusDocument {

    private final Overview overview;
    private final SiteFigures site;

    StatusDocument(Overview overview, Clock clock) {
        this.overview = overview;
        this.site = new SiteFigures(overview, clock);
    }

    Answer status() {
        Overview.Snapshot now = overview.snapshot();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("agent", object("version", now.version(), "startedAt", Receipt.time(now.startedAt())));
        fields.put("difusor", object("id", now.difusorId(), "name", now.difusorName()));
        fields.put("live", live(now.live()));
        fields.put("gaps", now.gaps());
        fields.put("last", now.last() == null ? null : now.last().fields());
        Overview.ArchiveState archive = now.archive();
        fields.put(
                "archive",
                object(
                        "packages", archive.packages(),
                        "bytes", archive.bytes(),
                        "budget", archive.budget(),
                        "diskFree", archive.diskFree()));
        fields.put("alerts", now.alerts().stream().map(StatusDocument::alert).toList());
        fields.put("history", now.history().fields());
        Map<String, @Nullable Object> visited = site.fields();
        if (visited != null) {
            fields.put("site", visited);
        }
        return Answer.json(200, fields);
    }

    /** Receipts, newest first, each with its {@code id}; a full page links to the next one. */
    Answer packages(PackagesQuery query) throws MachineException {
        List<Overview.Row> rows = overview.packages(query.event(), query.limit(), query.before());
        List<Map<String, @Nullable Object>> receipts = new ArrayList<>();
        for (Overview.Row row : rows) {
            Map<String, @Nullable Object> fields =
                    new LinkedHashMap<>(row.receipt().fields());
            fields.put("id", row.id());
            receipts.add(fields);
        }
        Answer answer = Answer.json(200, receipts);
        if (rows.size() < query.limit()) {
            return answer;
        }
        long lastId = rows.get(rows.size() - 1).id();
        return answer.with("Link", "<" + query.next(lastId) + ">; rel=\"next\"");
    }

    private static Map<String, @Nullable Object> live(Overview.Live live) {
        return object(
                "state", live.state().code(),
                "event", live.event(),
                "sequence", live.sequence(),
                "cut", live.cut(),
                "publishedAt", Receipt.time(live.publishedAt()),
                "ageSeconds", live.ageSeconds(),
                "tree", live.tree().hex(),
                "release", live.release());
    }

    private static Map<String, @Nullable Object> alert(Alert alert) {
        return object("code", alert.code(), "since", Receipt.time(alert.since()), "message", alert.message());
    }

    /** @param namesAndValues name, value, name, value, ... */
    static Map<String, @Nullable Object> object(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return object;
    }
}
