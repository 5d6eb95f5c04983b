package mx.difusor.agent.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * What was decided, in SQLite; rebuildable from the files at any time. One row per kept package: the accepted ones of
 * {@code archive/} and the rejected ones of {@code quarantine/}. Safe for any thread, and for several processes: the
 * database is in WAL mode.
 */
final class Index implements AutoCloseable {

    /** {@code PRAGMA user_version}; one more for each step in {@link #MIGRATIONS}. */
    static final int SCHEMA_VERSION = 2;

    /** SQLite's file format: the header's beginning and length, and where {@code user_version} stands in it. */
    private static final String MAGIC = "SQLite format 3\0";

    private static final int HEADER_BYTES = 100;

    private static final int USER_VERSION_AT = 60;

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
            List.of(
                    "CREATE TABLE checked (folder TEXT PRIMARY KEY, at TEXT NOT NULL, damage TEXT)",
                    "CREATE INDEX checked_damage ON checked (folder) WHERE damage IS NOT NULL"));

    /**
     * One kept package.
     *
     * @param id ascending in order of decision
     * @param folder relative to the home, {@code /}-separated
     * @param bytes of every file in its folder when it was kept
     * @param manifest of accepted packages only
     */
    record Entry(
            long id,
            String folder,
            long bytes,
            Receipt receipt,
            @Nullable Manifest manifest) {
        /** Of an accepted package, which always has one. */
        String receiptEvent() {
            Receipt.Contents contents = receipt.contents();
            if (contents == null) {
                throw new IllegalStateException("accepted without contents: " + folder);
            }
            return contents.event();
        }
    }

    private final Connection connection;

    private Index(Connection connection) {
        this.connection = connection;
    }

    /** @throws MachineException {@code index-unusable} when it is damaged, {@code index-newer} when a newer agent made it */
    static Index open(Path file) throws MachineException {
        requireKnown(file);
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLISECONDS);
        try {
            Connection connection = config.createConnection("jdbc:sqlite:" + file);
            try {
                migrate(connection, file);
                return new Index(connection);
            } catch (SQLException | MachineException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw unusable(e);
        }
    }

    /** Looked up without SQLite, which would write into the folder before it told. */
    private static void requireKnown(Path file) throws MachineException {
        try {
            if (!Files.exists(file) || Files.size(file) < HEADER_BYTES) {
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
        if (version > SCHEMA_VERSION) {
            throw new MachineException(
                    "index-newer",
                    "the index " + file + " was written by a newer agent (schema " + version + ", this one knows "
                            + SCHEMA_VERSION + ")",
                    "install the newer agent again; nothing was changed",
                    null);
        }
    }

    private static void migrate(Connection connection, Path file) throws SQLException, MachineException {
        try (Statement statement = connection.createStatement()) {
            int version = version(statement);
            requireKnown(version, file); // set, but not yet moved out of the write-ahead log
            for (; version < SCHEMA_VERSION; version++) {
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

    private static int version(Statement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery("PRAGMA user_version")) {
            return result.next() ? result.getInt(1) : 0;
        }
    }

    /** A folder that has its row already keeps it: two processes may both have found it missing. */
    synchronized long add(String folder, long bytes, Receipt receipt, @Nullable Manifest manifest)
            throws MachineException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT OR IGNORE INTO decision (folder, outcome, event, sequence, bytes, receipt, manifest)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                Statement.RETURN_GENERATED_KEYS)) {
            Receipt.Contents contents = receipt.contents();
            insert.setString(1, folder);
            insert.setString(2, receipt.outcome().code());
            insert.setString(3, contents == null ? null : contents.event());
            insert.setObject(4, contents == null ? null : contents.sequence());
            insert.setLong(5, bytes);
            insert.setString(6, receiptText(receipt));
            insert.setString(7, manifest == null ? null : Json.manifest(manifest));
            insert.executeUpdate();
            try (ResultSet keys = insert.getGeneratedKeys()) {
                return keys.next() ? keys.getLong(1) : 0;
            }
        } catch (SQLException e) {
            throw unusable(e);
        }
    }

    /** The same decision with its publication settled. */
    synchronized void update(String folder, Receipt receipt) throws MachineException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE decision SET receipt = ? WHERE folder = ?")) {
            update.setString(1, receiptText(receipt));
            update.setString(2, folder);
            update.executeUpdate();
        } catch (SQLException e) {
            throw unusable(e);
        }
    }

    synchronized void remove(String folder) throws MachineException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM decision WHERE folder = ?")) {
            delete.setString(1, folder);
            delete.executeUpdate();
        } catch (SQLException e) {
            throw unusable(e);
        }
    }

    /** Forgets every row and takes these in their order, in one transaction: readers see the old index or the new. */
    synchronized void replaceAll(List<Entry> entries) throws MachineException {
        try {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("DELETE FROM decision");
                statement.executeUpdate("DELETE FROM sqlite_sequence WHERE name = 'decision'");
                for (Entry entry : entries) {
                    add(entry.folder(), entry.bytes(), entry.receipt(), entry.manifest());
                }
                connection.commit();
            } catch (SQLException | MachineException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw unusable(e);
        }
    }

    /**
     * Newest first.
     *
     * @param event null for all
     * @param before only rows with a smaller id; null for the newest
     */
    List<Entry> newest(@Nullable String event, int limit, @Nullable Long before) throws MachineException {
        return query(
                "SELECT id, folder, bytes, receipt, NULL FROM decision WHERE id < ?"
                        + (event == null ? "" : " AND event = ?") + " ORDER BY id DESC LIMIT " + limit,
                before == null ? Long.MAX_VALUE : before,
                event);
    }

    /** Every accepted package with its manifest, in order of decision. */
    List<Entry> accepted() throws MachineException {
        return query(
                "SELECT id, folder, bytes, receipt, manifest FROM decision"
                        + " WHERE outcome = 'accepted' AND id < ? ORDER BY id",
                Long.MAX_VALUE,
                null);
    }

    /** Every row without its manifest, in order of decision. */
    List<Entry> all() throws MachineException {
        return query(
                "SELECT id, folder, bytes, receipt, NULL FROM decision WHERE id < ? ORDER BY id", Long.MAX_VALUE, null);
    }

    /**
     * Accepted packages with their manifests, the one that was read the longest ago first: when it was checked, or else
     * when it was decided.
     *
     * @param event null for all
     */
    List<Entry> oldestChecked(@Nullable String event, int limit) throws MachineException {
        return query(
                "SELECT id, d.folder, bytes, receipt, manifest FROM decision d LEFT JOIN checked c"
                        + " ON c.folder = d.folder WHERE outcome = 'accepted' AND id < ?"
                        + (event == null ? "" : " AND event = ?")
                        + " ORDER BY max(coalesce(c.at, ''), json_extract(receipt, '$.decidedAt')), id LIMIT " + limit,
                Long.MAX_VALUE,
                event);
    }

    /**
     * Remembered until the index is made anew.
     *
     * @param damage null where all is well
     */
    synchronized void checked(String folder, Instant at, @Nullable String damage) throws MachineException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT OR REPLACE INTO checked (folder, at, damage) VALUES (?, ?, ?)")) {
            insert.setString(1, folder);
            insert.setString(2, Receipt.time(at));
            insert.setString(3, damage);
            insert.executeUpdate();
        } catch (SQLException e) {
            throw unusable(e);
        }
    }

    /** When the package was checked last; empty where it never was. */
    synchronized Optional<Instant> checkedAt(String folder) throws MachineException {
        try (PreparedStatement select = connection.prepareStatement("SELECT at FROM checked WHERE folder = ?")) {
            select.setString(1, folder);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(Instant.parse(row.getString(1))) : Optional.empty();
            }
        } catch (SQLException e) {
            throw unusable(e);
        }
    }

    /** What the last check of each package found wrong, by folder. */
    synchronized Map<String, String> damages() throws MachineException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT c.folder, damage FROM checked c JOIN decision d"
                        + " ON c.folder = d.folder WHERE damage IS NOT NULL ORDER BY d.id")) {
            Map<String, String> damages = new LinkedHashMap<>();
            while (rows.next()) {
                damages.put(rows.getString(1), rows.getString(2));
            }
            return damages;
        } catch (SQLException e) {
            throw unusable(e);
        }
    }

    /** How much is kept of a kind. */
    record Totals(long packages, long bytes) {}

    synchronized Totals rejectedTotals() throws MachineException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT COUNT(*), COALESCE(SUM(bytes), 0) FROM decision WHERE outcome = 'rejected'")) {
            return row.next() ? new Totals(row.getLong(1), row.getLong(2)) : new Totals(0, 0);
        } catch (SQLException e) {
            throw unusable(e);
        }
    }

    /** Rejected packages still kept, the oldest first. */
    List<Entry> rejected() throws MachineException {
        return query(
                "SELECT id, folder, bytes, receipt, NULL FROM decision"
                        + " WHERE outcome = 'rejected' AND id < ? ORDER BY id",
                Long.MAX_VALUE,
                null);
    }

    Optional<Entry> accepted(String event, long sequence) throws MachineException {
        return query(
                        "SELECT id, folder, bytes, receipt, manifest FROM decision"
                                + " WHERE outcome = 'accepted' AND sequence = ? AND event = ?",
                        sequence,
                        event)
                .stream()
                .findFirst();
    }

    private synchronized List<Entry> query(String sql, long number, @Nullable String event) throws MachineException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, number);
            if (event != null) {
                select.setString(2, event);
            }
            List<Entry> entries = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    entries.add(entry(rows));
                }
            }
            return entries;
        } catch (SQLException | IOException e) {
            throw unusable(e);
        }
    }

    private static Entry entry(ResultSet row) throws SQLException, IOException {
        String manifest = row.getString(5);
        return new Entry(
                row.getLong(1),
                row.getString(2),
                row.getLong(3),
                Json.receipt(row.getString(4).getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                manifest == null ? null : Json.manifest(manifest));
    }

    private static String receiptText(Receipt receipt) {
        return new String(Json.receipt(receipt), java.nio.charset.StandardCharsets.UTF_8);
    }

    /** SHA-256 of what the index says, whatever the rows' ids and order; for comparing two indexes. */
    Digest content() throws MachineException {
        StringBuilder text = new StringBuilder();
        List<Entry> entries = new ArrayList<>(all());
        entries.sort(Comparator.comparing(Entry::folder));
        for (Entry entry : entries) {
            text.append(entry.folder()).append('\n').append(receiptText(entry.receipt()));
        }
        return Digest.ofContent(text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static MachineException unusable(Exception cause) {
        return new MachineException(
                "index-unusable",
                "the index cannot be used: " + cause.getMessage(),
                "check that the disk has space and is writable; rebuild it with `difusor archive reindex`",
                cause);
    }

    @Override
    public synchronized void close() throws MachineException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw unusable(e);
        }
    }
}
