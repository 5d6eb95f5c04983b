package mx.difusor.agent.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Ends a hold or a rollback: the newest cut goes live. */
@Command(name = "resume", mixinStandardHelpOptions = true)
final class PublishResumeCommand implements Callable<Integer> {

    private final Texts texts;

    @Mixin
    private final OperatorCall agent;

    @Option(names = "--why", paramLabel = "TEXT")
    private String why = "";

    @Option(names = "--yes")
    private boolean agreed;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    PublishResumeCommand(Surroundings surroundings) {
        this.texts = surroundings.texts();
        this.agent = new OperatorCall(surroundings);
    }

    @Override
    public Integer call() throws Exception {
        return agent.command(spec, "resume", Map.of(), why, texts.of("msg.ask-resume"), agreed);
    }
}
