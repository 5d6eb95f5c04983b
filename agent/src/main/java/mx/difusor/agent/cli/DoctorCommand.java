package mx.difusor.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.config.ConfigException;
import mx.difusor.agent.doctor.AgentSeen;
import mx.difusor.agent.doctor.Finding;
import mx.difusor.agent.doctor.Level;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** This host against what the convocatoria asks for and the agent needs, each line with its cure. */
@Command(name = "doctor", mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {

    /** For the running agent's answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Surroundings surroundings;
    private final HostExamination doctor;

    @Mixin
    private final ConfigOption config;

    @Option(names = "--skip-throughput")
    private boolean skipThroughput;

    @Option(names = "--json")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    DoctorCommand(Surroundings surroundings, HostExamination doctor) {
        this.surroundings = surroundings;
        this.doctor = doctor;
        this.config = new ConfigOption(surroundings);
    }

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Config read;
        try {
            read = config.read();
        } catch (ConfigException e) {
            if (json) {
                Json.print(out, Json.object("configuration", new ProblemReport(surroundings.texts()).fields(e)));
                return ExitCode.BAD_CONFIGURATION;
            }
            throw e;
        }
        boolean running = doctor.isRunning(read);
        AgentSeen agent = ask(read);
        DoctorReport report = new DoctorReport(surroundings.texts(), read, doctor.machine(), surroundings.clock());
        if (surroundings.errorsSeen() && !skipThroughput) {
            spec.commandLine().getErr().println(surroundings.texts().of("msg.doctor-looking"));
            spec.commandLine().getErr().flush();
        }
        List<Finding> findings = doctor.examine(read, running || agent != null, agent, !skipThroughput);
        if (json) {
            Json.print(out, report.fields(findings));
        } else {
            report.print(out, findings);
        }
        boolean good = findings.stream().noneMatch(finding -> finding.level() == Level.FAULT);
        return good ? ExitCode.DONE : ExitCode.FAILED;
    }

    private @Nullable AgentSeen ask(Config read) {
        try {
            JsonNode status = new AgentClient(read, surroundings.texts(), PATIENCE).get("/status");
            List<String> alerts = new ArrayList<>();
            status.path("alerts").forEach(alert -> alerts.add(alert.path("code").asText()));
            JsonNode month = status.at("/site/availability/month");
            JsonNode cut = status.at("/live/cut");
            return new AgentSeen(
                    status.at("/agent/version").asText(),
                    status.at("/agent/startedAt").asText(),
                    status.at("/live/state").asText(),
                    cut.isTextual() ? cut.asText() : null,
                    alerts,
                    month.isNumber() ? month.asDouble() : null);
        } catch (CommandFailure e) {
            return null;
        }
    }
}
