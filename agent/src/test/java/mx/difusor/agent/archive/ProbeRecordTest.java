package mx.difusor.agent.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.ProbedHour;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeRecordTest {

    private static final Instant AT = Instant.parse("2024-06-03T03:20:00Z");
    private static final Instant HOUR = Instant.parse("2024-06-03T03:00:00Z");
    private static final ManifestSource NONE = file -> {
        throw new IOException("there are no packages in this test");
    };

    @TempDir
    Path folder;

    private final Disk disk = new LocalDisk();
    private Home home = new Home(Path.of("unset"));

    @BeforeEach
    void prepare() throws Exception {
        home = new Home(folder.resolve("home"));
        home.prepare(disk);
    }

    private Archive open() throws MachineException {
        return Archive.open(home, disk, 1_000_000, NONE);
    }

    @Test
    void anHourCountsItsProbesAndKeepsTheSlowest() throws Exception {
        try (Archive archive = open()) {
            archive.probes().note(AT, true, 40);
            archive.probes().note(AT.plusSeconds(60), false, 0);
            archive.probes().note(AT.plusSeconds(120), true, 35);
            archive.probes().note(AT.plusSeconds(3600), true, 7);
        }
        try (Archive archive = open()) {
            ProbedHour first = new ProbedHour(HOUR, 3, 2, 40);
            ProbedHour second = new ProbedHour(HOUR.plusSeconds(3600), 1, 1, 7);
            assertThat(archive.probes().hours(HOUR)).containsExactly(first, second);
            assertThat(archive.probes().hours(AT.plusSeconds(1)))
                    .as("the hour that holds the instant")
                    .containsExactly(first, second);
            assertThat(archive.probes().hours(AT.plusSeconds(3600))).containsExactly(second);
        }
    }

    @Test
    void onlySoManyHoursAreKeptAndAClockThatIsWrongOnceTakesNoneOfThem() throws Exception {
        Instant oldest = HOUR.minus(Duration.ofHours(ProbeRecord.KEPT_HOURS));
        try (ProbeRecord record = new ProbeRecord(home.index())) {
            record.note(oldest, true, 1);
            record.note(HOUR, true, 1);
            assertThat(record.hours(Instant.EPOCH)).hasSize(2);
            record.note(HOUR.plus(Duration.ofDays(20_000)), true, 1);
            assertThat(record.hours(Instant.EPOCH)).hasSize(3);
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home.index());
                var statement = connection.createStatement()) {
            statement.executeUpdate("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                    + ProbeRecord.KEPT_HOURS + ") INSERT OR IGNORE INTO probed SELECT "
                    + HOUR.getEpochSecond() + " - 3600 * i, 60, 60, 9 FROM n");
        }
        try (ProbeRecord record = new ProbeRecord(home.index())) {
            record.note(HOUR, true, 1);
            assertThat(record.hours(Instant.EPOCH))
                    .hasSize(ProbeRecord.KEPT_HOURS)
                    .extracting(ProbedHour::from)
                    .doesNotContain(oldest)
                    .contains(HOUR);
        }
    }

    @Test
    void whatALockedIndexCannotTakeWaitsForTheNextProbe() throws Exception {
        try (ProbeRecord record = new ProbeRecord(home.index())) {
            record.note(AT, true, 1);
            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + home.index());
                    var statement = other.createStatement()) {
                statement.executeUpdate("BEGIN IMMEDIATE");
                record.note(AT, false, 2);
                assertThat(record.hours(HOUR)).containsExactly(new ProbedHour(HOUR, 2, 1, 2));
                assertThat(stored()).as("probes in the index").isEqualTo(1);
                statement.executeUpdate("ROLLBACK");
            }
            record.note(AT, true, 3);
            assertThat(record.hours(HOUR)).containsExactly(new ProbedHour(HOUR, 3, 2, 3));
            assertThat(stored()).isEqualTo(3);
        }
    }

    @Test
    void whatFailsHalfwayIsNotCountedTwice() throws Exception {
        open().close();
        try (ProbeRecord record = new ProbeRecord(home.index())) {
            execute("CREATE TRIGGER full BEFORE INSERT ON probed WHEN NEW.hour > " + HOUR.getEpochSecond()
                    + " BEGIN SELECT RAISE(ABORT, 'as a full disk'); END");
            record.note(AT.plusSeconds(3600), true, 1);
            record.note(AT, true, 1); // written first, being the earlier hour
            execute("DROP TRIGGER full");
            record.note(AT, true, 1);
            assertThat(record.hours(HOUR)).extracting(ProbedHour::probes).containsExactly(2, 1);
        }
    }

    private void execute(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home.index());
                var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private int stored() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home.index());
                var statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT sum(probes) FROM probed")) {
            return row.getInt(1);
        }
    }

    @Test
    void anIndexThatCannotBeOpenedNeitherThrowsNorForgets() throws Exception {
        Files.createDirectory(home.index());
        try (ProbeRecord record = new ProbeRecord(home.index())) {
            for (int hour = 0; hour <= ProbeRecord.WAITING_HOURS; hour++) {
                record.note(HOUR.plus(Duration.ofHours(hour)), true, 1);
            }
            Files.delete(home.index());
            record.note(HOUR.plus(Duration.ofHours(ProbeRecord.WAITING_HOURS)), true, 1);
            assertThat(record.hours(HOUR))
                    .as("the oldest hour had to go")
                    .hasSize(ProbeRecord.WAITING_HOURS)
                    .doesNotContain(new ProbedHour(HOUR, 1, 1, 1))
                    .contains(new ProbedHour(HOUR.plus(Duration.ofHours(ProbeRecord.WAITING_HOURS)), 2, 2, 1));
        }
    }

    @Test
    void aReindexLeavesTheRecord() throws Exception {
        try (Archive archive = open()) {
            archive.probes().note(AT, true, 40);
            ArchiveInspection.reindex(home, disk, NONE, true);
            archive.probes().note(AT, true, 41);
        }
        ArchiveInspection.reindex(home, disk, NONE, false);
        try (Archive archive = open()) {
            assertThat(archive.probes().hours(HOUR)).containsExactly(new ProbedHour(HOUR, 2, 2, 41));
        }
    }

    @Test
    void anIndexThatIsPutAsideHandsTheRecordOn() throws Exception {
        try (Archive archive = open()) {
            archive.probes().note(AT, true, 40);
        }
        scribbleOver("decision_event");
        ArchiveInspection.reindex(home, disk, NONE, false);
        assertThat(home.root().resolve("index.damaged")).exists();
        try (Archive archive = open()) {
            assertThat(archive.probes().hours(HOUR)).containsExactly(new ProbedHour(HOUR, 1, 1, 40));
        }
    }

    @Test
    void aRecordThatCannotBeReadAnyMoreKeepsNoAgentFromStarting() throws Exception {
        open().close();
        Files.writeString(home.index(), "not a database at all ".repeat(500));
        try (Archive archive = open()) {
            assertThat(archive.probes().hours(HOUR)).isEmpty();
            archive.probes().note(AT, true, 40);
            assertThat(archive.probes().hours(HOUR)).hasSize(1);
        }
    }

    private void scribbleOver(String tableOrIndex) throws Exception {
        long page;
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home.index());
                var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT rootpage FROM sqlite_master WHERE name = '" + tableOrIndex + "'")) {
            page = row.getLong(1) - 1;
        }
        try (RandomAccessFile database = new RandomAccessFile(home.index().toFile(), "rw")) {
            database.seek(page * 4096);
            database.write("scribbled over ".repeat(200).getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    void whatAnotherProcessNotedMeanwhileIsSeen() throws Exception {
        try (ProbeRecord record = new ProbeRecord(home.index());
                ProbeRecord other = new ProbeRecord(home.index())) {
            record.note(AT, true, 1);
            assertThat(record.hours(HOUR)).containsExactly(new ProbedHour(HOUR, 1, 1, 1));
            other.note(AT, true, 2);
            assertThat(record.hours(HOUR)).containsExactly(new ProbedHour(HOUR, 2, 2, 2));
        }
    }
}
