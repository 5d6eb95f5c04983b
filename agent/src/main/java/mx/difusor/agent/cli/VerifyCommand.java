package mx.difusor.agent.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Sidecars;
import mx.difusor.agent.model.Verdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Whether a package would be accepted, and why not. Its signatures and checksum lie beside it. */
@Command(name = "verify", mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {

    /** Who sent it is not known here. */
    private static final String UPLOADER = "verify";

    private final Surroundings surroundings;
    private final PackageCheck check;

    @Mixin
    private final ConfigOption config;

    @Parameters(paramLabel = "FILE", descriptionKey = "FILE")
    private Path file = Path.of("");

    @Option(names = "--json")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    VerifyCommand(Surroundings surroundings, PackageCheck check) {
        this.surroundings = surroundings;
        this.check = check;
        this.config = new ConfigOption(surroundings);
    }

    @Override
    public Integer call() throws Exception {
        Config read = config.read();
        Path archive = surroundings.workingFolder().resolve(file);
        Texts texts = surroundings.texts();
        if (!Files.isRegularFile(archive)) {
            throw new CommandFailure(
                    ExitCode.FAILED, texts.of("msg.no-package-file", archive), texts.of("msg.no-package-file.cure"));
        }
        Verdict verdict = check.check(read, candidate(archive));
        PrintWriter out = spec.commandLine().getOut();
        VerdictReport report = new VerdictReport(texts, archive.getFileName().toString());
        if (json) {
            Json.print(out, report.fields(verdict));
        } else {
            report.print(out, verdict);
        }
        return verdict instanceof Verdict.Rejected ? ExitCode.REJECTED : ExitCode.DONE;
    }

    private Candidate candidate(Path archive) throws IOException {
        List<Path> signatures = new ArrayList<>();
        for (String ending : Sidecars.SIGNATURES) {
            signatures.addAll(Sidecars.beside(archive, ending));
        }
        return new Candidate(
                UPLOADER,
                archive.getFileName().toString(),
                archive,
                signatures,
                Sidecars.beside(archive, Sidecars.CHECKSUM).stream().findFirst().orElse(null),
                surroundings.clock().instant());
    }
}
