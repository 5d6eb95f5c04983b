package mx.difusor.agent.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.Callable;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.config.ConfigReader;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.institute.Demo;
import mx.difusor.agent.institute.DemoHome;
import mx.difusor.agent.institute.Packer;
import mx.difusor.agent.institute.SendTarget;
import mx.difusor.agent.institute.Sender;
import mx.difusor.agent.institute.SigningKey;
import mx.difusor.agent.institute.drill.Drill;
import mx.difusor.agent.institute.drill.DrillHome;
import mx.difusor.agent.institute.drill.DrillPackages;
import mx.difusor.agent.institute.drill.DrillPlan;
import mx.difusor.agent.institute.drill.DrillReport;
import mx.difusor.agent.institute.drill.ScaledClock;
import mx.difusor.agent.model.Event;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * A whole election day in minutes, beside the installation and as it is configured: same account, disk, difusor, pages
 * and cadence; its own keys, ports, archive and live root, so that nothing of the real event is touched.
 */
@Command(name = "drill", mixinStandardHelpOptions = true)
final class DrillCommand implements Callable<Integer> {

    /** The agent looks at its clock once a second: below, whole periods would pass between two looks. */
    static final int LEAST_MINUTES = 4;

    static final int MOST_MINUTES = 24 * 60;

    private static final Duration RECEIPT_LIMIT = Duration.ofSeconds(60);
    private static final String HOST_KEY = "ssh_host_ed25519_key.pub";
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int CHIHUAHUA = -7;

    private final Surroundings surroundings;
    private final Service service;
    private final HostKeyMaker hostKeys;
    private final Disk disk;

    @Mixin
    private final ConfigOption config;

    @Option(names = "--minutes", paramLabel = "N")
    private int minutes = 8;

    @Option(names = "--keep")
    private boolean keep;

    @Option(names = "--json")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    DrillCommand(Surroundings surroundings, Service service, HostKeyMaker hostKeys, Disk disk) {
        this.surroundings = surroundings;
        this.service = service;
        this.hostKeys = hostKeys;
        this.disk = disk;
        this.config = new ConfigOption(surroundings);
    }

    @Override
    public Integer call() throws Exception {
        Texts texts = surroundings.texts();
        if (minutes < LEAST_MINUTES || minutes > MOST_MINUTES) {
            throw new ParameterException(
                    spec.commandLine(), texts.of("msg.drill-minutes", LEAST_MINUTES, MOST_MINUTES));
        }
        Config real = config.read();
        Path drills = new Home(real.home()).drills();
        disk.createDirectories(drills, Disk.Access.PRIVATE);
        String name = "drill-" + NAME.format(surroundings.clock().instant());
        DrillPlan plan = plan(real);
        PrintWriter out = spec.commandLine().getOut();
        DrillTelling telling =
                new DrillTelling(texts, plan, json ? spec.commandLine().getErr() : out);
        DrillReport report;
        try (DemoEnding ending = new DemoEnding()) {
            report = play(plan, drills.resolve(name), telling, ending);
        }
        String text = telling.report(report);
        Path file = drills.resolve(name + ".txt");
        Files.writeString(file, text, StandardCharsets.UTF_8);
        if (json) {
            Json.print(out, DrillTelling.fields(report));
        } else {
            out.print(text);
            out.println(texts.of("msg.drill-report", file));
        }
        out.flush();
        return report.good() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private DrillPlan plan(Config real) {
        Event event = real.publishedEvent();
        Duration day = event.cadence().multipliedBy(DrillPlan.CUTS + 1L);
        int times = (int) Math.max(1, day.dividedBy(Duration.ofMinutes(minutes)));
        Instant begins = surroundings.clock().instant().truncatedTo(ChronoUnit.SECONDS);
        return new DrillPlan(
                real.difusor().id(),
                real.difusor().name(),
                event.cadence(),
                event.missedPeriods(),
                real.publish().interruption() == Config.Interruption.NOTICE,
                new Home(real.home()).pages(),
                begins,
                ZoneOffset.ofHours(CHIHUAHUA),
                times);
    }

    private DrillReport play(DrillPlan plan, Path folder, DrillTelling telling, DemoEnding ending) throws Exception {
        DemoHome home = DrillHome.make(plan, folder, surroundings.clock());
        ending.then(() -> delete(folder));
        hostKeys.ensure(home.agentKeys());
        Config own = ConfigReader.read(home.config());
        SigningKey signer = SigningKey.load(home.keys().key(), home.keys().certificate(), SigningKey.Passphrase.NONE);
        telling.beginning();
        DrillPackages packages = DrillPackages.make(plan, home.workshop(), new Packer(signer, surroundings.clock()));
        ScaledClock clock = plan.clock();
        RunningAgent agent = service.start(own, clock);
        ending.then(agent::close);
        SendTarget target = new SendTarget("iee", "127.0.0.1", agent.sftpPort());
        telling.dashboard(agent.status());
        Path knownHosts = home.introduce(target, home.agentKeys().resolve(HOST_KEY));
        try (Sender sender =
                new Sender(target, home.keys().identity(), knownHosts, RECEIPT_LIMIT, SigningKey.Passphrase.NONE)) {
            return new Drill(plan, clock, packages, sender, own.publish().live(), agent.status(), telling).play();
        }
    }

    private void delete(Path folder) {
        if (keep) {
            return;
        }
        try {
            Demo.deleteTree(folder);
        } catch (IOException e) {
            spec.commandLine().getErr().println("cannot delete " + folder + ": " + e.getMessage());
        }
    }
}
