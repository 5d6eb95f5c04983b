package mx.difusor.agent.cli;

import mx.difusor.agent.config.Config;
import mx.difusor.agent.model.MachineException;

/** Whether there is an agent to talk to. */
@FunctionalInterface
public interface AgentPresence {

    /** Whether an agent works on this home now. */
    boolean isRunning(Config config) throws MachineException;
}
