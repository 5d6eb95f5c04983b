package mx.difusor.agent.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/** The index's tables, and how a database of an older agent gets them. */
final class IndexSchema {

    /** {@code PRAGMA user_version}; one more for each step in {@link #MIGRATIONS}. */
    static final int VERSION = 6;

    /** SQLite's file format: the header's beginning and length, and where {@code user_version} stands in it. */
    private static final String MAGIC = "SQLite format 3\0";

    private static final int HEADER_BYTES = 100;

    private static final int USER_VERSION_AT = 60;

    /** The database, and what SQLite keeps beside it. */
    static final List<String> PARTS = List.of("", "-wal", "-shm");

    /** SQLite's result codes for bytes that are not what was written: SQLITE_CORRUPT, SQLITE_NOTADB. */
    private static final int CORRUPT = 11;

    private static final int NOT_A_DATABASE = 26;

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");

    private static final int BUSY_TIMEOUT_MILLISECONDS = 10_000;

    /** Step {@code n} takes a database from version {@code n} to {@code n + 1}. Never changed once released. */
    private static final List<List<String>> MIGRATIONS = List.of(
            List.of(
                    "CREATE TABLE decision ("
                            + " id INTEGER PRIMARY KEY AUTOINCREMENT,"
                            + " folder TEXT NOT NULL UNIQUE,"
                            + " outcome TEXT NOT NULL,"
                            + " event TEXT,"
                            + " sequence INTEGER,"
                            + " bytes INTEGER NOT NULL,"
                            + " receipt TEXT NOT NULL,"
                            + " manifest TEXT)",
                    "CREATE INDEX decision_event ON decision (event, id)",
                    "CREATE UNIQUE INDEX decision_accepted ON decision (event, sequence) WHERE outcome = 'accepted'"),
            // So that lists, totals and a start read what they need and not every row.
            List.of(
                    "CREATE INDEX decision_outcome ON decision (outcome, id, bytes)",
                    "CREATE INDEX decision_publication ON decision (event, json_extract(receipt, '$.publication'))"
                            + " WHERE outcome = 'accepted'",
                    "CREATE INDEX decision_digest ON decision (event, sequence, json_extract(receipt, '$.sha256'))"
                            + " WHERE outcome = 'accepted'",
                    "CREATE INDEX decision_witness ON decision (json_extract(receipt, '$.history.entries'))"
                            + " WHERE outcome = 'accepted'"),
            List.of(
                    "CREATE TABLE checked (folder TEXT PRIMARY KEY, at TEXT NOT NULL, damage TEXT)",
                    "CREATE INDEX checked_damage ON checked (folder) WHERE damage IS NOT NULL"),
            // What a start found in order, so that the next one need not look again, and packages by their bytes.
            List.of(
                    "CREATE INDEX decision_size ON decision (json_extract(receipt, '$.size'),"
                            + " json_extract(receipt, '$.sha256')) WHERE outcome = 'accepted'",
                    "CREATE TABLE listed (folder TEXT PRIMARY KEY, modified TEXT NOT NULL)",
                    "CREATE TABLE logged (id INTEGER NOT NULL, bytes INTEGER NOT NULL, entries INTEGER NOT NULL,"
                            + " head TEXT NOT NULL)"),
            // What visitors got; `hour` in seconds since 1970, `slowest` in milliseconds.
            List.of("CREATE TABLE probed (hour INTEGER PRIMARY KEY, probes INTEGER NOT NULL, good INTEGER NOT NULL,"
                    + " slowest INTEGER NOT NULL)"),
            // Every accepted package has its row in `checked` from its decision on: the next to be read again is the
            // first of an index, however many there are.
            List.of(
                    "CREATE INDEX checked_at ON checked (at)",
                    "INSERT OR IGNORE INTO checked (folder, at) SELECT folder, json_extract(receipt, '$.decidedAt')"
                            + " FROM decision WHERE outcome = 'accepted' ORDER BY id",
                    "CREATE TRIGGER decision_checked AFTER INSERT ON decision WHEN new.outcome = 'accepted' BEGIN"
                            + " INSERT INTO checked (folder, at) SELECT new.folder, ''"
                            + " WHERE NOT EXISTS (SELECT 1 FROM checked WHERE folder = new.folder);"
                            + " UPDATE checked SET at = max(at, json_extract(new.receipt, '$.decidedAt'))"
                            + " WHERE folder = new.folder;"
                            + " END"));

