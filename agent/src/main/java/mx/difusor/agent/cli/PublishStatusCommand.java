package mx.difusor.agent.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Whether the operator holds the publication, since when and why. */
@Command(name = "status", mixinStandardHelpOptions = true)
final class PublishStatusCommand implements Callable<Integer> {

    @Mixin
    private final OperatorCall agent;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    PublishStatusCommand(Surroundings surroundings, AgentPresence presence) {
        this.agent = new OperatorCall(surroundings, presence);
    }

    @Override
    public Integer call() throws Exception {
        return agent.status(spec);
    }
}
