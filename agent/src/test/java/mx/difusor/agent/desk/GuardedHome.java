package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.institute.Packer;
import mx.difusor.agent.institute.SigningKey;
import mx.difusor.agent.institute.ThrowawayKeys;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.publish.LiveRoot;
import mx.difusor.agent.publish.OwnPages;
import mx.difusor.agent.publish.Publisher;
import mx.difusor.agent.publish.SymlinkLiveRoot;
import mx.difusor.agent.verify.PackageLimits;
import mx.difusor.agent.verify.PackageReader;
import mx.difusor.agent.watch.Guard;
import org.jspecify.annotations.Nullable;

/** A home with real packages, a real archive and live root, and a guard whose beats and time the test gives. */
final class GuardedHome implements AutoCloseable {

    /** Real, because the throwaway certificates are valid from now on. */
    private final Instant began = Instant.now();

    /** Fewer and smaller than in service, so that tests reach them. */
    static final Evidence.Limits EVIDENCE = new Evidence.Limits(5, 100_000, 10_000, 1_000, 4, 1_000);

    final LocalDisk disk = new LocalDisk() {
        @Override
        public long freeBytes(Path path) throws IOException {
            spaceAsked.run();
            return super.freeBytes(path);
        }
    };

    /** What happens just before the evidence of a file is copied. */
    Runnable spaceAsked = () -> {};

    final ScriptedRoot root = new ScriptedRoot();
    private final Clock clock = Clock.fixed(began, ZoneOffset.UTC);
    final PackageReader reader = new PackageReader(PackageLimits.defaults());
    private final AtomicLong nanos = new AtomicLong();
    private final Packer packer;
    private final Path folder;
    private final boolean open;
    final Home home;
    Alerts alerts = new Alerts(clock);
    DecidingThread deciding = new DecidingThread();
    Archive archive;
    Publication publication;
    DeskLiveFiles files;
    Guard guard;

    /** @param open false before the event's opening */
    GuardedHome(Path folder, boolean open) throws Exception {
        this.folder = folder;
        this.open = open;
        ThrowawayKeys keys = ThrowawayKeys.make(
                Files.createTempDirectory(folder, "keys"), ThrowawayKeys.Algorithm.EC_P256, Clock.systemUTC());
        packer = new Packer(
                SigningKey.load(keys.key(), keys.certificate(), SigningKey.Passphrase.NONE), Clock.systemUTC());
        home = new Home(folder.resolve("home"));
        home.prepare(disk);
        archive = openArchive();
        publication = openPublication();
        files = Objects.requireNonNull(files());
        guard = new Guard(files);
    }

    private @Nullable Publisher publisher;

    Publisher publisher() {
        return Objects.requireNonNull(publisher);
    }

    private Archive openArchive() throws Exception {
        return Archive.open(home, disk, 1_000_000_000, file -> {
            throw new IOException("not asked in these tests");
        });
    }

    private Publication openPublication() throws Exception {
        Instant opens = open ? began.minusSeconds(3600) : began.plusSeconds(3600);
        publisher = new Publisher(home, disk, root, 8, false);
        Publication opened = new Publication(
                new Publication.Settings(
                        new Event("pel", false, opens, opens.plusSeconds(86_400), null, Duration.ofMinutes(15), 3),
                        false,
                        false),
                archive,
                publisher,
                new Targets(archive, reader, new OwnPages("Radio", home.pages(), disk), disk),
                SteadyClock.trusting(clock),
                alerts,
                new Tally());
        opened.open(null, null);
        return opened;
    }

    private DeskLiveFiles files() {
        return files(publisher());
    }

    DeskLiveFiles files(Publisher publisher) {
        return new DeskLiveFiles(
                publication,
                publisher,
                deciding,
                archive.log(),
                new Evidence(home, disk, EVIDENCE),
                alerts,
                clock,
                nanos::get);
    }

    void restart() throws Exception {
        deciding.close();
        archive.close();
        deciding = new DecidingThread();
        alerts = new Alerts(clock);
        archive = openArchive();
        publication = openPublication();
        files = files();
        guard = new Guard(files);
    }

    /** Time that only the pauses between repairs see. */
    void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    /** As many beats as it takes to look at all names and bytes, the minute between two passes included. */
    void beats() {
        for (int i = 0; i < 75; i++) {
            guard.tick();
        }
    }

    /** A package of these files arrives. */
    void arrive(Kind kind, int sequence, Map<String, String> contents) throws Exception {
        arrive(kind, sequence, contents, true);
    }

