package mx.difusor.agent.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Leaves the live root where it is, whatever comes. What is public does not change, so nobody is asked. */
@Command(name = "hold", mixinStandardHelpOptions = true)
final class PublishHoldCommand implements Callable<Integer> {

    @Mixin
    private final Order order;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    PublishHoldCommand(Surroundings surroundings, AgentPresence presence) {
        this.order = new Order(surroundings, presence);
    }

    @Override
    public Integer call() throws Exception {
        return order.give(spec, "hold", Map.of(), null);
    }
}
