package mx.difusor.agent.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Leaves the live root where it is, whatever comes. What is public does not change, so nobody is asked. */
@Command(name = "hold", mixinStandardHelpOptions = true)
final class PublishHoldCommand implements Callable<Integer> {

    @Mixin
    private final OperatorCall agent;

    @Option(names = "--why", paramLabel = "TEXT")
    private String why = "";

    /** Taken so that the commands look alike in scripts. */
    @Option(names = "--yes")
    private boolean agreed;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    PublishHoldCommand(Surroundings surroundings) {
        this.agent = new OperatorCall(surroundings);
    }

    @Override
    public Integer call() throws Exception {
        return agent.command(spec, "hold", Map.of(), why, null, agreed);
    }
}
