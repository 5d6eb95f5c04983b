package mx.difusor.agent.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Verifies an export's packages and keeps those that are not there yet or damaged; while the agent is stopped. */
@Command(name = "import", mixinStandardHelpOptions = true)
final class ArchiveImportCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final ArchiveAccess archive;

    @Mixin
    private final ConfigOption config;

    @Parameters(paramLabel = "EXPORT", descriptionKey = "EXPORT")
    private Path export = Path.of("");

    @Option(names = "--json")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ArchiveImportCommand(Surroundings surroundings, ArchiveAccess archive) {
        this.surroundings = surroundings;
        this.archive = archive;
        this.config = new ConfigOption(surroundings);
    }

    @Override
    public Integer call() throws Exception {
        Texts texts = surroundings.texts();
        ArchiveAccess.Imported imported;
        try (ProgressLine progress = new ProgressLine(
                texts.of("msg.importing"), spec.commandLine().getErr(), surroundings.errorsSeen(), System::nanoTime)) {
            Path from = surroundings.workingFolder().resolve(export).normalize();
            imported = archive.bringIn(config.read(), from, new Consent(surroundings).by(), progress);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(
                    out,
                    Json.object(
                            "imported", imported.imported(),
                            "already", imported.already(),
                            "mended", imported.mended(),
                            "refused",
                                    imported.refused().stream()
                                            .map(one -> Json.object(
                                                    "where", one.where(),
                                                    "code", one.code(),
                                                    "message", one.message()))
                                            .toList()));
        } else {
            for (ArchiveAccess.Refused one : imported.refused()) {
                out.println(texts.of("msg.import-refused", one.where(), one.code(), one.message()));
            }
            out.println(texts.of("msg.imported", imported.imported(), imported.already(), imported.mended()));
            if (!imported.refused().isEmpty()) {
                out.println(texts.of("msg.cure", texts.of("msg.import-refused.cure")));
            }
            out.flush();
        }
        return imported.refused().isEmpty() ? ExitCode.DONE : ExitCode.REJECTED;
    }
}
