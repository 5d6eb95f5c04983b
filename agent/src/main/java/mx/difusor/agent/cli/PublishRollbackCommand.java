package mx.difusor.agent.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what was live when a package was the newest, and stays there until {@code resume}. */
@Command(name = "rollback", mixinStandardHelpOptions = true)
final class PublishRollbackCommand implements Callable<Integer> {

    private final Texts texts;

    @Mixin
    private final OperatorCall agent;

    @Parameters(paramLabel = "SEQ", descriptionKey = "SEQ")
    private long sequence;

    @Option(names = "--why", paramLabel = "TEXT")
    private String why = "";

    @Option(names = "--yes")
    private boolean agreed;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    PublishRollbackCommand(Surroundings surroundings) {
        this.texts = surroundings.texts();
        this.agent = new OperatorCall(surroundings);
    }

    @Override
    public Integer call() throws Exception {
        return agent.command(
                spec, "rollback", Map.of("sequence", sequence), why, texts.of("msg.ask-rollback", sequence), agreed);
    }
}
