package mx.difusor.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Map;
import mx.difusor.agent.config.ConfigException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What the subcommands of {@code publish} share: the address, what is printed, asking before the public sees it. */
final class OperatorCall {

    private static final String PATH = "/operator/publish";

    private final Consent consent;
    private final Texts texts;

    @Mixin
    private final ConfigOption config;

    @Option(names = "--json")
    private boolean json;

    OperatorCall(Surroundings surroundings) {
        this.consent = new Consent(surroundings);
        this.texts = surroundings.texts();
        this.config = new ConfigOption(surroundings);
    }

    int status(CommandSpec spec) throws ConfigException, CommandFailure {
        return print(spec, new AgentClient(config.readAlone(), texts).get(PATH));
    }

    /**
     * @param about what the command needs beside who and why
     * @param question asked first; null where nobody is to be asked
     */
    int command(CommandSpec spec, String command, Map<String, ?> about, String why, @Nullable String question)
            throws ConfigException, CommandFailure {
        AgentClient agent = new AgentClient(config.readAlone(), texts);
        if (question != null && !consent.given(spec, question)) {
            return ExitCode.FAILED;
        }
        Map<String, @Nullable Object> body = Json.object("command", command);
        body.putAll(about);
        body.put("by", consent.by());
        body.put("why", why);
        return print(spec, agent.post(PATH, body));
    }

    private int print(CommandSpec spec, JsonNode state) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(out, state);
            out.flush();
            return ExitCode.DONE;
        }
        out.println(texts.of("msg.published-event", state.path("event").asText()));
        out.println(held(state.path("hold")));
        JsonNode notice = state.path("notice");
        if (notice.isObject()) {
            out.println(texts.of(
                    "msg.notice-up",
                    notice.path("by").asText(),
                    notice.path("at").asText(),
                    notice.path("why").asText(),
                    notice.path("message").asText()));
        }
        out.flush();
        return ExitCode.DONE;
    }

    private String held(JsonNode hold) {
        if (!hold.isObject()) {
            return texts.of("msg.not-held");
        }
        JsonNode sequence = hold.path("sequence");
        return texts.of(
                "msg.held",
                hold.path("event").asText(),
                sequence.isNumber() ? "#" + sequence.asLong() : texts.of("msg.nothing-yet"),
                hold.path("by").asText(),
                hold.path("at").asText(),
                hold.path("why").asText());
    }
}
