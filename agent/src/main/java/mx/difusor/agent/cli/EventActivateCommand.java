package mx.difusor.agent.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes another configured event the published one, until the configuration names another. */
@Command(name = "activate", mixinStandardHelpOptions = true)
final class EventActivateCommand implements Callable<Integer> {

    @Mixin
    private final Order order;

    @Parameters(paramLabel = "ID", descriptionKey = "ID")
    private String id = "";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    EventActivateCommand(Surroundings surroundings, AgentPresence presence) {
        this.order = new Order(surroundings, presence);
    }

    @Override
    public Integer call() throws Exception {
        return order.give(spec, "activate", Map.of("event", id), "msg.ask-activate", id);
    }
}
