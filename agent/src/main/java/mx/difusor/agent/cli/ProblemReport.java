package mx.difusor.agent.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.config.ConfigException;
import mx.difusor.agent.config.Problem;
import org.jspecify.annotations.Nullable;

/** Everything that is wrong with a configuration file, for people and for programs. */
final class ProblemReport {

    private final Texts texts;

    ProblemReport(Texts texts) {
        this.texts = texts;
    }

    /** {@code file:line:column: message} and below it the cure, for each; no place where the whole file is meant. */
    void print(PrintWriter to, ConfigException bad) {
        for (Problem problem : bad.problems()) {
            String place = problem.line() > 0 ? problem.line() + ":" + problem.column() + ":" : "";
            to.println(bad.file() + ":" + place + " " + problem.message(texts.locale()));
            to.println(texts.of("msg.cure", problem.cure(texts.locale())));
        }
        to.flush();
    }

    List<Map<String, @Nullable Object>> fields(ConfigException bad) {
        return bad.problems().stream()
                .map(problem -> Json.object(
                        "file", bad.file().toString(),
                        "line", problem.line(),
                        "column", problem.column(),
                        "code", problem.code(),
                        "message", problem.message(texts.locale()),
                        "cure", problem.cure(texts.locale())))
                .toList();
    }
}
