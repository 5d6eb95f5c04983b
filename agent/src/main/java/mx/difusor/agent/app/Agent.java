package mx.difusor.agent.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import mx.difusor.agent.alerting.Alerting;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.archive.ArchiveInspection;
import mx.difusor.agent.cli.RunningAgent;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.desk.Alerts;
import mx.difusor.agent.desk.DecidingThread;
import mx.difusor.agent.desk.Desk;
import mx.difusor.agent.desk.DeskExpiries;
import mx.difusor.agent.desk.DeskLiveFiles;
import mx.difusor.agent.desk.DeskOperator;
import mx.difusor.agent.desk.DeskOverview;
import mx.difusor.agent.desk.DeskSite;
import mx.difusor.agent.desk.Predecessors;
import mx.difusor.agent.desk.Publication;
import mx.difusor.agent.desk.Scrub;
import mx.difusor.agent.desk.Space;
import mx.difusor.agent.desk.SteadyClock;
import mx.difusor.agent.desk.StoredPackage;
import mx.difusor.agent.desk.Tally;
import mx.difusor.agent.desk.Targets;
import mx.difusor.agent.desk.Unpublished;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.intake.HostKeys;
import mx.difusor.agent.intake.SftpEndpoint;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.publish.OwnPages;
import mx.difusor.agent.publish.Publisher;
import mx.difusor.agent.status.StatusServer;
import mx.difusor.agent.verify.Authenticator;
import mx.difusor.agent.verify.PackageReader;
import mx.difusor.agent.verify.PackageVerifier;
import mx.difusor.agent.visit.SiteProbe;
import mx.difusor.agent.visit.Visitor;
import mx.difusor.agent.watch.Deciding;
import mx.difusor.agent.watch.Guard;
import mx.difusor.agent.watch.Lookout;
import mx.difusor.agent.watch.Visits;
import mx.difusor.agent.watch.Watch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole agent, wired by plain constructors. What was started is stopped in the opposite order. */
final class Agent implements RunningAgent {

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    /** Old releases are removed late: deleting slows down whoever writes at that moment. */
    private static final Duration TIDY_EVERY = Duration.ofMinutes(1);

    private final Config config;
    private final SteadyClock clock;
    private final Disk disk = new LocalDisk();
    private final Home home;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final Alerts alerts;
    private final Tally tally = new Tally();
    private final ServiceManager manager;
    private int sftpPort;
    private int statusPort;
    private @Nullable Reload reload;
    private BooleanSupplier visited = () -> false;

    private Agent(Config config, SteadyClock clock, ServiceManager manager) {
        this.config = config;
        this.clock = clock;
        this.manager = manager;
        this.home = Wiring.home(config);
        this.alerts = new Alerts(clock);
    }

    /** Returns when the live root stands and both endpoints listen. */
    static Agent start(Config config, SteadyClock clock, ServiceManager manager) throws MachineException {
        Agent agent = new Agent(config, clock, manager);
        try {
            agent.open();
            return agent;
        } catch (MachineException | RuntimeException e) {
            agent.close();
            throw e;
        }
    }

