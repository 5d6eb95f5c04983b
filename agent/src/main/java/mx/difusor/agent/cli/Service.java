package mx.difusor.agent.cli;

import java.time.Clock;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.model.MachineException;

/** The agent, as {@code run} and {@code demo} need it. */
public interface Service {

    /**
     * Runs in the foreground until it is told to stop.
     *
     * @return an exit code
     * @throws MachineException it could not start
     */
    int run(Config config) throws MachineException;

    /** Starts inside this process; returns when it is ready. */
    RunningAgent start(Config config) throws MachineException;

    /** As {@link #start(Config)}, on another clock than the host's, which is believed whatever it says. */
    RunningAgent start(Config config, Clock clock) throws MachineException;
}
