package mx.difusor.agent.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Ends a hold or a rollback: the newest cut goes live. */
@Command(name = "resume", mixinStandardHelpOptions = true)
final class PublishResumeCommand implements Callable<Integer> {

    @Mixin
    private final Order order;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    PublishResumeCommand(Surroundings surroundings, AgentPresence presence) {
        this.order = new Order(surroundings, presence);
    }

    @Override
    public Integer call() throws Exception {
        return order.give(spec, "resume", Map.of(), "msg.ask-resume");
    }
}
