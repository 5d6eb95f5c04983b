package mx.difusor.agent.desk;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
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
import org.junit.jupiter.api.io.TempDir;

/** Three packages in a real archive, a second of decisions between them, and what reads them again. */
abstract class KeptPackages {

    @TempDir
    Path folder;

    final LocalDisk disk = new LocalDisk();
    final PackageReader reader = new PackageReader(PackageLimits.defaults());
    final ManifestSource manifests = file -> {
        try {
            return reader.manifest(file, file.getFileName().toString());
        } catch (mx.difusor.agent.verify.UnreadablePackageException e) {
            throw new java.io.IOException(e);
        }
    };
    final Instant began = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    final SettableClock clock = new SettableClock(began);
    final List<Duration> slept = new ArrayList<>();
    int busyFor;
    boolean interrupting;
    Home home = new Home(Path.of("unset"));
    Archive archive = unset();
    Authenticator authenticator = unset();
    Packer packer = unset();
    Scrub scrub = unset();
    final List<Candidate> packed = new ArrayList<>();

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

    Scrub scrub(Scrub.Sleeper sleeper) throws Exception {
        return new Scrub(
                ArchiveInspection.open(home, disk, manifests),
                () -> new StoredPackage(authenticator, reader),
                archive,
                () -> busyFor-- > 0,
                clock,
                sleeper);
    }

    @AfterEach
    void close() throws Exception {
        scrub.close();
        archive.close();
    }

    void keep(int sequence) throws Exception {
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

    Receipt receipt(Candidate candidate, Manifest manifest, Receipt.Outcome outcome) throws Exception {
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

    Path file(int sequence) {
        return home.archive().resolve("pel/" + sequence + "/p" + sequence + ".zip");
    }

    /** With bytes of its own: the archive and the upload share theirs. */
    void flip(int sequence) throws Exception {
        byte[] bytes = Files.readAllBytes(file(sequence));
        bytes[bytes.length / 2] ^= 1;
        Files.delete(file(sequence));
        Files.write(file(sequence), bytes);
    }

    long noted() throws Exception {
        return Files.readAllLines(home.history()).stream()
                .filter(line -> line.contains("\"what\":\"damaged\""))
                .count();
    }

    Duration sleptInAll() {
        return slept.stream().reduce(Duration.ZERO, Duration::plus);
    }
}
