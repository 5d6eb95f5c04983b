package mx.difusor.agent.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The service, in the foreground. */
@Command(name = "run", mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {

    private final Service service;

    @Mixin
    private final ConfigOption config;

    RunCommand(Surroundings surroundings, Service service) {
        this.service = service;
        this.config = new ConfigOption(surroundings);
    }

    @Override
    public Integer call() throws Exception {
        return service.run(config.read());
    }
}
