package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.archive.ArchiveInspection;
import mx.difusor.agent.archive.HistoryCheck;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Manifest;
import org.jspecify.annotations.Nullable;

/** Reads a home from outside, as the Institute, a web server and an auditor do, and says what must be there. */
final class Auditor {

    private static final JsonMapper JSON = new JsonMapper();

    private final Home home;

    Auditor(Home home) {
        this.home = home;
    }

    /** What {@code /acuses} shows at this moment, by the package's name. */
    Map<String, JsonNode> receipts() throws IOException {
        Map<String, JsonNode> receipts = new TreeMap<>();
        Path folder = home.receipts().resolve(WholeDesk.UPLOADER);
        if (!Files.isDirectory(folder)) {
            return receipts;
        }
        for (Path file : list(folder)) {
            String name = file.getFileName().toString();
            if (!name.startsWith(".")) {
                JsonNode receipt = JSON.readTree(file.toFile());
                assertThat(receipt.isObject()).as("a whole receipt in %s", file).isTrue();
                receipts.put(name.replaceAll("\\.json$", ""), receipt);
            }
        }
        return receipts;
    }

    /** Acknowledged to whoever sent it: in the archive now and for ever. */
    static boolean promises(JsonNode receipt) {
        String outcome = receipt.path("outcome").asText();
        return outcome.equals("accepted") || outcome.equals("duplicate");
    }

    /** The package stands in the archive byte for byte, with its signature and its receipt. */
    void holds(ElectionDay.Parcel parcel) throws IOException {
        Path folder = home.archive().resolve(ElectionDay.EVENT).resolve("" + parcel.sequence());
        for (Map.Entry<String, byte[]> file : parcel.files().entrySet()) {
            assertThat(folder.resolve(file.getKey())).hasBinaryContent(file.getValue());
        }
        JsonNode receipt = JSON.readTree(folder.resolve("receipt.json").toFile());
        assertThat(receipt.path("outcome").asText()).as("%s", folder).isEqualTo("accepted");
        assertThat(receipt.path("sha256").asText())
                .isEqualTo(
                        Digest.ofContent(Objects.requireNonNull(parcel.files().get(parcel.name())))
                                .hex());
    }

    boolean stands(ElectionDay.Parcel parcel) {
        return Files.exists(home.archive()
                .resolve(ElectionDay.EVENT)
                .resolve("" + parcel.sequence())
                .resolve("receipt.json"));
    }

    /** What the public gets: every file with its bytes and its time; null where there is no live root yet. */
    @Nullable
    Map<String, String> live() throws IOException {
        Path link = home.root().resolve("live");
        if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        assertThat(link).as("the live root leads somewhere").isDirectory();
        Map<String, String> live = HomeSnapshot.of(link.toRealPath());
        assertThat(live).as("all of it can be read").containsEntry("", "folder");
        return live;
    }

    /** Packages and evidence as the index has them, and as the files say, are the same. */
    void indexAgrees(Archive archive) throws IOException, MachineException {
        Map<String, JsonNode> indexed = new TreeMap<>();
        for (Archive.Row row : archive.rows(null, 10_000, null)) {
            indexed.put(
                    row.folder(),
                    JSON.readTree(JSON.writeValueAsBytes(row.receipt().fields())));
        }
        Map<String, JsonNode> kept = new TreeMap<>();
        for (Path event : list(home.archive())) {
            keptIn(event, kept);
        }
        keptIn(home.quarantine(), kept);
        assertThat(indexed).isEqualTo(kept);
        assertThat(archive.problems()).isEmpty();
        try (ArchiveInspection inspection = ArchiveInspection.open(home, new LocalDisk(), Auditor::archiveOf)) {
            assertThat(HistoryCheck.of(home, inspection.all(null)).problems()).isEmpty();
        }
    }

    private static Manifest archiveOf(Path file) throws IOException {
        throw new IOException("the index is there: nobody reads " + file);
    }

    private void keptIn(Path above, Map<String, JsonNode> kept) throws IOException {
        for (Path folder : list(above)) {
            assertThat(folder.getFileName().toString()).as("a leftover").doesNotStartWith(".");
            for (Path file : list(folder)) {
                assertThat(file.getFileName().toString())
                        .as("a leftover in %s", folder)
                        .doesNotStartWith(".");
            }
            kept.put(
                    home.root().relativize(folder).toString(),
                    JSON.readTree(folder.resolve("receipt.json").toFile()));
        }
    }

    /** Every file of the archive but the receipts, whose times differ from run to run. */
    Map<String, String> archived() throws IOException {
        Map<String, String> archived = new TreeMap<>();
        for (Path folder : list(home.archive().resolve(ElectionDay.EVENT))) {
            for (Path file : list(folder)) {
                if (!file.getFileName().toString().equals("receipt.json")) {
                    archived.put(
                            home.archive().relativize(file).toString(),
                            Digest.ofContent(Files.readAllBytes(file)).hex());
                }
            }
        }
        return archived;
    }

    /** SQLite's files as they stand, to put back later. */
    Map<String, byte[]> index() throws IOException {
        Map<String, byte[]> index = new HashMap<>();
        for (String name : List.of("index.db", "index.db-wal")) {
            Path file = home.root().resolve(name);
            if (Files.exists(file)) {
                index.put(name, Files.readAllBytes(file));
            }
        }
        return index;
    }

    void putBack(Map<String, byte[]> index) throws IOException {
        for (String suffix : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(home.root().resolve("index.db" + suffix));
        }
        for (Map.Entry<String, byte[]> file : index.entrySet()) {
            Files.write(home.root().resolve(file.getKey()), file.getValue());
        }
    }

    /**
     * Nothing waits for a verdict. Claims that could not be deleted may stand until the next start, and a signature
     * whose package went without it for a day.
     */
    void nothingUndecided() throws IOException {
        for (Path file : list(home.incoming().resolve(WholeDesk.UPLOADER))) {
            assertThat(file.getFileName().toString()).doesNotEndWith(".zip");
        }
    }

    /** After a start: nothing half done lies about. */
    void tidy() throws IOException {
        List<Path> folders = List.of(
                home.root(),
                home.work(),
                home.receipts().resolve(WholeDesk.UPLOADER),
                home.releases().resolve(ElectionDay.EVENT),
                home.incoming().resolve(WholeDesk.UPLOADER).resolve(".claimed"));
        for (Path folder : folders) {
            for (Path file : list(folder)) {
                String name = file.getFileName().toString();
                assertThat(name).as("a leftover in %s", folder).doesNotEndWith(".tmp");
                assertThat(folder).as("something left over: %s", name).isNotIn(home.work(), folders.get(4));
            }
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }
}
