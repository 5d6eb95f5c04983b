package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.archive.Retirement;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.institute.Packer;
import mx.difusor.agent.institute.SigningKey;
import mx.difusor.agent.institute.ThrowawayKeys;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.LiveState;
import mx.difusor.agent.model.Manifest;
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
import mx.difusor.agent.verify.TrustSettings;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The desk with everything behind it real but the clock, the door and, where a test says so, the disk. */
abstract class OneDesk {

    /** Now, because the throwaway certificates are valid now. */
    final Instant began = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @TempDir
    Path folder;

    final LocalDisk disk = new LocalDisk();
    final SettableClock clock = new SettableClock(began);
    final Alerts alerts = new Alerts(clock);
    final Tally tally = new Tally();
    final DecidingThread deciding = new DecidingThread();
    Faults faults = Faults.NONE;
    long budget = 1_000_000_000;
    boolean precompress;
    private @Nullable Publisher publisher;

    @Nullable
    Room room;

    @Nullable
    Packer packer;

    /** What the disk does when a package is unpacked. */
    enum Faults {
        NONE,
        FULL,
        DEFECT
    }

    /** Everything that a test needs of a started desk. */
    record Room(Home home, Archive archive, Publication publication, Desk desk, DeskOperator operator) {}

    /** A door whose uploader sent one package and went. */
    static class OneOffer implements Offer {
        private Candidate candidate;
        private final boolean mayGrow;
        List<Path> doubtful = List.of();
        final List<Path> spared = new ArrayList<>();
        private final BlockingQueue<Object> ends = new LinkedBlockingQueue<>();

        OneOffer(Candidate candidate, boolean mayGrow) {
            this.candidate = candidate;
            this.mayGrow = mayGrow;
        }

        Object end() throws InterruptedException {
            Object end = ends.poll(60, TimeUnit.SECONDS);
            assertThat(end).as("the offer ended").isNotNull();
            return java.util.Objects.requireNonNull(end);
        }

        @Override
        public Candidate candidate() {
            return candidate;
        }

        @Override
        public boolean mayGrow() {
            return mayGrow;
        }

        @Override
        public boolean quiet() {
            return !mayGrow;
        }

        @Override
        public boolean overdue() {
            return false;
        }

        @Override
        public List<Path> doubtful() {
            return doubtful;
        }

        @Override
        public void spare(List<Path> strangers) {
            spared.addAll(strangers);
            candidate = candidate.without(strangers);
        }

        @Override
        public void leave() {
            ends.add("left");
        }

        @Override
        public Optional<Candidate> claim() {
            return Optional.of(candidate);
        }

        @Override
        public void decided(Receipt receipt, Path keptArchive) {
            ends.add(receipt);
        }

        @Override
        public void failed() {
            ends.add("failed");
        }
    }

