package mx.difusor.agent.cli;

import java.nio.file.Path;
import mx.difusor.agent.model.MachineException;

/** Makes the SFTP endpoint's host key in {@code keys/} where there is none. */
@FunctionalInterface
public interface HostKeyMaker {
    void ensure(Path keysFolder) throws MachineException;
}
