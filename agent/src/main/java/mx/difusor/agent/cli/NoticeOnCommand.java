package mx.difusor.agent.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the public a notice instead of everything else, until {@code notice off}. */
@Command(name = "on", mixinStandardHelpOptions = true)
final class NoticeOnCommand implements Callable<Integer> {

    private final Texts texts;

    @Mixin
    private final OperatorCall agent;

    @Option(names = "--message", paramLabel = "TEXT", descriptionKey = "message")
    private String message = "";

    @Option(names = "--why", paramLabel = "TEXT")
    private String why = "";

    @Option(names = "--yes")
    private boolean agreed;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    NoticeOnCommand(Surroundings surroundings) {
        this.texts = surroundings.texts();
        this.agent = new OperatorCall(surroundings);
    }

    @Override
    public Integer call() throws Exception {
        return agent.command(spec, "notice-on", Map.of("message", message), why, texts.of("msg.ask-notice-on"), agreed);
    }
}
