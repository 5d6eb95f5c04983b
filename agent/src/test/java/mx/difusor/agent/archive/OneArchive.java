package mx.difusor.agent.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.List;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Packages;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An archive in a home of its own. The text of an archive file is the sequence of its package. */
abstract class OneArchive {

    static final Instant AT = Instant.parse("2024-06-03T03:00:00.123Z");

    @TempDir
    Path folder;

    final Disk disk = new LocalDisk();
    Home home = new Home(Path.of("unset"));
    Archive archive = unset();

    @SuppressWarnings("NullAway") // set before each test
    private static Archive unset() {
        return null;
    }

    @BeforeEach
    void prepare() throws Exception {
        home = new Home(folder.resolve("home"));
        home.prepare(disk);
        archive = open();
    }

    @AfterEach
    void close() throws Exception {
        archive.close();
    }

    Archive open() throws MachineException {
        return Archive.open(home, disk, 1_000_000, OneArchive::read);
    }

    static Manifest manifest(int sequence) {
        return Packages.data(sequence)
                .file("a.json", "content " + sequence)
                .remove("b.json")
                .manifest();
    }

    static Manifest read(Path file) throws IOException {
        return manifest(Integer.parseInt(Files.readString(file)));
    }

    Candidate candidate(String name, String text) throws IOException {
        Path claimed = Files.createDirectories(folder.resolve("claimed-" + name));
        Path file = Files.writeString(claimed.resolve(name), text);
        Path signature = Files.writeString(claimed.resolve(name + ".p7s"), "signature");
        return new Candidate("iee", name, file, List.of(signature), null, AT);
    }

    static Receipt receipt(Candidate candidate, Manifest manifest, Receipt.Outcome outcome) throws IOException {
        byte[] bytes = Files.readAllBytes(candidate.archive());
        Receipt.Refusal refusal = outcome == Receipt.Outcome.REJECTED
                ? new Receipt.Refusal(Reason.FILE_CORRUPT, "not the listed bytes", "a.json")
                : null;
        return new Receipt(
                "iee",
                candidate.name(),
                Digest.ofContent(bytes),
                bytes.length,
                outcome,
                refusal,
                Receipt.Contents.of(manifest),
                List.of("CN=IEE"),
                Receipt.Publication.NONE,
                AT,
                AT.plusSeconds(manifest.sequence()),
                null,
                List.of("a warning"));
    }

    void keep(int sequence) throws Exception {
        Candidate candidate = candidate("prep-" + sequence + ".zip", "" + sequence);
        archive.keep(candidate, manifest(sequence), receipt(candidate, manifest(sequence), Receipt.Outcome.ACCEPTED));
    }

    void refuse(int sequence) throws Exception {
        Candidate candidate = candidate("bad-" + sequence + ".zip", "" + sequence);
        archive.refuse(candidate, receipt(candidate, manifest(sequence), Receipt.Outcome.REJECTED));
    }

    void restart() throws Exception {
        archive.close();
        archive = open();
    }

    void settle(int sequence, Receipt.Publication how) throws Exception {
        Receipt before = archive.receipt("pel-2024", sequence).orElseThrow();
        archive.deliver(before.published(how, how == Receipt.Publication.LIVE ? AT.plusSeconds(99) : null));
    }

    Digest indexContent() throws Exception {
        try (Index index = Index.open(home.index())) {
            return index.content();
        }
    }

    void execute(String sql) throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + home.index());
                var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}
