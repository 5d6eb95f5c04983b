package mx.difusor.agent.cli;

import java.io.PrintWriter;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.doctor.Finding;
import mx.difusor.agent.doctor.Group;
import mx.difusor.agent.doctor.Level;
import mx.difusor.agent.doctor.Machine;
import org.jspecify.annotations.Nullable;

/** What was found, for people and for programs. */
final class DoctorReport {

    private final Texts texts;
    private final Config config;
    private final Machine machine;
    private final Clock clock;

    DoctorReport(Texts texts, Config config, Machine machine, Clock clock) {
        this.texts = texts;
        this.config = config;
        this.machine = machine;
        this.clock = clock;
    }

    void print(PrintWriter out, List<Finding> findings) {
        Locale locale = texts.locale();
        out.println(texts.of("msg.config-fine", config.file()));
        for (Group group : Group.values()) {
            List<Finding> of = findings.stream()
                    .filter(finding -> finding.check().group() == group)
                    .toList();
            if (of.isEmpty()) {
                continue;
            }
            out.println();
            out.println(group.title(locale));
            for (Finding finding : of) {
                String named =
                        finding.word().equals("unchecked") ? finding.check().code() + ": " : "";
                out.println("  " + finding.level().sign() + " " + named + finding.message(locale));
                finding.cure(locale).ifPresent(cure -> out.println("  " + texts.of("msg.cure", cure)));
            }
        }
        out.println();
        out.println(texts.of(
                "msg.doctor-sum",
                count(findings, Level.FINE),
                count(findings, Level.NOTE),
                count(findings, Level.FAULT)));
        out.flush();
    }

    Map<String, @Nullable Object> fields(List<Finding> findings) {
        return Json.object(
                "time", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
                "host", machine.name(),
                "system", machine.system() + " " + machine.version() + " " + machine.architecture(),
                "java", machine.java(),
                "agent", Difusor.version(),
                "difusor", config.difusor().id(),
                "configuration", List.of(),
                "config", config.file().toString(),
                "fine", count(findings, Level.FINE),
                "notes", count(findings, Level.NOTE),
                "faults", count(findings, Level.FAULT),
                "checks", findings.stream().map(this::fields).toList());
    }

    private Map<String, @Nullable Object> fields(Finding finding) {
        return Json.object(
                "id", finding.check().code(),
                "group", finding.check().group().code(),
                "level", finding.level().code(),
                "outcome", finding.word(),
                "found", finding.message(texts.locale()),
                "cure", finding.cure(texts.locale()).orElse(null),
                "figures", new java.util.TreeMap<>(finding.figures()));
    }

    private static long count(List<Finding> findings, Level level) {
        return findings.stream().filter(finding -> finding.level() == level).count();
    }
}