    private IndexSchema() {}

    /** @throws MachineException {@code index-unusable}, {@code index-newer} when a newer agent made it */
    static Connection connect(Path file) throws MachineException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLISECONDS);
        return connect(file, config);
    }

    /** As {@link #connect(Path)}, with other patience and care. */
    static Connection connect(Path file, SQLiteConfig config) throws MachineException {
        requireKnown(file);
        close(file);
        try {
            Connection connection = config.createConnection("jdbc:sqlite:" + file);
            try {
                migrate(connection, file);
                return connection;
            } catch (SQLException | MachineException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw unusable(e);
        }
    }

    /** SQLite would make it as the umask says; what it makes beside it gets the same permissions. */
    private static void close(Path file) throws MachineException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        try {
            makeClosed(file);
            for (String part : PARTS) {
                closeIfOpen(file.resolveSibling(file.getFileName() + part));
            }
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private static void makeClosed(Path file) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PRIVATE));
        } catch (FileAlreadyExistsException e) {
            // It is closed like those beside it.
        }
    }

    private static void closeIfOpen(Path file) throws IOException {
        try {
            if (!PRIVATE.containsAll(Files.getPosixFilePermissions(file))) {
                Files.setPosixFilePermissions(file, PRIVATE);
            }
        } catch (NoSuchFileException e) {
            // SQLite takes away what it keeps beside it when it is done.
        }
    }

    /** Looked up without SQLite, which would write into the folder before it told. */
    private static void requireKnown(Path file) throws MachineException {
        try {
            if (Files.notExists(file) || Files.size(file) < HEADER_BYTES) {
                return;
            }
            byte[] header;
            try (InputStream in = Files.newInputStream(file)) {
                header = in.readNBytes(HEADER_BYTES);
            }
            if (new String(header, 0, MAGIC.length(), StandardCharsets.US_ASCII).equals(MAGIC)) {
                requireKnown(ByteBuffer.wrap(header).getInt(USER_VERSION_AT), file);
            }
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private static void requireKnown(int version, Path file) throws MachineException {
        if (version > VERSION) {
            throw new MachineException(
                    "index-newer",
                    "the index " + file + " was written by a newer agent (schema " + version + ", this one knows "
                            + VERSION + ")",
                    "install the newer agent again; nothing was changed",
                    null);
        }
    }

    private static void migrate(Connection connection, Path file) throws SQLException, MachineException {
        try (Statement statement = connection.createStatement()) {
            int version = (int) number(statement, "PRAGMA user_version");
            requireKnown(version, file); // set, but not yet moved out of the write-ahead log
            for (; version < VERSION; version++) {
                connection.setAutoCommit(false);
                for (String step : MIGRATIONS.get(version)) {
                    statement.executeUpdate(step);
                }
                statement.executeUpdate("PRAGMA user_version = " + (version + 1));
                connection.commit();
                connection.setAutoCommit(true);
            }
        }
    }

    static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    /** What stands in the index is not what was written there. */
    static MachineException damaged(String found, @Nullable Exception cause) {
        return unusable(new SQLException(found, null, CORRUPT, cause));
    }

    /** Whether the index itself is at fault, and not a disk that is full, read-only or failing. */
    static boolean isDamaged(MachineException e) {
        return e.getCause() instanceof SQLException cause
                && (cause.getErrorCode() == CORRUPT || cause.getErrorCode() == NOT_A_DATABASE);
    }

    static MachineException unusable(Exception cause) {
        return new MachineException(
                "index-unusable",
                "the index cannot be used: " + cause.getMessage(),
                "check that the disk has space and is writable; rebuild it with `difusor archive reindex`",
                cause);
    }
}
