package mx.difusor.agent.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes the word back: the end counts again. That only makes the agent stricter, so nobody is asked. */
@Command(name = "withdraw", mixinStandardHelpOptions = true)
final class TrustWithdrawCommand implements Callable<Integer> {

    @Mixin
    private final TrustCall agent;

    @Parameters(paramLabel = "FINGERPRINT", descriptionKey = "FINGERPRINT")
    private String fingerprint = "";

    @Option(names = "--why", paramLabel = "TEXT")
    private String why = "";

    /** Taken so that the commands look alike in scripts. */
    @Option(names = "--yes")
    private boolean agreed;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    TrustWithdrawCommand(Surroundings surroundings, AgentPresence presence) {
        this.agent = new TrustCall(surroundings, presence);
    }

    @Override
    public Integer call() throws Exception {
        return agent.command(spec, "withdraw", fingerprint, null, why, agreed);
    }
}
