package mx.difusor.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Map;
import mx.difusor.agent.config.ConfigException;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What the subcommands of {@code publish} share: the address, what is printed, asking before the public sees it. */
final class OperatorCall {

    private static final String PATH = "/operator/publish";

    private final Consent consent;
    private final Texts texts;
    private final AgentPresence presence;

    @Mixin
    private final ConfigOption config;

    @Option(names = "--json")
    private boolean json;

    OperatorCall(Surroundings surroundings, AgentPresence presence) {
        this.consent = new Consent(surroundings);
        this.texts = surroundings.texts();
        this.presence = presence;
        this.config = new ConfigOption(surroundings);
    }

    int status(CommandSpec spec) throws ConfigException, CommandFailure, MachineException {
        print(spec, client().get(PATH));
        return ExitCode.DONE;
    }

    /**
     * @param about what the command needs beside who and why
     * @param question asked first; null where nobody is to be asked
     */
    int command(CommandSpec spec, String command, Map<String, ?> about, String why, @Nullable String question)
            throws ConfigException, CommandFailure, MachineException {
        OperatorClient agent = client();
        if (question != null && !consent.given(spec, question)) {
            return ExitCode.FAILED;
        }
        Map<String, @Nullable Object> body = Json.object("command", command);
        body.putAll(about);
        body.put("by", consent.by());
        body.put("why", why);
        JsonNode state = agent.post(PATH, body);
        print(spec, state);
        return isPending(state) ? ExitCode.FAILED : ExitCode.DONE;
    }

    /** The order is in force, and the public does not see it yet. */
    private static boolean isPending(JsonNode state) {
        return state.path("pending").isTextual();
    }

    private OperatorClient client() throws ConfigException, CommandFailure {
        return new OperatorClient(config.readAlone(), texts, presence);
    }

    private void print(CommandSpec spec, JsonNode state) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(out, state);
            out.flush();
            return;
        }
        out.println(texts.of("msg.published-event", state.path("event").asText()));
        out.println(held(state));
        JsonNode notice = state.path("notice");
        if (notice.isObject()) {
            out.println(texts.of(
                    "msg.notice-up",
                    notice.path("by").asText(),
                    notice.path("at").asText(),
                    notice.path("why").asText(),
                    notice.path("message").asText()));
        }
        if (isPending(state)) {
            out.println(texts.of("msg.pending", state.path("pending").asText()));
        }
        out.flush();
    }

    private String held(JsonNode state) {
        JsonNode hold = state.path("hold");
        if (!hold.isObject()) {
            return texts.of(isPending(state) ? "msg.not-held-pending" : "msg.not-held");
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
