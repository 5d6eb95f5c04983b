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

    @Mixin
    private final Order order;

    @Option(names = "--message", paramLabel = "TEXT", descriptionKey = "message")
    private String message = "";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    NoticeOnCommand(Surroundings surroundings, AgentPresence presence) {
        this.order = new Order(surroundings, presence);
    }

    @Override
    public Integer call() throws Exception {
        return order.give(spec, "notice-on", Map.of("message", message), "msg.ask-notice-on");
    }
}
