package mx.difusor.agent.desk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.UnreliableDisk;
import mx.difusor.agent.intake.Entrance;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.publish.LiveRoot;
import mx.difusor.agent.publish.OwnPages;
import mx.difusor.agent.publish.Publisher;
import mx.difusor.agent.publish.SymlinkLiveRoot;
import mx.difusor.agent.verify.Authenticator;
import mx.difusor.agent.verify.FileTypes;
import mx.difusor.agent.verify.PackageLimits;
import mx.difusor.agent.verify.PackageReader;
import mx.difusor.agent.verify.PackageVerifier;
import mx.difusor.agent.verify.UnreadablePackageException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** An agent without network, from the uploader's folder to the live root, opened on whatever a home holds. */
final class WholeDesk implements AutoCloseable {

    static final String UPLOADER = "iee";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ROUNDS = 60;
    private static final int SENDINGS = 50;

    /** The machine went off: what stands on its disk is all there is. */
    static final class OffException extends Exception {
        private static final long serialVersionUID = 1;
    }

    /**
     * What is the same before and after a crash.
     *
     * @param event the one that the configuration publishes
     * @param events all of them by their ids
     */
    record World(
            Home home,
            UnreliableDisk disk,
            SettableClock clock,
            Event event,
            Map<String, Event> events,
            Authenticator authenticator) {

        World(Home home, UnreliableDisk disk, SettableClock clock, Event event, Authenticator authenticator) {
            this(home, disk, clock, event, Map.of(event.id(), event), authenticator);
        }
    }

    private final World world;
    private final Alerts alerts;
    private final DecidingThread deciding = new DecidingThread();
    private final Archive archive;
    private final Publication publication;
    private final DeskOperator operator;
    private final Desk desk;
    private final Entrance entrance;
    private final AtomicInteger offers = new AtomicInteger();
    private final Map<String, Receipt> decided = new ConcurrentHashMap<>();

    /** In the order of {@code Agent.open}. */
    private WholeDesk(World world, Archive archive, LiveRoot liveRoot) throws IOException, MachineException {
        this.world = world;
        this.archive = archive;
        Home home = world.home();
        UnreliableDisk disk = world.disk();
        Clock clock = world.clock();
        PackageReader reader = new PackageReader(PackageLimits.defaults());
        alerts = new Alerts(clock);
        Tally tally = new Tally();
        publication = new Publication(
                new Publication.Settings(published(), false, true),
                archive,
                new Publisher(home, disk, liveRoot, 8, false),
                new Targets(archive, reader, new OwnPages("Radio", home.pages(), disk), disk),
                SteadyClock.trusting(clock),
                alerts,
                tally);
        operator =
                new DeskOperator(world.events(), world.event().id(), home, disk, archive, publication, deciding, clock);
        operator.open();
        desk = new Desk(
                new Desk.Settings(world.events(), 1_000_000),
                home,
                disk,
                clock,
                world::authenticator,
                new PackageVerifier(PackageLimits.defaults(), FileTypes.defaults(), true, disk),
                archive,
                publication,
                new Predecessors(archive, reader, home, disk, alerts),
                alerts,
                tally,
                deciding);
        entrance = new Entrance(UPLOADER, home.incoming(), disk, clock, this::offer);
    }

    private Event published() throws MachineException {
        String id = DeskOperator.published(world.events(), world.event().id(), world.home(), world.disk());
        return java.util.Objects.requireNonNull(world.events().get(id));
    }

    static WholeDesk open(World world) throws IOException, MachineException {
        return open(world, new SymlinkLiveRoot(world.home().root().resolve("live"), world.disk()));
    }

    static WholeDesk open(World world, LiveRoot liveRoot) throws IOException, MachineException {
        world.home().prepare(world.disk());
        world.home().recover(world.disk());
        Archive archive = Archive.open(world.home(), world.disk(), 1_000_000_000, WholeDesk::manifest);
        try {
            return new WholeDesk(world, archive, liveRoot);
        } catch (IOException | MachineException e) {
            archive.close();
            throw e;
        }
    }

