package mx.difusor.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Sends a test through every channel of the running agent; done only if each of them works. */
@Command(name = "test", mixinStandardHelpOptions = true)
final class AlertTestCommand implements Callable<Integer> {

    private static final String PATH = "/operator/alerts";

    private final Consent consent;
    private final Texts texts;
    private final AgentPresence presence;

    @Mixin
    private final ConfigOption config;

    @Option(names = "--json")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    AlertTestCommand(Surroundings surroundings, AgentPresence presence) {
        this.consent = new Consent(surroundings);
        this.texts = surroundings.texts();
        this.presence = presence;
        this.config = new ConfigOption(surroundings);
    }

    @Override
    public Integer call() throws Exception {
        OperatorClient agent = new OperatorClient(config.readAlone(), texts, presence);
        JsonNode answer = agent.post(PATH, Json.object("command", "test", "by", consent.by()));
        JsonNode channels = answer.path("channels");
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(out, answer);
        }
        if (channels.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.FAILED, texts.of("msg.alert-no-channels"), texts.of("msg.alert-no-channels.cure"));
        }
        boolean all = true;
        for (JsonNode one : channels) {
            all &= one.path("ok").asBoolean();
            if (!json) {
                out.println(line(one));
            }
        }
        out.flush();
        return all ? ExitCode.DONE : ExitCode.FAILED;
    }

    private String line(JsonNode one) {
        String name = one.path("channel").asText();
        long millis = one.path("millis").asLong();
        return one.path("ok").asBoolean()
                ? texts.of("msg.alert-works", name, millis)
                : texts.of("msg.alert-fails", name, millis, one.path("reason").asText());
    }
}
