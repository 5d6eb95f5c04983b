package mx.difusor.agent.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.config.ConfigException;
import mx.difusor.agent.config.ConfigReader;
import mx.difusor.agent.config.Problem;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --config FILE}; without it {@code ./difusor.yaml}, then the installed one. */
final class ConfigOption {

    static final String NAME = "difusor.yaml";

    private final Surroundings surroundings;

    @Option(names = "--config", paramLabel = "FILE")
    private @Nullable Path given;

    ConfigOption(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Config read() throws ConfigException {
        return ConfigReader.read(file());
    }

    /**
     * For commands that only talk to the running agent: a key file that was taken away or a list that came empty must
     * not keep the operator from the page.
     */
    Config readAlone() throws ConfigException {
        return ConfigReader.readAlone(file());
    }

    private Path file() throws ConfigException {
        if (given != null) {
            return surroundings.workingFolder().resolve(given);
        }
        Path here = surroundings.workingFolder().resolve(NAME);
        Path installed = surroundings.installedConfig();
        for (Path file : List.of(here, installed)) {
            if (Files.exists(file)) {
                return file;
            }
        }
        throw new ConfigException(here, List.of(Problem.ofFile("no-file-found", here + ", " + installed)));
    }
}