    private static mx.difusor.agent.model.Manifest manifest(Path file) throws IOException {
        try {
            return new PackageReader(PackageLimits.defaults())
                    .manifest(file, file.getFileName().toString());
        } catch (UnreadablePackageException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    Archive archive() {
        return archive;
    }

    Publication publication() {
        return publication;
    }

    DeskOperator operator() {
        return operator;
    }

    List<Alert> alerts() {
        return alerts.active();
    }

    /** Sends it, and again where the disk did not take it, until there is a verdict that does not blame the disk. */
    Receipt deliver(String name, Map<String, byte[]> files) throws OffException {
        for (int i = 0; i < SENDINGS; i++) {
            decided.remove(name);
            try {
                entrance.send(files);
            } catch (IOException e) {
                pass();
                continue;
            }
            Receipt receipt = verdict(name);
            if (receipt == null) {
                continue; // nobody answers: the Institute sends again
            }
            boolean stored = receipt.refusal() == null
                    || receipt.refusal().reason() != mx.difusor.agent.model.Reason.STORAGE_FAILED;
            if (stored) {
                return receipt;
            }
        }
        throw new AssertionError(name + " was sent in vain");
    }

    private @Nullable Receipt verdict(String name) throws OffException {
        for (int i = 0; i < ROUNDS; i++) {
            awaitIdle();
            Receipt receipt = decided.get(name);
            if (receipt != null) {
                return receipt;
            }
            pass();
        }
        return null;
    }

    /** Whatever an earlier run left undecided is decided. */
    void settle() throws OffException {
        for (int i = 0; i < 3; i++) {
            pass();
        }
    }

    /** Some seconds go by. */
    void pass() throws OffException {
        awaitIdle();
        world.clock().pass(Duration.ofSeconds(5));
        entrance.tick();
        awaitIdle();
        try {
            desk.tick();
        } catch (MachineException e) {
            throw new IllegalStateException(e);
        }
        awaitIdle();
    }

    interface Command {
        void run(DeskOperator operator) throws MachineException, Operator.RefusedException, Operator.UnknownException;
    }

    /** Given again until it was carried out, as an operator would. */
    void command(Command command) throws OffException {
        for (int i = 0; i < SENDINGS; i++) {
            try {
                command.run(operator);
                awaitIdle();
                return;
            } catch (Operator.RefusedException | Operator.UnknownException e) {
                throw new AssertionError(e);
            } catch (MachineException e) {
                pass();
            }
        }
        throw new AssertionError("a command was given in vain");
    }

    /** Every offer has ended and its thread has cleared its folder away, or found that it cannot. */
    private void awaitIdle() throws OffException {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> offers.get() == 0 && (workIsClear() || world.disk().isDead()));
        if (world.disk().isDead()) {
            throw new OffException();
        }
    }

    private boolean workIsClear() throws IOException {
        if (world.disk().struckAt().startsWith("delete work")) {
            return true;
        }
        try (Stream<Path> work = Files.list(world.home().work())) {
            return work.findAny().isEmpty();
        }
    }

    private void offer(Offer offer) {
        offers.incrementAndGet();
        desk.offer(new Watched(offer));
    }

    /** An offer whose end is noticed. */
    private final class Watched implements Offer {
        private final Offer real;

        Watched(Offer real) {
            this.real = real;
        }

        @Override
        public Candidate candidate() {
            return real.candidate();
        }

        @Override
        public boolean mayGrow() {
            return real.mayGrow();
        }

        @Override
        public boolean quiet() {
            return real.quiet();
        }

        @Override
        public boolean overdue() {
            return real.overdue();
        }

        @Override
        public Optional<CutShort> cutShort() {
            return real.cutShort();
        }

        @Override
        public List<Path> doubtful() {
            return real.doubtful();
        }

        @Override
        public void spare(List<Path> strangers) {
            real.spare(strangers);
        }

        @Override
        public void leave() {
            real.leave();
            offers.decrementAndGet();
        }

        @Override
        public Optional<Candidate> claim() throws IOException {
            Optional<Candidate> claimed = real.claim();
            if (claimed.isEmpty()) {
                offers.decrementAndGet();
            }
            return claimed;
        }

        @Override
        public void decided(Receipt receipt, Path keptArchive) {
            real.decided(receipt, keptArchive);
            decided.put(receipt.name(), receipt);
            offers.decrementAndGet();
        }

        @Override
        public void failed() {
            real.failed();
            offers.decrementAndGet();
        }
    }

    @Override
    public void close() throws MachineException {
        desk.close();
        deciding.close();
        archive.close();
    }
}