    /** A site arrives, and what was unpacked of it is gone when its release is built. */
    void arriveUnbuildable(int sequence, Map<String, String> contents) throws Exception {
        arrive(Kind.SITE, sequence, contents, false);
    }

    private void arrive(Kind kind, int sequence, Map<String, String> contents, boolean buildable) throws Exception {
        Path source = Files.createTempDirectory(folder, "cut");
        Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("rwxr-xr-x")); // as unpacking makes it
        for (Map.Entry<String, String> one : contents.entrySet()) {
            Path file = source.resolve(one.getKey());
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.writeString(file, one.getValue());
        }
        String name = "p" + sequence + ".zip";
        Packer.Packed packed = packer.pack(new Packer.Order(
                "pel",
                kind,
                sequence,
                OffsetDateTime.parse("2024-06-02T20:00:00-07:00").plusMinutes(sequence),
                false,
                List.of(),
                source,
                Files.createTempDirectory(folder, "upload").resolve(name),
                false));
        Manifest manifest = reader.manifest(packed.archive(), name);
        Candidate claimed = new Candidate("iee", name, packed.archive(), List.of(packed.signature()), null, began);
        Receipt receipt = new Receipt(
                "iee",
                name,
                Digest.ofContent(Files.readAllBytes(packed.archive())),
                Files.size(packed.archive()),
                Receipt.Outcome.ACCEPTED,
                null,
                Receipt.Contents.of(manifest),
                List.of("CN=IEE"),
                Receipt.Publication.NONE,
                began,
                began,
                null,
                List.of());
        deciding.call(() -> {
            Path unpacked = buildable ? source : Files.createTempDirectory(folder, "emptied");
            publication.accepted(archive.keep(claimed, manifest, receipt), receipt, unpacked);
            return null;
        });
    }

    Path archived(int sequence) {
        return archive.file(archive.history("pel").get(sequence).orElseThrow());
    }

    Path live() {
        return home.root().resolve("live");
    }

    Path release() throws IOException {
        return live().toRealPath();
    }

    /** Every path below the live root with what it is: nothing of it may differ from what was published. */
    Map<String, String> page() throws IOException {
        Map<String, String> page = new TreeMap<>();
        try (Stream<Path> all = Files.walk(release())) {
            for (Path path : (Iterable<Path>) all::iterator) {
                boolean file = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
                page.put(
                        release().relativize(path).toString(),
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS))
                                + (file
                                        ? " " + Files.getLastModifiedTime(path) + " " + Files.readString(path)
                                        : " folder"));
            }
        }
        return page;
    }

    String alert(String code) {
        return alerts.active().stream()
                .filter(one -> one.code().equals(code))
                .map(Alert::message)
                .findFirst()
                .orElse("");
    }

    List<Path> evidence() throws IOException {
        try (Stream<Path> all = Files.list(home.evidence())) {
            return all.sorted().toList();
        }
    }

    static JsonNode incident(Path evidence) throws IOException {
        return new JsonMapper().readTree(evidence.resolve(Evidence.INCIDENT).toFile());
    }

    List<JsonNode> logged(String what) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(home.history())) {
            JsonNode node = new JsonMapper().readTree(line);
            if (node.path("what").asText().equals(what)) {
                lines.add(node);
            }
        }
        return lines;
    }

    static void alterKeepingSizeAndTime(Path file) throws IOException {
        FileTime before = Files.getLastModifiedTime(file);
        byte[] bytes = Files.readAllBytes(file);
        assertThat(bytes).isNotEmpty();
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        Files.setLastModifiedTime(file, before);
    }

    @Override
    public void close() throws MachineException {
        deciding.close();
        archive.close();
    }

    /** The live root, and what happens when it is asked or moved. */
    final class ScriptedRoot implements LiveRoot {
        boolean quick = true;
        int asked;
        Runnable whenAsked = () -> {};
        Runnable whenMoved = () -> {};

        private LiveRoot real() {
            return new SymlinkLiveRoot(live(), disk);
        }

        @Override
        public Optional<Path> target() throws MachineException {
            asked++;
            try {
                return real().target();
            } finally {
                whenAsked.run();
            }
        }

        @Override
        public boolean quick() {
            return quick;
        }

        @Override
        public void pointAt(Path release) throws MachineException {
            whenMoved.run();
            real().pointAt(release);
        }

        @Override
        public void settle() throws MachineException {
            real().settle();
        }
    }
}
