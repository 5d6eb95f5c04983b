package mx.difusor.agent.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Builds the index anew from the files alone. */
@Command(name = "reindex", mixinStandardHelpOptions = true)
final class ArchiveReindexCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final ArchiveAccess archive;

    @Mixin
    private final ConfigOption config;

    @Option(names = "--json")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ArchiveReindexCommand(Surroundings surroundings, ArchiveAccess archive) {
        this.surroundings = surroundings;
        this.archive = archive;
        this.config = new ConfigOption(surroundings);
    }

    @Override
    public Integer call() throws Exception {
        Texts texts = surroundings.texts();
        long packages;
        try (ProgressLine progress = new ProgressLine(
                texts.of("msg.reindexing"), spec.commandLine().getErr(), surroundings.errorsSeen(), System::nanoTime)) {
            packages = archive.reindex(config.read(), progress);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(out, Json.object("packages", packages));
        } else {
            out.println(texts.of("msg.reindexed", packages));
        }
        return ExitCode.DONE;
    }
}
