package mx.difusor.agent.institute;

import java.io.IOException;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Optional;
import mx.difusor.agent.model.Kind;

/** What an Institute publishes on one day, package by package, in order. Each is made when it is asked for. */
public interface CutSource {

    /**
     * One package to be.
     *
     * @param cut never earlier than that of the one before
     * @param counted what has been counted, for people: {@code 18.42}; empty where it is not known
     */
    record CutFolder(Kind kind, OffsetDateTime cut, boolean last, Optional<String> counted) {}

    /** How many packages there are, at least one; the first is a site. */
    int size();

    /**
     * Writes the files of one package into an empty folder. To be called in order.
     *
     * @param index from 0
     */
    CutFolder write(int index, Path folder) throws IOException;
}
