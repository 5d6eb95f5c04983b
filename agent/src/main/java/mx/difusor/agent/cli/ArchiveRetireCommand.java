package mx.difusor.agent.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import mx.difusor.agent.config.Config;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Frees the space of an event that an export holds; while the agent is stopped. */
@Command(name = "retire", mixinStandardHelpOptions = true)
final class ArchiveRetireCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final ArchiveAccess archive;

    @Mixin
    private final ConfigOption config;

    @Parameters(paramLabel = "EVENT", descriptionKey = "EVENT")
    private String event = "";

    @Option(names = "--exported", paramLabel = "EXPORT", required = true)
    private Path export = Path.of("");

    @Option(names = "--why", paramLabel = "TEXT")
    private String why = "";

    @Option(names = "--yes")
    private boolean agreed;

    @Option(names = "--json")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ArchiveRetireCommand(Surroundings surroundings, ArchiveAccess archive) {
        this.surroundings = surroundings;
        this.archive = archive;
        this.config = new ConfigOption(surroundings);
    }

    @Override
    public Integer call() throws Exception {
        Texts texts = surroundings.texts();
        Config read = config.read();
        Consent consent = new Consent(surroundings);
        Path held = surroundings.workingFolder().resolve(export).normalize();
        if (!agreed && !consent.given(spec, texts.of("msg.ask-retire", event, held))) {
            return ExitCode.FAILED;
        }
        ArchiveAccess.Retired retired;
        try (ProgressLine progress = new ProgressLine(
                texts.of("msg.retiring"), spec.commandLine().getErr(), surroundings.errorsSeen(), System::nanoTime)) {
            retired = archive.retire(read, event, held, consent.by(), why, progress);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(
                    out,
                    Json.object(
                            "event", event,
                            "packages", retired.packages(),
                            "bytes", retired.bytes(),
                            "checksums", retired.checksums()));
        } else {
            out.println(texts.of("msg.retired", event, retired.packages(), retired.bytes()));
            out.println(texts.of("msg.retired-keep", held, retired.checksums()));
            out.flush();
        }
        return ExitCode.DONE;
    }
}
