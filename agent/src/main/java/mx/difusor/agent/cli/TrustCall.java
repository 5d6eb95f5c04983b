package mx.difusor.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.OffsetDateTime;
import java.util.Map;
import mx.difusor.agent.config.ConfigException;
import mx.difusor.agent.model.ExpiryOverride;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What the subcommands of {@code trust} share: the address, the fingerprint, what is printed. */
final class TrustCall {

    private static final String PATH = "/operator/trust";

    private final Consent consent;
    private final Texts texts;
    private final AgentPresence presence;

    @Mixin
    private final ConfigOption config;

    @Option(names = "--json")
    private boolean json;

    TrustCall(Surroundings surroundings, AgentPresence presence) {
        this.consent = new Consent(surroundings);
        this.texts = surroundings.texts();
        this.presence = presence;
        this.config = new ConfigOption(surroundings);
    }

    int list(CommandSpec spec) throws ConfigException, CommandFailure, MachineException {
        return print(spec, client().get(PATH));
    }

    /**
     * @param until only where it is to count; null where that is taken back
     * @param agreed not to be asked
     */
    int command(
            CommandSpec spec,
            String command,
            String fingerprint,
            @Nullable OffsetDateTime until,
            String why,
            boolean agreed)
            throws ConfigException, CommandFailure, MachineException {
        OperatorClient agent = client();
        String hex = ExpiryOverride.fingerprint(fingerprint)
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.USAGE,
                        texts.of("msg.bad-fingerprint", fingerprint),
                        texts.of("msg.bad-fingerprint.cure")));
        if (until != null && !agreed && !consent.given(spec, texts.of("msg.ask-allow-expired", hex, until))) {
            return ExitCode.FAILED;
        }
        Map<String, @Nullable Object> body = Json.object("command", command, "fingerprint", hex);
        if (until != null) {
            body.put("until", until.toString());
        }
        body.put("by", consent.by());
        body.put("why", why);
        return print(spec, agent.post(PATH, body));
    }

    private OperatorClient client() throws ConfigException, CommandFailure {
        return new OperatorClient(config.readAlone(), texts, presence);
    }

    private int print(CommandSpec spec, JsonNode state) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(out, state);
            return ExitCode.DONE;
        }
        for (JsonNode one : state.path("overrides")) {
            out.println(texts.of(
                    "msg.override",
                    one.path("fingerprint").asText(),
                    one.path("until").asText(),
                    one.path("by").asText(),
                    one.path("from").asText(),
                    one.path("why").asText()));
        }
        if (state.path("overrides").isEmpty()) {
            out.println(texts.of("msg.no-overrides"));
        }
        out.flush();
        return ExitCode.DONE;
    }
}
