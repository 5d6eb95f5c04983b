package mx.difusor.agent.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Takes the operator's notice down. */
@Command(name = "off", mixinStandardHelpOptions = true)
final class NoticeOffCommand implements Callable<Integer> {

    @Mixin
    private final Order order;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    NoticeOffCommand(Surroundings surroundings, AgentPresence presence) {
        this.order = new Order(surroundings, presence);
    }

    @Override
    public Integer call() throws Exception {
        return order.give(spec, "notice-off", Map.of(), "msg.ask-notice-off");
    }
}
