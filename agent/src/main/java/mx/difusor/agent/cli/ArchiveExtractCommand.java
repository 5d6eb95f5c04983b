package mx.difusor.agent.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.model.ManifestFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a package's files into a new folder. */
@Command(name = "extract", mixinStandardHelpOptions = true)
final class ArchiveExtractCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final Texts texts;
    private final ArchiveAccess archive;

    @Mixin
    private final ConfigOption config;

    @Mixin
    private final PackageParameters which;

    @Parameters(index = "2", paramLabel = "DIR", descriptionKey = "DIR")
    private Path into = Path.of("");

    @Option(names = "--path", paramLabel = "P", arity = "1..*")
    private List<String> paths = new ArrayList<>();

    @Option(names = "--json")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ArchiveExtractCommand(Surroundings surroundings, ArchiveAccess archive) {
        this.surroundings = surroundings;
        this.texts = surroundings.texts();
        this.archive = archive;
        this.config = new ConfigOption(surroundings);
        this.which = new PackageParameters(texts, archive);
    }

    @Override
    public Integer call() throws Exception {
        Config read = config.read();
        Path target = surroundings.workingFolder().resolve(into).normalize();
        mustBeEmpty(target);
        mustBeThere(which.find(read));
        long written;
        try (ProgressLine progress = new ProgressLine(
                texts.of("msg.extracting"), spec.commandLine().getErr(), surroundings.errorsSeen(), System::nanoTime)) {
            written = archive.extract(read, which.event(), which.sequence(), target, paths, progress);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(
                    out,
                    Json.object(
                            "event", which.event(),
                            "sequence", which.sequence(),
                            "folder", target.toString(),
                            "files", written));
        } else {
            out.println(texts.of("msg.extracted", written, target));
        }
        return ExitCode.DONE;
    }

    private void mustBeEmpty(Path target) throws CommandFailure {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        boolean empty = false;
        if (Files.isDirectory(target)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(target)) {
                empty = !entries.iterator().hasNext();
            } catch (IOException e) {
                empty = false;
            }
        }
        if (!empty) {
            throw new CommandFailure(
                    ExitCode.FAILED, texts.of("msg.not-empty", target), texts.of("msg.not-empty.cure"));
        }
    }

    private void mustBeThere(ArchiveAccess.Shown shown) throws CommandFailure {
        Set<String> known =
                shown.manifest().files().stream().map(ManifestFile::path).collect(Collectors.toSet());
        List<String> unknown =
                paths.stream().filter(path -> !known.contains(path)).toList();
        if (!unknown.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    texts.of("msg.no-path", String.join(", ", unknown)),
                    texts.of("msg.no-path.cure", which.event(), which.sequence()));
        }
    }
}