    private void open() throws MachineException {
        HomeFormat.require(home);
        prepareHome();
        started.push(HomeLock.take(home, disk));
        FreshToken token = new FreshToken(home.operatorToken(), disk);
        token.withdraw();
        recoverHome();
        Trust trust = new Trust(Wiring.trust(config));
        PackageReader reader = Wiring.reader();
        Archive archive = Archive.open(home, disk, config.archive().budget(), Wiring.manifests(reader));
        started.push(archive);
        HomeFormat.upgrade(home, disk, archive.log(), version(), clock);
        DecidingThread deciding = new DecidingThread();
        started.push(deciding);
        Face face = face(archive, reader, deciding);
        openPublication(face.operator(), deciding, archive, alerts, tally);

        PackageVerifier verifier = Wiring.verifier(config, disk);
        Supplier<Authenticator> authenticator =
                () -> trust.authenticator().allowing(face.operator().expiries().overrides());
        Desk desk = desk(archive, reader, face.publication(), authenticator, verifier, deciding);
        started.push(desk);
        Scrub scrub = new Scrub(
                ArchiveInspection.open(home, disk, Wiring.manifests(reader)),
                () -> new StoredPackage(authenticator.get(), verifier.reader()),
                archive,
                desk::busy,
                clock,
                duration -> Thread.sleep(duration.toMillis()));
        started.push(scrub);
        Alerting alerting =
                Alerting.of(Wiring.alerting(config, face.operator()::event), disk, Wiring.trouble(alerts), clock);
        started.push(alerting);
        StatusServer status =
                new StatusServer(Wiring.status(config), face.overview(), face.operator(), alerting::test, clock);
        started.push(status);
        status.start();
        token.write();
        statusPort = status.port();
        SftpEndpoint sftp = new SftpEndpoint(Wiring.sftp(config), desk::offer, Space.of(archive), disk, clock);
        started.push(sftp);
        sftp.start();
        sftpPort = sftp.port();
        KeylessUploaders.warnings(config.sftp().uploaders()).forEach(LOG::warn);
        visited = sftp::visited;

        Lookout lookout = new Lookout(face.overview(), alerts, clock);
        DeskExpiries expiries = face.operator().expiries();
        lookout.tick();
        expiries.tick(alerts);
        // What still holds since an earlier run is seen before the first cut can end it.
        alerting.look(alerts.active());
        Reload anew = new Reload(config.file(), manager, List.of(trust::reload, sftp::reload, status::reload));
        reload = anew;
        AtomicBoolean beaten = new AtomicBoolean();
        watch(
                "watch",
                anew,
                new Deciding(desk::tick, alerts),
                sftp::tick,
                lookout,
                () -> Telling.damage(archive, scrub.damaged(), alerts),
                () -> trust.tick(alerts),
                () -> expiries.tick(alerts),
                () -> status.tick(alerts),
                token,
                () -> Telling.jump(clock, alerts),
                new AtRest(desk::busy, tally::decisions, System::gc),
                new Seldom(TIDY_EVERY, () -> tidy(deciding, face.publisher())),
                // The last ones: they beat only where none of the others hangs.
                () -> beaten.set(true),
                alerting::beat);
        watch(
                "signs of life",
                new SignsOfLife(manager, face.overview()::alive, System::nanoTime)
                        .of("the thread that decides", deciding::answers)
                        .of("the regular duties", () -> beaten.getAndSet(false))
                        .of("sftp", sftp::listening)
                        .of("status", status::listening));
        besides(face, archive, deciding, alerting);
        scrub.start();
        started.push(() -> face.overview().ready(false));
        face.overview().ready(true);
        LOG.info("ready: sftp on port {}, status on {}", sftpPort, status());
    }

    /** What keeps the public page, and what tells about it; {@code site} is null where the configuration names none. */
    private record Face(
            Publisher publisher,
            Publication publication,
            DeskOperator operator,
            DeskOverview overview,
            @Nullable DeskSite site) {}

    private Face face(Archive archive, PackageReader reader, DecidingThread deciding) throws MachineException {
        Publisher publisher = new Publisher(
                home,
                disk,
                Wiring.liveRoot(config, disk),
                config.publish().keepReleases(),
                config.publish().precompress());
        Map<String, Event> events = Wiring.events(config);
        Event published =
                Objects.requireNonNull(events.get(DeskOperator.published(events, config.event(), home, disk)));
        expectNotRetired(archive, published.id());
        OwnPages pages = new OwnPages(config.difusor().name(), home.pages(), disk);
        Publication publication = new Publication(
                Wiring.publication(config, published),
                archive,
                publisher,
                new Targets(archive, reader, pages, disk),
                clock,
                alerts,
                tally);
        DeskOperator operator =
                new DeskOperator(events, config.event(), home, disk, archive, publication, deciding, clock);
        DeskSite site = site(operator::event, publisher, archive, alerts);
        DeskOverview overview = new DeskOverview(
                new DeskOverview.Identity(
                        version(),
                        clock.instant(),
                        config.difusor().id(),
                        config.difusor().name()),
                archive,
                publication,
                alerts,
                tally,
                new Unpublished(events, archive, publication, clock),
                site);
        return new Face(publisher, publication, operator, overview, site);
    }

    private Desk desk(
            Archive archive,
            PackageReader reader,
            Publication publication,
            Supplier<Authenticator> authenticator,
            PackageVerifier verifier,
            DecidingThread deciding) {
        return new Desk(
                new Desk.Settings(Wiring.events(config), config.sftp().maxPackage()),
                home,
                disk,
                clock,
                authenticator,
                verifier,
                archive,
                publication,
                new Predecessors(archive, reader, home, disk, alerts),
                alerts,
                tally,
                deciding);
    }

