package mx.difusor.agent.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Takes the operator's notice down. */
@Command(name = "off", mixinStandardHelpOptions = true)
final class NoticeOffCommand implements Callable<Integer> {

    private final Texts texts;

    @Mixin
    private final OperatorCall agent;

    @Option(names = "--why", paramLabel = "TEXT")
    private String why = "";

    @Option(names = "--yes")
    private boolean agreed;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    NoticeOffCommand(Surroundings surroundings) {
        this.texts = surroundings.texts();
        this.agent = new OperatorCall(surroundings);
    }

    @Override
    public Integer call() throws Exception {
        return agent.command(spec, "notice-off", Map.of(), why, texts.of("msg.ask-notice-off"), agreed);
    }
}
