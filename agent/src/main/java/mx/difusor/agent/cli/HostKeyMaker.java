package mx.difusor.agent.cli;

import java.io.IOException;
import java.nio.file.Path;

/** Makes the SFTP endpoint's host key in {@code keys/} where there is none. */
@FunctionalInterface
public interface HostKeyMaker {
    void ensure(Path keysFolder) throws IOException;
}
