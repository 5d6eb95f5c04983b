package mx.difusor.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The running agent at a glance. */
@Command(name = "status", mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {

    private final Texts texts;

    @Mixin
    private final ConfigOption config;

    @Option(names = "--json")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    StatusCommand(Surroundings surroundings) {
        this.texts = surroundings.texts();
        this.config = new ConfigOption(surroundings);
    }

    @Override
    public Integer call() throws Exception {
        JsonNode status = new AgentClient(config.readAlone(), texts).get("/status");
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(out, status);
        } else {
            new StatusReport(texts).print(out, status);
        }
        return ExitCode.DONE;
    }
}
