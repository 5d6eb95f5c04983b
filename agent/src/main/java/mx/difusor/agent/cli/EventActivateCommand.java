package mx.difusor.agent.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes another configured event the published one, until the configuration names another. */
@Command(name = "activate", mixinStandardHelpOptions = true)
final class EventActivateCommand implements Callable<Integer> {

    private final Texts texts;

    @Mixin
    private final OperatorCall agent;

    @Parameters(paramLabel = "ID", descriptionKey = "ID")
    private String id = "";

    @Option(names = "--why", paramLabel = "TEXT")
    private String why = "";

    @Option(names = "--yes")
    private boolean agreed;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    EventActivateCommand(Surroundings surroundings) {
        this.texts = surroundings.texts();
        this.agent = new OperatorCall(surroundings);
    }

    @Override
    public Integer call() throws Exception {
        return agent.command(spec, "activate", Map.of("event", id), why, texts.of("msg.ask-activate", id), agreed);
    }
}
