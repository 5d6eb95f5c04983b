package mx.difusor.agent.cli;

import java.io.PrintWriter;
import java.net.URI;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import mx.difusor.agent.institute.drill.DrillPlan;
import mx.difusor.agent.institute.drill.DrillReport;
import org.jspecify.annotations.Nullable;

/** A drill in words, while it goes on and as a report. */
final class DrillTelling implements Consumer<DrillReport.Step> {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    private final Texts texts;
    private final DrillPlan plan;
    private final PrintWriter out;

    DrillTelling(Texts texts, DrillPlan plan, PrintWriter out) {
        this.texts = texts;
        this.plan = plan;
        this.out = out;
    }

    void beginning() {
        say(texts.of(
                "msg.drill-begins", DrillPlan.CUTS, Math.max(1, plan.takes().toMinutes()), plan.times()));
    }

    void dashboard(URI address) {
        say(texts.of("msg.demo-dashboard", address));
    }

    @Override
    public void accept(DrillReport.Step step) {
        say(line(step));
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }

    private String line(DrillReport.Step step) {
        String mark = step.good() ? "✔" : "✘";
        String seen = step.good() ? step.seen() : texts.of("msg.drill-instead", step.seen(), step.expected());
        return "%s %s %s: %s".formatted(mark, time(step.at()), texts.of("msg.drill-" + step.what()), seen);
    }

    private String time(Instant at) {
        return TIME.format(at.atOffset(plan.offset()));
    }

    String report(DrillReport report) {
        StringBuilder text = new StringBuilder();
        long wrong = report.steps().stream().filter(step -> !step.good()).count();
        text.append('\n')
                .append(wrong == 0 ? texts.of("msg.drill-good") : texts.of("msg.drill-bad", wrong))
                .append("\n\n");
        report.steps().forEach(step -> text.append(line(step)).append('\n'));
        text.append('\n').append(texts.of("msg.drill-changes")).append('\n');
        for (DrillReport.Change change : report.changes()) {
            String sequence = change.sequence() < 0 ? "–" : "#" + change.sequence();
            text.append("  %s %s %s%n".formatted(time(change.at()), change.state(), sequence));
        }
        text.append('\n')
                .append(texts.of(
                        "msg.drill-speed",
                        report.untilLive().size(),
                        report.slowestUntilLive().dividedBy(report.times()).toMillis()))
                .append('\n');
        return text.toString();
    }

    /** For programs. Times are on the drill's clock. */
    static Map<String, @Nullable Object> fields(DrillReport report) {
        List<Object> steps = new ArrayList<>();
        for (DrillReport.Step step : report.steps()) {
            steps.add(Json.object(
                    "at", step.at().toString(),
                    "what", step.what(),
                    "expected", step.expected(),
                    "seen", step.seen(),
                    "good", step.good()));
        }
        List<Object> changes = new ArrayList<>();
        for (DrillReport.Change change : report.changes()) {
            changes.add(Json.object(
                    "at", change.at().toString(),
                    "state", change.state(),
                    "sequence", change.sequence() < 0 ? null : change.sequence()));
        }
        return Json.object("good", report.good(), "steps", steps, "changes", changes);
    }
}
