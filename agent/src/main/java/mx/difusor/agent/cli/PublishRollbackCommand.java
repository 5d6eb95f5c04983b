package mx.difusor.agent.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what was live when a package was the newest, and stays there until {@code resume}. */
@Command(name = "rollback", mixinStandardHelpOptions = true)
final class PublishRollbackCommand implements Callable<Integer> {

    @Mixin
    private final Order order;

    @Parameters(paramLabel = "SEQ", descriptionKey = "SEQ")
    private long sequence;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    PublishRollbackCommand(Surroundings surroundings, AgentPresence presence) {
        this.order = new Order(surroundings, presence);
    }

    @Override
    public Integer call() throws Exception {
        return order.give(spec, "rollback", Map.of("sequence", sequence), "msg.ask-rollback", sequence);
    }
}