    /** Each on a thread of its own, which may wait without keeping the others waiting. */
    private void besides(Face face, Archive archive, DecidingThread deciding, Alerting alerting) {
        // It writes what it announced to the disk.
        watch("alerts", () -> alerting.look(alerts.active()));
        alerting.start();
        // It reads much, and waits for the deciding thread.
        watch(
                "guard",
                new Guard(new DeskLiveFiles(
                        face.publication(), face.publisher(), deciding, archive.log(), home, disk, alerts, clock)));
        if (face.site() != null) {
            // A slow site keeps it waiting.
            watch("visits", new Visits(face.site(), System::nanoTime));
        }
    }

    private void watch(String thread, Watch.Duty... duties) {
        Watch watch = new Watch(thread, List.of(duties));
        started.push(watch);
        watch.start();
    }

    /** Null where the configuration names none. */
    private @Nullable DeskSite site(Supplier<String> event, Publisher publisher, Archive archive, Alerts alerts) {
        URI url = config.difusor().site();
        if (url == null) {
            return null;
        }
        String liveRoot = config.publish().live().toString();
        SiteProbe probe = new SiteProbe(url, liveRoot, Visitor.ofThisJvm(), System::nanoTime);
        return new DeskSite(url, probe, event, home, publisher, archive, alerts, clock);
    }

    private void prepareHome() throws MachineException {
        try {
            home.prepare(disk);
            HostKeys.ensure(home.keys(), disk);
        } catch (IOException e) {
            throw new MachineException(
                    "home-unwritable",
                    "cannot write in " + home.root() + ": " + Failures.inWords(e),
                    "give the service account write permission on it, or name another `home` in the configuration",
                    e);
        }
    }

    private void recoverHome() throws MachineException {
        try {
            for (String left : home.recover(disk)) {
                LOG.warn("could not remove {}; it is in nobody's way; remove it as root, or as its owner", left);
            }
        } catch (IOException e) {
            throw new MachineException(
                    "home-unwritable",
                    "cannot clear up in " + home.root() + ": " + Failures.inWords(e),
                    "check the disk, and the permissions of the service account there",
                    e);
        }
    }

    /** What is left of it is not its tree: the old page stays until somebody decides. */
    private static void expectNotRetired(Archive archive, String event) throws MachineException {
        if (archive.retirements().of(event).isPresent()) {
            throw new MachineException(
                    "event-retired",
                    "the packages of " + event + " were retired from the archive, so it cannot be published",
                    "bring them back with `difusor archive import`, or name another `event`",
                    null);
        }
    }

    private static void openPublication(
            DeskOperator operator, DecidingThread deciding, Archive archive, Alerts alerts, Tally tally)
            throws MachineException {
        Telling.damage(archive, List.of(), alerts);
        Optional<Archive.Row> last = archive.rows(null, 1, null).stream().findFirst();
        last.ifPresent(row -> tally.remember(row.receipt()));
        deciding.callFirst(() -> {
            operator.open();
            return null;
        });
    }

    private static void tidy(DecidingThread deciding, Publisher publisher) throws MachineException {
        deciding.call(() -> {
            publisher.removeOldReleases();
            return null;
        });
    }

    static String version() {
        String version = Agent.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** Reads anew, in a moment, whatever is taken up by itself when its file changes; any thread. */
    void reload() {
        if (reload != null) {
            reload.ask();
        }
    }

    @Override
    public int sftpPort() {
        return sftpPort;
    }

    /** Whether an uploader is logged in. */
    boolean visited() {
        return visited.getAsBoolean();
    }

    @Override
    public URI status() {
        InetSocketAddress address = Wiring.status(config).listen();
        InetAddress host = address.getAddress();
        String name = host == null || host.isAnyLocalAddress() ? "127.0.0.1" : host.getHostAddress();
        String scheme = config.status().tls() == null ? "http" : "https";
        return URI.create(scheme + "://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + statusPort + "/");
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            AutoCloseable one = started.pop();
            try {
                one.close();
            } catch (Exception e) {
                LOG.warn("could not stop cleanly: {}", e.toString());
            }
        }
    }
}
