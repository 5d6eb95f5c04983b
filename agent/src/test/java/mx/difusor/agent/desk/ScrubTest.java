package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.archive.ArchiveInspection;
import mx.difusor.agent.archive.ManifestSource;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.institute.Packer;
import mx.difusor.agent.institute.SigningKey;
import mx.difusor.agent.institute.ThrowawayKeys;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.verify.Authenticator;
import mx.difusor.agent.verify.PackageLimits;
import mx.difusor.agent.verify.PackageReader;
import mx.difusor.agent.verify.TrustSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The archive is read again behind everything else: slowly, in turn, and what is damaged is told once. */
class ScrubTest {

    @TempDir
    Path folder;

    private final LocalDisk disk = new LocalDisk();
    private final PackageReader reader = new PackageReader(PackageLimits.defaults());
    private final ManifestSource manifests = file -> {
        try {
            return reader.manifest(file, file.getFileName().toString());
        } catch (mx.difusor.agent.verify.UnreadablePackageException e) {
            throw new java.io.IOException(e);
        }
    };
    private final Instant began = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private volatile Instant now = began;
    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    };
    private final List<Duration> slept = new ArrayList<>();
    private int busyFor;
    private boolean interrupting;
    private Home home = new Home(Path.of("unset"));
    private Archive archive = unset();
    private Authenticator authenticator = unset();
    private Packer packer = unset();
    private Scrub scrub = unset();
    private final List<Candidate> packed = new ArrayList<>();

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // set before each test
    private static <T> T unset() {
        return null;
    }

    @BeforeEach
    void keepThreePackages() throws Exception {
        home = new Home(folder.resolve("home"));
        home.prepare(disk);
        ThrowawayKeys keys =
                ThrowawayKeys.make(folder.resolve("iee"), ThrowawayKeys.Algorithm.EC_P256, Clock.systemUTC());
        packer = new Packer(
                SigningKey.load(keys.key(), keys.certificate(), SigningKey.Passphrase.NONE), Clock.systemUTC());
        authenticator = Authenticator.load(new TrustSettings(1, List.of(keys.root()), List.of(), List.of(), List.of()));
        archive = Archive.open(home, disk, 1_000_000_000, manifests);
        for (int sequence = 1; sequence <= 3; sequence++) {
            keep(sequence);
        }
        scrub = scrub(duration -> {
            slept.add(duration);
            if (interrupting) {
                throw new InterruptedException();
            }
        });
    }

    private Scrub scrub(Scrub.Sleeper sleeper) throws Exception {
        return new Scrub(
                ArchiveInspection.open(home, disk, manifests),
                () -> new StoredPackage(authenticator, reader),
                archive.log(),
                () -> busyFor-- > 0,
                clock,
                sleeper);
    }

    @AfterEach
    void close() throws Exception {
        scrub.close();
        archive.close();
    }

    private void keep(int sequence) throws Exception {
        Path files = Files.createDirectories(folder.resolve("files" + sequence));
        byte[] noise = new byte[1 << 20];
        new java.util.Random(sequence).nextBytes(noise);
        Files.write(files.resolve("a.json"), noise);
        String name = "p" + sequence + ".zip";
        Packer.Packed made = packer.pack(new Packer.Order(
                "pel",
                Kind.SITE,
                sequence,
                OffsetDateTime.parse("2024-06-02T20:00:00-07:00").plusMinutes(sequence),
                false,
                List.of(),
                files,
                folder.resolve(name),
                false));
        Candidate candidate = new Candidate("iee", name, made.archive(), List.of(made.signature()), null, began);
        packed.add(candidate);
        Manifest manifest = manifests.read(made.archive());
        archive.keep(candidate, manifest, receipt(candidate, manifest, Receipt.Outcome.ACCEPTED));
    }

    private Receipt receipt(Candidate candidate, Manifest manifest, Receipt.Outcome outcome) throws Exception {
        return new Receipt(
                "iee",
                candidate.name(),
                Digest.ofContent(Files.readAllBytes(candidate.archive())),
                Files.size(candidate.archive()),
                outcome,
                null,
                Receipt.Contents.of(manifest),
                List.of("CN=IEE"),
                Receipt.Publication.NONE,
                began,
                began.plusSeconds(manifest.sequence()),
                null,
                List.of());
    }

    private Path file(int sequence) {
        return home.archive().resolve("pel/" + sequence + "/p" + sequence + ".zip");
    }

    /** With bytes of its own: the archive and the upload share theirs. */
    private void flip(int sequence) throws Exception {
        byte[] bytes = Files.readAllBytes(file(sequence));
        bytes[bytes.length / 2] ^= 1;
        Files.delete(file(sequence));
        Files.write(file(sequence), bytes);
    }

    private long noted() throws Exception {
        return Files.readAllLines(home.history()).stream()
                .filter(line -> line.contains("\"what\":\"damaged\""))
                .count();
    }

    private Duration sleptInAll() {
        return slept.stream().reduce(Duration.ZERO, Duration::plus);
    }

    @Test
    void whatWasAcceptedOrReadLatelyIsNotReadAgain() throws Exception {
        assertThat(scrub.round()).isFalse();
        now = began.plus(Scrub.EVERY).plusSeconds(2);
        assertThat(scrub.round()).as("the first two are due").isTrue();
        assertThat(scrub.round()).isFalse();
        now = now.plusSeconds(1);
        assertThat(scrub.round()).as("the third").isTrue();
        assertThat(scrub.round()).isFalse();
        now = now.plus(Scrub.EVERY);
        assertThat(scrub.round()).isTrue();
    }

    @Test
    void theOldestComesFirst() throws Exception {
        now = began.plus(Scrub.EVERY).plusSeconds(1);
        scrub.round();
        now = now.plus(Scrub.EVERY);
        try (ArchiveInspection inspection = ArchiveInspection.open(home, disk, manifests)) {
            assertThat(inspection.oldestChecked(null, 9))
                    .extracting(one -> one.manifest().sequence())
                    .containsExactly(2L, 3L, 1L);
            assertThat(inspection.oldestChecked("otro", 9)).isEmpty();
        }
    }

    @Test
    void readingKeepsToItsPace() throws Exception {
        now = began.plus(Scrub.EVERY).plusSeconds(9);
        scrub.round();
        long bytes = 0;
        for (int sequence = 1; sequence <= 3; sequence++) {
            bytes += Files.size(file(sequence));
        }
        Duration least = Duration.ofNanos((long) (0.9e9 * bytes / Scrub.BYTES_PER_SECOND));
        assertThat(sleptInAll()).isBetween(least, least.multipliedBy(2));
    }

    @Test
    void itWaitsWhilePackagesAreCheckedButNotForEver() throws Exception {
        now = began.plus(Scrub.EVERY).plusSeconds(1);
        scrub.round();
        Duration alone = sleptInAll();
        now = now.plus(Scrub.EVERY);
        slept.clear();
        busyFor = 10;
        scrub.round();
        assertThat(sleptInAll()).isGreaterThanOrEqualTo(alone.plusSeconds(1));
        now = now.plus(Scrub.EVERY);
        busyFor = Integer.MAX_VALUE;
        assertThat(scrub.round()).as("ends").isTrue();
    }

    @Test
    void aDamagedPackageIsToldAndNotedOnceAndTheArchiveIsLeftAsItIs() throws Exception {
        flip(2);
        now = began.plus(Scrub.EVERY).plusSeconds(9);
        scrub.round();
        assertThat(scrub.damaged()).singleElement().asString().startsWith("archive/pel/2 is damaged: its SHA-256 is ");
        assertThat(noted()).isEqualTo(1);
        now = now.plus(Scrub.EVERY);
        scrub.round();
        assertThat(scrub.damaged()).hasSize(1);
        assertThat(noted()).as("once").isEqualTo(1);
        assertThat(archive.history("pel").packages()).hasSize(3);
        assertThat(Files.readAllLines(home.history()).get(3)).contains("\"event\":\"pel\",\"sequence\":2", "\"cause\"");
    }

    @Test
    void theInstitutesSendingItAgainMakesItWhole() throws Exception {
        flip(2);
        Files.delete(file(3));
        now = began.plus(Scrub.EVERY).plusSeconds(9);
        scrub.round();
        assertThat(scrub.damaged()).hasSize(2);
        for (Candidate again : packed) {
            Receipt duplicate = receipt(again, manifests.read(again.archive()), Receipt.Outcome.DUPLICATE);
            archive.repeat(duplicate, again);
        }
        assertThat(Files.mismatch(file(2), packed.get(1).archive())).isEqualTo(-1);
        assertThat(Files.mismatch(file(3), packed.get(2).archive())).isEqualTo(-1);
        scrub.round();
        assertThat(scrub.damaged()).isEmpty();
        assertThat(Files.readAllLines(home.history()))
                .filteredOn(line -> line.contains("\"what\":\"mended\""))
                .hasSize(2);
    }

    @Test
    void whatACheckBesideTheAgentFoundIsToldToo() throws Exception {
        try (ArchiveInspection other = ArchiveInspection.open(home, disk, manifests)) {
            other.checked(other.find("pel", 1).orElseThrow(), now, "a flipped bit");
        }
        scrub.round();
        assertThat(scrub.damaged()).containsExactly("archive/pel/1 is damaged: a flipped bit");
    }

    @Test
    void stoppingEndsAReading() throws Exception {
        now = began.plus(Scrub.EVERY).plusSeconds(9);
        interrupting = true;
        assertThatThrownBy(() -> scrub.round()).isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
        interrupting = false;
        Thread.currentThread().interrupt(); // closes the file that is being read
        assertThatThrownBy(() -> scrub.round()).isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
        scrub.round();
        assertThat(scrub.damaged())
                .as("what was not read to its end is not damaged")
                .isEmpty();
    }

    /** Beside everything else, on a thread that does not keep the process alive, until it is closed. */
    @Test
    @Timeout(60)
    void whereNothingIsDueItIdlesUntilItIsClosed() throws Exception {
        BlockingQueue<Duration> asked = new LinkedBlockingQueue<>();
        AtomicReference<Thread> thread = new AtomicReference<>();
        try (Scrub idle = scrub(duration -> {
            thread.set(Thread.currentThread());
            asked.add(duration);
            if (duration.equals(Scrub.IDLE)) {
                new CountDownLatch(1).await();
            }
        })) {
            flip(2);
            now = began.plus(Scrub.EVERY).plusSeconds(9);
            idle.start();
            for (Duration one = asked.take(); !one.equals(Scrub.IDLE); one = asked.take()) {
                assertThat(one).isPositive();
            }
            assertThat(idle.damaged()).hasSize(1);
            assertThat(Objects.requireNonNull(thread.get()).isDaemon()).isTrue();
            assertThat(asked).isEmpty();
        }
        assertThat(Objects.requireNonNull(thread.get()).isAlive()).isFalse();
    }

    private String damage(int sequence, Authenticator trusted) throws Exception {
        try (ArchiveInspection inspection = ArchiveInspection.open(home, disk, manifests)) {
            return new StoredPackage(trusted, reader)
                    .damage(inspection.find("pel", sequence).orElseThrow());
        }
    }

    @Test
    void whatIsWrongWithAStoredPackageIsSaid() throws Exception {
        assertThat(damage(1, authenticator)).isEmpty();
        ThrowawayKeys others =
                ThrowawayKeys.make(folder.resolve("otro"), ThrowawayKeys.Algorithm.EC_P256, Clock.systemUTC());
        Authenticator stranger =
                Authenticator.load(new TrustSettings(1, List.of(others.root()), List.of(), List.of(), List.of()));
        assertThat(damage(1, stranger)).startsWith("its signatures no longer hold: ");
        flip(1);
        assertThat(damage(1, authenticator)).startsWith("its SHA-256 is ").contains(", the receipt says ");
        Files.delete(file(1));
        assertThat(damage(1, authenticator)).isEqualTo("the archive file is gone");
    }

    @Test
    void aManifestThatIsNotTheOneOfTheIndexIsDamage() throws Exception {
        try (ArchiveInspection inspection = ArchiveInspection.open(home, disk, manifests)) {
            ArchiveInspection.Kept one = inspection.find("pel", 1).orElseThrow();
            ArchiveInspection.Kept two = inspection.find("pel", 2).orElseThrow();
            assertThat(new StoredPackage(authenticator, reader)
                            .damage(new ArchiveInspection.Kept(one.receipt(), two.manifest(), one.folder())))
                    .startsWith("its manifest is not the one in the index");
        }
    }
}
