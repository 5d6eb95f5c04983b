package mx.difusor.agent.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.cli.Progress;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.config.ConfigReader;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.institute.Packer;
import mx.difusor.agent.institute.SigningKey;
import mx.difusor.agent.institute.ThrowawayKeys;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.model.Tree;

/** An Institute and the homes of difusores that accepted its packages; nothing runs. */
final class CareBench {

    static final String EVENT = "pel";
    static final String DRILL = "simulacro";

    static final Progress SILENT = new Progress() {
        @Override
        public void total(long bytes) {}

        @Override
        public void advance(long bytes) {}
    };

    final LocalDisk disk = new LocalDisk();
    final Instant began = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    final Clock clock = Clock.fixed(began.plusSeconds(60), ZoneOffset.UTC);
    final ArchiveRooms rooms = new ArchiveRooms(disk, clock);
    final ThrowawayKeys keys;
    private final Path folder;
    private final Packer packer;

    CareBench(Path folder) throws Exception {
        this.folder = folder;
        keys = ThrowawayKeys.make(folder.resolve("iee"), ThrowawayKeys.Algorithm.EC_P256, Clock.systemUTC());
        packer = new Packer(
                SigningKey.load(keys.key(), keys.certificate(), SigningKey.Passphrase.NONE), Clock.systemUTC());
    }

    /** @param event that is published */
    Config home(String name, String event) throws Exception {
        Path home = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(home.resolve("trust"));
        Files.createDirectories(home.resolve("keys"));
        Files.copy(keys.root(), home.resolve("trust/iee-root.pem"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(keys.authorizedKey(), home.resolve("keys/iee.pub"), StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(home.resolve("difusor.yaml"), """
                home: .
                difusor: {id: radio, name: Radio}
                event: %s
                events:
                  - {id: pel, opens: 2024-06-02T20:00:00-07:00, closes: 2099-06-03T20:00:00-07:00}
                  - {id: simulacro, drill: true, opens: 2024-05-19T12:00:00-07:00, closes: 2099-05-19T18:00:00-07:00}
                sftp: {listen: "127.0.0.1:0", uploaders: [{name: iee, authorizedKeys: keys/iee.pub}]}
                status: {listen: "127.0.0.1:0"}
                trust: {cms: {anchors: [trust/iee-root.pem]}}
                """.formatted(event));
        Config config = ConfigReader.read(home.resolve("difusor.yaml"));
        new Home(config.home()).prepare(disk);
        if (!Files.exists(Wiring.home(config).lock())) {
            Files.createFile(Wiring.home(config).lock());
        }
        return config;
    }

    Archive open(Config config) throws Exception {
        Archive archive =
                Archive.open(Wiring.home(config), disk, config.archive().budget(), Wiring.manifests(Wiring.reader()));
        HomeFormat.upgrade(Wiring.home(config), disk, archive.log(), "test", clock);
        return archive;
    }

    /** As the Institute makes it. */
    Candidate pack(String event, int sequence, String text) throws Exception {
        return pack(event, sequence, Map.of("index.html", text, sequence + ".json", "[" + sequence + "]"));
    }

    /** @param texts by file name */
    Candidate pack(String event, int sequence, Map<String, String> texts) throws Exception {
        Path files = Files.createTempDirectory(folder, "files");
        for (Map.Entry<String, String> text : texts.entrySet()) {
            Files.writeString(files.resolve(text.getKey()), text.getValue());
        }
        Path work = Files.createTempDirectory(folder, "upload");
        String name = "corte ñ-" + sequence + ".zip";
        Packer.Packed packed = packer.pack(new Packer.Order(
                event,
                Kind.SITE,
                sequence,
                OffsetDateTime.parse("2024-06-02T20:00:00-07:00").plusMinutes(sequence),
                false,
                List.of(),
                files,
                work.resolve(name),
                true));
        return new Candidate(
                "iee",
                name,
                packed.archive(),
                List.of(packed.signature()),
                packed.archive().resolveSibling(name + ".sha256"),
                began.plusMillis(sequence));
    }

    static Receipt receipt(Candidate candidate, Manifest manifest, Receipt.Publication publication) throws IOException {
        byte[] bytes = Files.readAllBytes(candidate.archive());
        return new Receipt(
                candidate.uploader(),
                candidate.name(),
                Digest.ofContent(bytes),
                bytes.length,
                Receipt.Outcome.ACCEPTED,
                null,
                Receipt.Contents.of(manifest),
                List.of("CN=IEE"),
                publication,
                candidate.receivedAt(),
                candidate.receivedAt().plusMillis(5),
                publication == Receipt.Publication.LIVE ? candidate.receivedAt().plusMillis(9) : null,
                List.of());
    }

    AcceptedPackage accept(Archive archive, String event, int sequence) throws Exception {
        return accept(archive, pack(event, sequence, "cut " + sequence));
    }

    AcceptedPackage accept(Archive archive, Candidate candidate) throws Exception {
        Manifest manifest = Wiring.reader().manifest(candidate.archive(), candidate.name());
        Receipt receipt = receipt(candidate, manifest, Receipt.Publication.NONE);
        AcceptedPackage one = archive.keep(candidate, manifest, receipt);
        archive.deliver(receipt(candidate, manifest, Receipt.Publication.LIVE));
        return one;
    }

    /** A home that accepted these sequences of both events and stands still. */
    Config filled(String name, int... sequences) throws Exception {
        Config config = home(name, EVENT);
        try (Archive archive = open(config)) {
            for (int sequence : sequences) {
                accept(archive, EVENT, sequence);
                accept(archive, DRILL, sequence);
            }
        }
        return config;
    }

    Digest tree(Config config, String event) throws Exception {
        try (Archive archive = open(config)) {
            return Tree.of(archive.history(event)).digest();
        }
    }

    /** Every file below a folder, by path, with the digest of its bytes; an index's own files are left out. */
    static Map<String, Digest> files(Path folder) throws IOException {
        Map<String, Digest> found = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                String path = folder.relativize(file).toString();
                if (Files.isRegularFile(file) && !path.startsWith("index.db")) {
                    found.put(path, Digest.ofContent(Files.readAllBytes(file)));
                }
            }
        }
        return found;
    }
}
