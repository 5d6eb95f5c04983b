package mx.difusor.agent.publish.adopt;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Two names change what they stand for in one step, so that neither is ever missing; a seam. */
public interface Exchange {

    /**
     * Tries it with two names of its own.
     *
     * @param parent the folder in which names are to be exchanged
     * @return how it is done here, for people; empty where this host or that file system cannot
     * @throws IOException where nothing can be written in {@code parent}
     */
    Optional<String> way(Path parent) throws IOException;

    /**
     * After {@link #way} found one.
     *
     * @throws IOException where it failed; the names may have been exchanged all the same
     */
    void exchange(Path one, Path other) throws IOException;
}
