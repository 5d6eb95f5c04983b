package mx.difusor.agent.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.config.ConfigReader;
import mx.difusor.agent.institute.CutSource;
import mx.difusor.agent.institute.Demo;
import mx.difusor.agent.institute.DemoHome;
import mx.difusor.agent.institute.FolderCuts;
import mx.difusor.agent.institute.Packer;
import mx.difusor.agent.institute.SendTarget;
import mx.difusor.agent.institute.Sender;
import mx.difusor.agent.institute.SigningKey;
import mx.difusor.agent.institute.SiteServer;
import mx.difusor.agent.institute.election.Election;
import mx.difusor.agent.institute.election.ElectionCuts;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The main job, whole: an Institute and a difusor in one process, over real SFTP. */
@Command(name = "demo", mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

    private static final Duration RECEIPT_LIMIT = Duration.ofSeconds(60);

    /** Between two cuts where somebody watches. */
    private static final Duration PACE = Duration.ofSeconds(4);

    /** Where the agent's public host key stands in its folder of keys. */
    private static final String HOST_KEY = "ssh_host_ed25519_key.pub";

    private final Surroundings surroundings;
    private final Service service;
    private final HostKeyMaker hostKeys;

    @Option(names = "--once")
    private boolean once;

    @Option(names = "--dir", paramLabel = "DIR")
    private @Nullable Path folder;

    @Option(names = "--from", paramLabel = "DIR")
    private @Nullable Path from;

    @Option(names = "--seed", paramLabel = "N")
    private long seed = 2024;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    DemoCommand(Surroundings surroundings, Service service, HostKeyMaker hostKeys) {
        this.surroundings = surroundings;
        this.service = service;
        this.hostKeys = hostKeys;
    }

    @Override
    public Integer call() throws Exception {
        DemoTelling telling =
                new DemoTelling(surroundings.texts(), spec.commandLine().getOut(), once ? Duration.ZERO : PACE);
        CutSource cuts = cuts(telling);
        try (DemoEnding ending = new DemoEnding()) {
            play(homeFolder(ending), cuts, telling, ending);
        }
        return ExitCode.DONE;
    }

    private Path homeFolder(DemoEnding ending) throws IOException {
        if (folder != null) {
            return surroundings.workingFolder().resolve(folder).toAbsolutePath().normalize();
        }
        Path temporary = Files.createTempDirectory("difusor-demo-");
        ending.then(() -> delete(temporary));
        return temporary;
    }

    private CutSource cuts(DemoTelling telling) throws MachineException {
        if (from != null) {
            return FolderCuts.in(surroundings.workingFolder().resolve(from));
        }
        telling.say("msg.demo-drawing", seed);
        return new ElectionCuts(Election.draw(seed));
    }

    private void play(Path homeFolder, CutSource cuts, DemoTelling telling, DemoEnding ending) throws Exception {
        DemoHome home = DemoHome.make(homeFolder, surroundings.clock());
        telling.say("msg.demo-home", home.folder());
        hostKeys.ensure(home.agentKeys());
        Config config = ConfigReader.read(home.config());
        RunningAgent agent = service.start(config);
        ending.then(agent::close);
        Path live = config.publish().live();
        SiteServer site = SiteServer.start(live);
        ending.then(site::close);
        SendTarget target = new SendTarget("iee", "127.0.0.1", agent.sftpPort());
        telling.say("msg.demo-agent", target);
        telling.say("msg.demo-address", site.address());
        telling.say("msg.demo-dashboard", agent.status());
        sendAll(home, target, live, cuts, telling);
        telling.say("msg.demo-done", cuts.size());
        if (!once) {
            telling.say("msg.demo-stays", site.address(), agent.status());
            new CountDownLatch(1).await();
        }
    }

    private void sendAll(DemoHome home, SendTarget target, Path live, CutSource cuts, DemoTelling telling)
            throws MachineException, InterruptedException {
        SigningKey signer = SigningKey.load(home.keys().key(), home.keys().certificate(), SigningKey.Passphrase.NONE);
        Path knownHosts = home.introduce(target, home.agentKeys().resolve(HOST_KEY));
        try (Sender sender =
                new Sender(target, home.keys().identity(), knownHosts, RECEIPT_LIMIT, SigningKey.Passphrase.NONE)) {
            Packer packer = new Packer(signer, surroundings.clock());
            new Demo(home.workshop(), live, packer, sender).run(cuts, telling);
        }
    }

    private static void delete(Path temporary) {
        try {
            Demo.deleteTree(temporary);
        } catch (IOException e) {
            System.err.println("cannot delete " + temporary + ": " + e.getMessage());
        }
    }
}
