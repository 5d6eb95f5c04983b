package mx.difusor.agent.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.config.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Every error of a configuration file at once. What it finds is its output, so it goes to standard output. */
@Command(name = "check-config", mixinStandardHelpOptions = true)
final class CheckConfigCommand implements Callable<Integer> {

    private final Texts texts;

    @Mixin
    private final ConfigOption config;

    @Option(names = "--json")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    CheckConfigCommand(Surroundings surroundings) {
        this.texts = surroundings.texts();
        this.config = new ConfigOption(surroundings);
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            Config read = config.read();
            if (json) {
                Json.print(out, List.of());
            } else {
                out.println(texts.of("msg.config-fine", read.file()));
            }
            return ExitCode.DONE;
        } catch (ConfigException e) {
            ProblemReport report = new ProblemReport(texts);
            if (json) {
                Json.print(out, report.fields(e));
            } else {
                report.print(out, e);
            }
            return ExitCode.BAD_CONFIGURATION;
        }
    }
}
