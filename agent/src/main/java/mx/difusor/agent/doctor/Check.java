package mx.difusor.agent.doctor;

import java.io.IOException;
import java.util.List;
import mx.difusor.agent.model.MachineException;

/** A family of looks at this host. */
@FunctionalInterface
interface Check {

    /** May wait for other programs and hosts, each for a bounded time. */
    List<Finding> look() throws IOException, MachineException, InterruptedException;
}
