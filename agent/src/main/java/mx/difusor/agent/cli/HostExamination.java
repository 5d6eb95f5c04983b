package mx.difusor.agent.cli;

import java.util.List;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.doctor.AgentSeen;
import mx.difusor.agent.doctor.Finding;
import mx.difusor.agent.doctor.Machine;
import org.jspecify.annotations.Nullable;

/** This host, held against what is asked for and needed. */
public interface HostExamination extends AgentPresence {

    Machine machine();

    /**
     * @param agent what the running one answered; null where it did not
     * @param throughput whether uploads are measured
     */
    List<Finding> examine(Config config, boolean running, @Nullable AgentSeen agent, boolean throughput)
            throws InterruptedException;
}
