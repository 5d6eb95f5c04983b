package mx.difusor.agent.publish;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Runs a program of Windows; a seam, so that what would be run can be checked on any system. */
public interface WindowsCommands {

    /** A hanging program must not stop publication for ever. */
    Duration TIMEOUT = Duration.ofSeconds(30);

    /**
     * @return what the program printed, at most {@value #OUTPUT_LIMIT} characters
     * @throws IOException when it cannot be started, hangs, or ends with another code than 0
     */
    String run(List<String> command) throws IOException;

    int OUTPUT_LIMIT = 65_536;
}
