package mx.difusor.agent.doctor;

import java.util.Optional;

/** Asks this system's own programs; a seam, so that a host of any kind can be put behind it. */
@FunctionalInterface
public interface Commands {

    /**
     * @param command program and arguments
     * @return what it printed, standard output and errors together; empty where there is no such program, or it failed
     *     or hung
     */
    Optional<String> run(String... command);
}
