package mx.difusor.agent.cli;

import java.time.OffsetDateTime;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lets one certificate or key count for a while though it has expired. */
@Command(name = "allow-expired", mixinStandardHelpOptions = true)
final class TrustAllowExpiredCommand implements Callable<Integer> {

    @Mixin
    private final TrustCall agent;

    @Parameters(paramLabel = "FINGERPRINT", descriptionKey = "FINGERPRINT")
    private String fingerprint = "";

    @Option(names = "--until", paramLabel = "TIME", required = true, converter = PackCommand.Time.class)
    private OffsetDateTime until = OffsetDateTime.MIN;

    @Option(names = "--why", paramLabel = "TEXT", required = true)
    private String why = "";

    @Option(names = "--yes")
    private boolean agreed;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    TrustAllowExpiredCommand(Surroundings surroundings, AgentPresence presence) {
        this.agent = new TrustCall(surroundings, presence);
    }

    @Override
    public Integer call() throws Exception {
        return agent.command(spec, "allow-expired", fingerprint, until, why, agreed);
    }
}
