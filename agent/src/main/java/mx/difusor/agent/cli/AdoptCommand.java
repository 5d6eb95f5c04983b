package mx.difusor.agent.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.publish.adopt.Adoption;
import mx.difusor.agent.publish.adopt.AdoptionRefused;
import mx.difusor.agent.publish.adopt.HelperExchange;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Turns a web server's existing root into a link to the live root without a gap, and back. */
@Command(name = "adopt", mixinStandardHelpOptions = true)
final class AdoptCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final Disk disk;

    @Mixin
    private final ConfigOption config;

    @Parameters(index = "0", paramLabel = "DIR", descriptionKey = "DIR")
    private Path folder = Path.of("");

    @Option(names = "--back")
    private boolean back;

    @Option(names = "--allow-gap")
    private boolean gapAllowed;

    @Option(names = "--json")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    AdoptCommand(Surroundings surroundings, Disk disk) {
        this.surroundings = surroundings;
        this.disk = disk;
        this.config = new ConfigOption(surroundings);
    }

    @Override
    public Integer call() throws Exception {
        Config read = config.read();
        Path live = read.publish().live();
        Path given = surroundings.workingFolder().resolve(folder);
        Adoption adoption =
                new Adoption(new Home(read.home()), live, disk, new HelperExchange(disk), surroundings.clock());
        Adoption.Done done;
        try {
            done = back ? adoption.giveBack(given, gapAllowed) : adoption.adopt(given, gapAllowed);
        } catch (AdoptionRefused e) {
            Object[] arguments = e.arguments().toArray();
            String key = "adopt." + e.why().code();
            throw new CommandFailure(
                    ExitCode.FAILED,
                    surroundings.texts().of(key, arguments),
                    surroundings.texts().of(key + ".cure", arguments));
        }
        PrintWriter out = spec.commandLine().getOut();
        long gapMicros = TimeUnit.NANOSECONDS.toMicros(done.gapNanos());
        if (json) {
            Json.print(
                    out,
                    Json.object(
                            "docroot", done.docroot().toString(),
                            "adopted", !back,
                            "changed", done.changed(),
                            "live", live.toString(),
                            "kept", back ? null : done.kept().toString(),
                            "way", done.way().orElse(null),
                            "gapMicroseconds", gapMicros));
        } else {
            tell(out, done, live, gapMicros);
        }
        return ExitCode.DONE;
    }

    private void tell(PrintWriter out, Adoption.Done done, Path live, long gapMicros) {
        Texts texts = surroundings.texts();
        if (back) {
            out.println(texts.of(done.changed() ? "msg.adopt-back" : "msg.adopt-back-already", done.docroot()));
        } else {
            out.println(texts.of(done.changed() ? "msg.adopted" : "msg.adopted-already", done.docroot(), live));
            if (Files.isDirectory(done.kept())) {
                out.println(texts.of("msg.adopt-kept", done.kept(), done.docroot()));
            }
        }
        if (done.changed()) {
            done.way()
                    .ifPresentOrElse(
                            way -> out.println(texts.of("msg.adopt-no-gap", way)),
                            () -> out.println(texts.of("msg.adopt-gap", gapMicros)));
        }
        out.flush();
    }
}