    Disk faultyDisk() {
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (self, method, arguments) -> {
                    if (method.getName().equals("createFile") && faults == Faults.FULL) {
                        throw new IOException("no space left on device");
                    }
                    if (method.getName().equals("createFile") && faults == Faults.DEFECT) {
                        throw new IllegalStateException("a defect");
                    }
                    try {
                        return method.invoke(disk, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @BeforeEach
    void open() throws Exception {
        room = start(began.minusSeconds(3600));
    }

    /** The agent's, over {@link #clock}. */
    SteadyClock steadyClock() {
        return SteadyClock.trusting(clock);
    }

    /** Goes on in a new room, whose event opens then; what this one has is closed. */
    void moveTo(Instant opens) throws Exception {
        Room left = room();
        room = start(opens);
        left.desk().close();
        left.archive().close();
    }

    Room start(Instant opens) throws Exception {
        SteadyClock steady = steadyClock();
        ThrowawayKeys keys = ThrowawayKeys.make(
                Files.createTempDirectory(folder, "keys"), ThrowawayKeys.Algorithm.EC_P256, Clock.systemUTC());
        packer = new Packer(
                SigningKey.load(keys.key(), keys.certificate(), SigningKey.Passphrase.NONE), Clock.systemUTC());
        Home home = new Home(Files.createTempDirectory(folder, "home"));
        home.prepare(disk);
        Authenticator authenticator =
                Authenticator.load(new TrustSettings(1, List.of(keys.root()), List.of(), List.of(), List.of()));
        Event event = new Event("pel", false, opens, opens.plusSeconds(86_400), null, Duration.ofMinutes(15), 3);
        Archive archive = Archive.open(home, disk, budget, file -> {
            throw new IOException("not asked in these tests");
        });
        Publication publication = publication(home, archive, event, steady);
        DeskOperator operator =
                new DeskOperator(events(event), "pel", home, disk, archive, publication, deciding, steady);
        operator.open();
        Desk desk = new Desk(
                new Desk.Settings(events(event), 1_000_000),
                home,
                disk,
                steady,
                () -> authenticator,
                new PackageVerifier(PackageLimits.defaults(), FileTypes.defaults(), true, faultyDisk()),
                archive,
                publication,
                new Predecessors(archive, new PackageReader(PackageLimits.defaults()), home, disk, alerts),
                alerts,
                tally,
                deciding);
        return new Room(home, archive, publication, desk, operator);
    }

    Map<String, Event> events(Event pel) {
        return Map.of("pel", pel);
    }

    Disk publishersDisk() {
        return disk;
    }

    LiveRoot liveRoot(Home home) {
        return new SymlinkLiveRoot(home.root().resolve("live"), disk);
    }

    /** A monotonic clock. */
    long nanos() {
        return System.nanoTime();
    }

    Publication publication(Home home, Archive archive, Event event, SteadyClock steady) {
        Publisher made = new Publisher(home, publishersDisk(), liveRoot(home), 8, precompress);
        publisher = made;
        return new Publication(
                new Publication.Settings(event, false, true),
                archive,
                made,
                new Targets(
                        archive,
                        new PackageReader(PackageLimits.defaults()),
                        new OwnPages("Radio", home.pages(), disk),
                        disk),
                steady,
                alerts,
                tally,
                this::nanos);
    }

    /** Takes pel's only package out with its event. */
    void retire(Receipt only) throws Exception {
        room().archive()
                .retire(new Retirement(
                        "pel",
                        began,
                        "maria",
                        "over",
                        Digest.ofContent(new byte[0]),
                        true,
                        List.of(new Retirement.Gone(
                                1, only.name(), java.util.Objects.requireNonNull(only.sha256()), only.size()))));
    }

    Publisher publisher() {
        return java.util.Objects.requireNonNull(publisher);
    }

    @AfterEach
    void close() throws Exception {
        room().desk().close();
        deciding.close();
        room().archive().close();
    }

    Room room() {
        return java.util.Objects.requireNonNull(room);
    }

    Candidate pack(int sequence) throws Exception {
        return pack(sequence, Files.createTempDirectory(folder, "cut"));
    }

    Candidate pack(int sequence, Path files) throws Exception {
        return pack("pel", sequence, files);
    }

    Candidate pack(String event, int sequence, Path files) throws Exception {
        Files.writeString(files.resolve("index.html"), "cut " + sequence);
        Path work = Files.createTempDirectory(folder, "upload");
        Packer.Packed packed = java.util.Objects.requireNonNull(packer)
                .pack(new Packer.Order(
                        event,
                        Kind.SITE,
                        sequence,
                        OffsetDateTime.parse("2024-06-02T20:00:00-07:00").plusMinutes(sequence),
                        false,
                        List.of(),
                        files,
                        work.resolve("p" + sequence + ".zip"),
                        false));
        return new Candidate(
                "iee", "p" + sequence + ".zip", packed.archive(), List.of(packed.signature()), null, began);
    }

    /** The same package under another name. */
    Candidate named(String name, Candidate one, Instant receivedAt) throws IOException {
        Path upload = Files.createTempDirectory(folder, "named");
        Path archive = Files.copy(one.archive(), upload.resolve(name));
        Path signature = Files.copy(one.signatures().get(0), upload.resolve(name + ".p7s"));
        return new Candidate(one.uploader(), name, archive, List.of(signature), null, receivedAt);
    }

    /** A site with a base that counts so many of 1,190 sheets. */
    Candidate cut(int sequence, int captured) throws Exception {
        Path files = Files.createTempDirectory(folder, "cut");
        OffsetDateTime cut = OffsetDateTime.parse("2024-06-02T20:00:00-07:00").plusMinutes(sequence);
        Files.writeString(
                files.resolve("GOB.csv"),
                "GUBERNATURA\n%tF %<tR (UTC-7)\nACTAS_ESPERADAS,ACTAS_CAPTURADAS\n1190,%d\n\nCLAVE_ACTA,PAN\n"
                        .formatted(cut, captured));
        return pack(sequence, files);
    }

    /** As the desk would have, had it been sent here meanwhile. */
    void keep(Candidate one, Instant decided) throws Exception {
        Manifest manifest = new PackageReader(PackageLimits.defaults()).manifest(one.archive(), one.name());
        Receipt receipt = new Receipt(
                one.uploader(),
                one.name(),
                Digest.ofContent(Files.readAllBytes(one.archive())),
                Files.size(one.archive()),
                Receipt.Outcome.ACCEPTED,
                null,
                Receipt.Contents.of(manifest),
                List.of(),
                Receipt.Publication.NONE,
                decided,
                decided,
                null,
                List.of());
        room().archive().keep(one, manifest, receipt);
    }

    Path otherFiles() throws IOException {
        Path files = Files.createTempDirectory(folder, "other");
        Files.writeString(files.resolve("other.json"), "{}");
        return files;
    }

    Object offer(Candidate candidate) throws Exception {
        OneOffer offer = new OneOffer(candidate, false);
        room().desk().offer(offer);
        return offer.end();
    }

    Receipt decide(Candidate candidate) throws Exception {
        return (Receipt) offer(candidate);
    }

    String page() throws IOException {
        return Files.readString(room().home().root().resolve("live/index.html"));
    }

    LiveState state() {
        return java.util.Objects.requireNonNull(room().publication().live()).state();
    }

    static void awaitWaitingForTheDecidingThread(int threads) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> Thread.getAllStackTraces().values().stream()
                                .filter(stack -> List.of(stack).stream()
                                        .anyMatch(frame -> frame.getClassName().equals(DecidingThread.class.getName())
                                                && frame.getMethodName().equals("call")))
                                .count()
                        == threads);
    }
}
