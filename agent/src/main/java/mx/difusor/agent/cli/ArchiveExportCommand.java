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

/** Writes an event's packages with everything that is needed to check them elsewhere. */
@Command(name = "export", mixinStandardHelpOptions = true)
final class ArchiveExportCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final ArchiveAccess archive;

    @Mixin
    private final ConfigOption config;

    @Parameters(index = "0", paramLabel = "EVENT", descriptionKey = "EVENT")
    private String event = "";

    @Parameters(index = "1", paramLabel = "TARGET", descriptionKey = "TARGET")
    private Path target = Path.of("");

    @Option(names = "--json")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ArchiveExportCommand(Surroundings surroundings, ArchiveAccess archive) {
        this.surroundings = surroundings;
        this.archive = archive;
        this.config = new ConfigOption(surroundings);
    }

    @Override
    public Integer call() throws Exception {
        Texts texts = surroundings.texts();
        Path written = surroundings.workingFolder().resolve(target).normalize();
        ArchiveAccess.Exported exported;
        try (ProgressLine progress = new ProgressLine(
                texts.of("msg.exporting"), spec.commandLine().getErr(), surroundings.errorsSeen(), System::nanoTime)) {
            exported = archive.export(config.read(), event, written, progress);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(
                    out,
                    Json.object(
                            "export", written.toString(),
                            "packages", exported.packages(),
                            "bytes", exported.bytes(),
                            "checksums", exported.checksums(),
                            "gone", exported.gone()));
        } else {
            for (String one : exported.gone()) {
                out.println(texts.of("msg.export-gone", one));
            }
            out.println(texts.of("msg.exported", exported.packages(), exported.bytes(), written));
            out.println(texts.of("msg.exported-checksums", exported.checksums()));
            if (!exported.gone().isEmpty()) {
                out.println(texts.of("msg.cure", texts.of("msg.export-gone.cure")));
            }
            out.flush();
        }
        return exported.gone().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }
}
