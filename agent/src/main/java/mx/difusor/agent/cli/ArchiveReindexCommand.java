package mx.difusor.agent.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Builds the index anew from the files alone. */
@Command(name = "reindex", mixinStandardHelpOptions = true)
final class ArchiveReindexCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final ArchiveAccess archive;

    @Mixin
    private final ConfigOption config;

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
        try (ProgressLine progress = new ProgressLine(
                texts.of("msg.reindexing"), spec.commandLine().getErr(), surroundings.errorsSeen(), System::nanoTime)) {
            long packages = archive.reindex(config.read(), progress);
            spec.commandLine().getOut().println(texts.of("msg.reindexed", packages));
        }
        return ExitCode.DONE;
    }
}
