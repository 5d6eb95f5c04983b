package mx.difusor.agent.cli;

import java.net.URI;

/** An agent inside this process; closing it stops it cleanly. */
public interface RunningAgent extends AutoCloseable {

    /** The port it really listens on, also where the configuration says 0. */
    int sftpPort();

    /** Where its dashboard is, with the real port, ending in {@code /}. */
    URI status();

    @Override
    void close();
}
