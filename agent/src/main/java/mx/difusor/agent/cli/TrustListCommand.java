package mx.difusor.agent.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Which expired certificates and keys count, until when and on whose word. */
@Command(name = "list", mixinStandardHelpOptions = true)
final class TrustListCommand implements Callable<Integer> {

    @Mixin
    private final TrustCall agent;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    TrustListCommand(Surroundings surroundings, AgentPresence presence) {
        this.agent = new TrustCall(surroundings, presence);
    }

    @Override
    public Integer call() throws Exception {
        return agent.list(spec);
    }
}
