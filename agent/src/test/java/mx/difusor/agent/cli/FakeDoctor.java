package mx.difusor.agent.cli;

import java.util.List;
import java.util.OptionalLong;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.doctor.AgentSeen;
import mx.difusor.agent.doctor.Finding;
import mx.difusor.agent.doctor.Machine;
import org.jspecify.annotations.Nullable;

/** Finds what a test says. */
final class FakeDoctor implements HostExamination {

    List<Finding> findings = List.of();
    boolean measured;

    @Nullable
    AgentSeen seen;

    @Override
    public Machine machine() {
        return new Machine("prep1", "Linux", "6.1", "amd64", "17.0.9", 1 << 28, OptionalLong.of(4096), "difusor");
    }

    /** Whether the home is an agent's. */
    boolean running = true;

    @Override
    public boolean isRunning(Config config) {
        return running;
    }

    @Override
    public List<Finding> examine(Config config, boolean running, @Nullable AgentSeen agent, boolean throughput) {
        measured = throughput;
        seen = agent;
        return findings;
    }
}
