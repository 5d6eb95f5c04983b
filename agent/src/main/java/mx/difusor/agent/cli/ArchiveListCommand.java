package mx.difusor.agent.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Accepted packages, newest first. */
@Command(name = "list", mixinStandardHelpOptions = true)
final class ArchiveListCommand implements Callable<Integer> {

    static final int MAX_LIMIT = 100_000;
    private static final String ROW = "%-24s %9s %-6s %-25s %12s  %s";

    private final Texts texts;
    private final ArchiveAccess archive;

    @Mixin
    private final ConfigOption config;

    @Option(names = "--event", paramLabel = "ID")
    private @Nullable String event;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "100")
    private int limit;

    @Option(names = "--json")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ArchiveListCommand(Surroundings surroundings, ArchiveAccess archive) {
        this.texts = surroundings.texts();
        this.archive = archive;
        this.config = new ConfigOption(surroundings);
    }

    @Override
    public Integer call() throws Exception {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new ParameterException(spec.commandLine(), texts.of("msg.bad-limit", MAX_LIMIT));
        }
        List<Receipt> receipts = archive.list(config.read(), event, limit);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(out, receipts.stream().map(Receipt::fields).toList());
            return ExitCode.DONE;
        }
        out.println(ROW.formatted((Object[]) texts.of("msg.list-header").split("\\|")));
        receipts.forEach(receipt -> out.println(row(receipt)));
        out.flush();
        return ExitCode.DONE;
    }

    private static String row(Receipt receipt) {
        Receipt.Contents contents = receipt.contents();
        if (contents == null) {
            return ROW.formatted("", "", "", "", receipt.size(), receipt.name());
        }
        return ROW.formatted(
                contents.event(),
                contents.sequence(),
                contents.kind().code(),
                Receipt.cut(contents.cut()),
                receipt.size(),
                receipt.name());
    }
}
