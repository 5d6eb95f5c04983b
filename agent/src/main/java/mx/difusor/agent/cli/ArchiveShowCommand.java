package mx.difusor.agent.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.ManifestFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One package: its receipt, what its manifest names, where it stands. */
@Command(name = "show", mixinStandardHelpOptions = true)
final class ArchiveShowCommand implements Callable<Integer> {

    private final Texts texts;

    @Mixin
    private final ConfigOption config;

    @Mixin
    private final PackageParameters which;

    @Option(names = "--json")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ArchiveShowCommand(Surroundings surroundings, ArchiveAccess archive) {
        this.texts = surroundings.texts();
        this.config = new ConfigOption(surroundings);
        this.which = new PackageParameters(texts, archive);
    }

    @Override
    public Integer call() throws Exception {
        ArchiveAccess.Shown shown = which.find(config.read());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(
                    out,
                    Json.object(
                            "receipt", shown.receipt().fields(),
                            "manifest", VerdictReport.manifestFields(shown.manifest()),
                            "folder", shown.folder().toString(),
                            "stored", shown.stored()));
        } else {
            print(out, shown);
        }
        return ExitCode.DONE;
    }

    private void print(PrintWriter out, ArchiveAccess.Shown shown) {
        for (Map.Entry<String, @Nullable Object> field :
                shown.receipt().fields().entrySet()) {
            Object value = field.getValue();
            if (value != null && !value.equals(List.of())) {
                out.println(field.getKey() + ": " + (value instanceof List<?> list ? joined(list) : value));
            }
        }
        out.println(texts.of("msg.stored", shown.folder(), String.join(", ", shown.stored())));
        Manifest manifest = shown.manifest();
        out.println(texts.of("msg.manifest-files", manifest.files().size()));
        for (ManifestFile file : manifest.files()) {
            out.println("  %s %12d  %s".formatted(file.sha256(), file.size(), file.path()));
        }
        manifest.remove().forEach(path -> out.println("  " + texts.of("msg.label-removed") + ": " + path));
        out.flush();
    }

    private static String joined(List<?> list) {
        return String.join("; ", list.stream().map(String::valueOf).toList());
    }
}
