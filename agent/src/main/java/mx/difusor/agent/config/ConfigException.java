package mx.difusor.agent.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A configuration file that the agent does not start on, with everything that is wrong with it. */
public final class ConfigException extends Exception {

    private final transient Path file;
    private final transient List<Problem> problems;

    /** @param problems at least one, in the order they are to be read */
    public ConfigException(Path file, List<Problem> problems) {
        super(file + ": " + problems.get(0).message(Locale.ROOT));
        this.file = file;
        this.problems = List.copyOf(problems);
    }

    public Path file() {
        return file;
    }

    /** In the order of the file. */
    public List<Problem> problems() {
        return problems;
    }
}
