package mx.difusor.agent.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Packages;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the index answers, and that no answer needs every row. */
class IndexTest {

    private static final Instant AT = Instant.parse("2024-06-03T03:00:00Z");

    @TempDir
    Path folder;

    private static Receipt receipt(Manifest manifest, Receipt.Publication publication) {
        return new Receipt(
                "iee",
                "prep.zip",
                Digest.ofContent(new byte[] {1}),
                1,
                Receipt.Outcome.ACCEPTED,
                null,
                Receipt.Contents.of(manifest),
                List.of(),
                publication,
                AT,
                AT,
                null,
                List.of(),
                null);
    }

    private void add(Index index, int sequence, Receipt.Publication publication) throws MachineException {
        Manifest manifest = Packages.data(sequence).file("a.json", "1").manifest();
        index.add("archive/pel-2024/" + sequence, 10, receipt(manifest, publication), manifest);
    }

    private List<String> modes() throws IOException {
        List<String> modes = new ArrayList<>();
        for (String name : List.of("index.db", "index.db-wal", "index.db-shm")) {
            modes.add(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))));
        }
        return modes;
    }

    /** By whatever umask the tests run: it is 022 for most. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void nobodyElseReadsTheIndexOrWhatSqliteKeepsBesideIt() throws Exception {
        Path file = folder.resolve("index.db");
        try (Index index = Index.open(file)) {
            add(index, 1, Receipt.Publication.LIVE);
            assertThat(modes()).containsOnly("rw-------");
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Path left = Files.createFile(folder.resolve("index.db-wal")); // by a crash
        Files.setPosixFilePermissions(left, PosixFilePermissions.fromString("rw-r--r--"));
        try (Index index = Index.open(file)) {
            add(index, 2, Receipt.Publication.LIVE);
            assertThat(modes()).containsOnly("rw-------");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                Index.NEWEST,
                Index.NEWEST_OF_EVENT,
                Index.NEWEST_ACCEPTED,
                Index.NEWEST_ACCEPTED_OF_EVENT,
                Index.ACCEPTED_OF_EVENT,
                Index.ACCEPTED_ONE,
                Index.UNSETTLED,
                Index.LIVE_SINCE,
                Index.REJECTED,
                Index.TOTALS,
                Index.FOLDERS,
                Index.DIGESTS,
                Index.DIGESTS_SINCE,
                Index.OF_SIZE,
                Index.OF_BYTES,
                Index.ACCEPTED_OF_BYTES,
                Index.HISTORY,
                Index.WITNESS,
                Index.NEXT_EVENT
            })
    void noQueryReadsOrSortsEveryRow(String sql) throws Exception {
        assertThat(plan(sql))
                .as(sql)
                .containsAnyOf("SEARCH decision USING", "SCAN decision USING COVERING INDEX")
                .doesNotContain("TEMP B-TREE FOR ORDER BY")
                .doesNotContain("SCAN decision\n");
    }

    @Test
    void theNextToBeCheckedAndTheDamagedAreFoundByTheirKey() throws Exception {
        for (String oldest : List.of(Index.OLDEST_CHECKED, Index.OLDEST_CHECKED_OF_EVENT)) {
            assertThat(plan(oldest))
                    .startsWith("SCAN c USING INDEX checked_at\nSEARCH d USING")
                    .doesNotContain("TEMP");
        }
        assertThat(plan(Index.CHECKED_AFTER))
                .startsWith("SEARCH c USING INDEX checked_at (at>?)\nSEARCH d USING")
                .doesNotContain("TEMP");
        assertThat(plan(Index.DAMAGES)).startsWith("SCAN c USING INDEX checked_damage\nSEARCH d USING");
    }

    private String plan(String sql) throws Exception {
        Index.open(folder.resolve("index.db")).close();
        StringBuilder plan = new StringBuilder();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("index.db"));
                var statement = connection.createStatement();
                ResultSet steps = statement.executeQuery("EXPLAIN QUERY PLAN " + sql.replace("?", "1"))) {
            while (steps.next()) {
                plan.append(steps.getString("detail")).append('\n');
            }
        }
        return plan.toString();
    }

    @Test
    void aPackageThatIsTakenInAgainIsDueWhenItWasDecidedAndItsEarlierCheckRemains() throws Exception {
        try (Index index = Index.open(folder.resolve("index.db"))) {
            for (int sequence = 1; sequence <= 3; sequence++) {
                add(index, sequence, Receipt.Publication.LIVE);
            }
            index.checked("archive/pel-2024/1", AT.plusSeconds(9), "a flipped bit");
            index.checked("archive/pel-2024/2", AT.minusSeconds(9), null);
            index.checked("archive/pel-2024/of nobody", AT, null);
            assertThat(index.checkedAt("archive/pel-2024/2"))
                    .as("the clock went back")
                    .hasValue(AT);
            assertThat(index.checkedAt("archive/pel-2024/of nobody")).isEmpty();

            index.replaceAll(index.accepted(null));
            assertThat(index.checkedAt("archive/pel-2024/1")).hasValue(AT.plusSeconds(9));
            assertThat(index.checkedAt("archive/pel-2024/3")).hasValue(AT);
            assertThat(index.damages()).containsOnlyKeys("archive/pel-2024/1");
            assertThat(index.oldestChecked(null, 3))
                    .extracting(Index.Entry::folder)
                    .containsExactly("archive/pel-2024/3", "archive/pel-2024/2", "archive/pel-2024/1");

            index.remove("archive/pel-2024/1");
            assertThat(index.oldestChecked(null, 3)).hasSize(2);
            assertThat(index.damages()).isEmpty();
        }
    }

    @Test
    void onlyReceiptsThatMayStillChangeAreUnsettled() throws Exception {
        try (Index index = Index.open(folder.resolve("index.db"))) {
            add(index, 1, Receipt.Publication.SUPERSEDED);
            add(index, 2, Receipt.Publication.HELD);
            add(index, 3, Receipt.Publication.NONE);
            add(index, 4, Receipt.Publication.LIVE);
            add(index, 5, Receipt.Publication.HELD);

            assertThat(index.unsettled("pel-2024"))
                    .extracting(Index.Entry::folder)
                    .containsExactly("archive/pel-2024/2", "archive/pel-2024/3", "archive/pel-2024/5");
            assertThat(index.unsettled("another")).isEmpty();
            assertThat(index.events()).containsExactly("pel-2024");
        }
    }

    @Test
    void aListOfAcceptedPackagesHasTheNewestAndNoMoreThanAsked() throws Exception {
        try (Index index = Index.open(folder.resolve("index.db"))) {
            for (int sequence = 1; sequence <= 5; sequence++) {
                add(index, sequence, Receipt.Publication.LIVE);
            }
            assertThat(index.newestAccepted("pel-2024", 2))
                    .extracting(Index.Entry::folder)
                    .containsExactly("archive/pel-2024/5", "archive/pel-2024/4");
            assertThat(index.newestAccepted(null, 9)).hasSize(5);
            assertThat(index.newestAccepted("another", 9)).isEmpty();
            assertThat(index.totals(Receipt.Outcome.ACCEPTED)).isEqualTo(new Index.Totals(5, 50));
        }
    }

    @Test
    void anIndexOfTheFirstSchemaIsTakenOver() throws Exception {
        Path file = folder.resolve("index.db");
        try (Index index = Index.open(file)) {
            add(index, 1, Receipt.Publication.HELD);
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.executeUpdate("DROP INDEX decision_outcome");
            statement.executeUpdate("DROP INDEX decision_publication");
            statement.executeUpdate("DROP INDEX decision_digest");
            statement.executeUpdate("DROP INDEX decision_witness");
            statement.executeUpdate("DROP TRIGGER decision_checked");
            statement.executeUpdate("DROP TABLE checked");
            statement.executeUpdate("DROP INDEX decision_size");
            statement.executeUpdate("DROP TABLE listed");
            statement.executeUpdate("DROP TABLE logged");
            statement.executeUpdate("DROP TABLE probed");
            statement.executeUpdate("PRAGMA user_version = 1");
        }
        try (Index index = Index.open(file)) {
            assertThat(index.unsettled("pel-2024")).hasSize(1);
            assertThat(index.oldestChecked("pel-2024", 9)).hasSize(1);
            assertThat(index.checkedAt("archive/pel-2024/1")).hasValue(AT);
        }
    }

    @Test
    void aPageThatWasScribbledOverShowsAtTheStart() throws Exception {
        Path file = folder.resolve("index.db");
        try (Index index = Index.open(file)) {
            for (int sequence = 1; sequence <= 200; sequence++) {
                add(index, sequence, Receipt.Publication.LIVE);
            }
            index.requireSound();
        }
        // The root of an index, which no receipt is read from.
        try (RandomAccessFile database = new RandomAccessFile(file.toFile(), "rw")) {
            database.seek(pageOf("decision_event", file) * 4096);
            database.write("scribbled over ".repeat(200).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
        try (Index index = Index.open(file)) {
            assertThatThrownBy(index::requireSound).isInstanceOfSatisfying(MachineException.class, e -> {
                assertThat(e.code()).isEqualTo("index-unusable");
                assertThat(IndexSchema.isDamaged(e)).isTrue();
            });
        }
    }

    private static long pageOf(String name, Path file) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT rootpage FROM sqlite_master WHERE name = '" + name + "'")) {
            return row.getLong(1) - 1;
        }
    }

    @Test
    void whatANewerAgentHasOnlyBegunToWriteIsLeftAlone() throws Exception {
        Path file = folder.resolve("index.db");
        Index.open(file).close();
        try (Connection newer = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = newer.createStatement()) {
            statement.executeUpdate("PRAGMA user_version = 99"); // stands in the write-ahead log
            assertThatThrownBy(() -> Index.open(file))
                    .isInstanceOfSatisfying(
                            MachineException.class, e -> assertThat(e.code()).isEqualTo("index-newer"));
        }
    }

    @Test
    void aMigrationThatFailsLeavesNothingHalfAndNothingOpen() throws Exception {
        Path file = folder.resolve("index.db");
        Index.open(file).close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.executeUpdate("DROP INDEX decision_outcome");
            statement.executeUpdate("PRAGMA user_version = 1");
        }
        assertThatThrownBy(() -> Index.open(file))
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("decision_publication already exists");
        assertThat(folder).isDirectoryNotContaining("glob:**index.db-wal");
        assertThat(pageOf("decision_outcome", file)).as("no such index").isEqualTo(-1);
    }

    @Test
    void whatIsTooShortForADatabaseIsCalledUnusable() throws Exception {
        Path file = Files.writeString(folder.resolve("index.db"), "short");
        assertThatThrownBy(() -> Index.open(file))
                .isInstanceOfSatisfying(
                        MachineException.class, e -> assertThat(e.code()).isEqualTo("index-unusable"));
    }

    @Test
    void aReplacementThatFailsLeavesEveryRow() throws Exception {
        try (Index index = Index.open(folder.resolve("index.db"))) {
            add(index, 1, Receipt.Publication.LIVE);
            Digest before = index.content();
            List<Index.Entry> entries = index.accepted(null);
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("index.db"));
                    var statement = connection.createStatement()) {
                statement.executeUpdate(
                        "CREATE TRIGGER full BEFORE INSERT ON decision BEGIN SELECT RAISE(ABORT, 'as a full disk'); END");
            }
            assertThatThrownBy(() -> index.replaceAll(entries))
                    .isInstanceOf(MachineException.class)
                    .hasMessageContaining("as a full disk");
            assertThat(index.content()).isEqualTo(before);
        }
    }

    @Test
    void everyWriteIsSyncedAndAnotherProcessIsWaitedFor() throws Exception {
        try (Connection connection = IndexSchema.connect(folder.resolve("index.db"));
                var statement = connection.createStatement()) {
            assertThat(IndexSchema.number(statement, "PRAGMA synchronous"))
                    .as("FULL")
                    .isEqualTo(2);
            assertThat(IndexSchema.number(statement, "PRAGMA busy_timeout")).isEqualTo(10_000);
            try (ResultSet mode = statement.executeQuery("PRAGMA journal_mode")) {
                assertThat(mode.getString(1)).isEqualTo("wal");
            }
        }
    }
}
