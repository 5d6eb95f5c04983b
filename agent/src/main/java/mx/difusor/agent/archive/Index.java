package mx.difusor.agent.archive;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.HistoryHead;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/**
 * What was decided, in SQLite; rebuildable from the files at any time. One row per kept package: the accepted ones of
 * {@code archive/} and the rejected ones of {@code quarantine/}. Safe for any thread, and for several processes: the
 * database is in WAL mode.
 */
final class Index implements AutoCloseable {

    /** An index up to this size is checked whole at each start; beyond, only {@link #SOUND_NEWEST_ROWS} are read. */
    static final long SOUND_WHOLE_BYTES = 256_000_000L;

    static final int SOUND_NEWEST_ROWS = 1_000;

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
            @Nullable Manifest manifest) {}

    private final Connection connection;

    private Index(Connection connection) {
        this.connection = connection;
    }

    /** @throws MachineException {@code index-unusable}, {@code index-newer} when a newer agent made it */
    static Index open(Path file) throws MachineException {
        return new Index(IndexSchema.connect(file));
    }

    /**
     * Reads the newest receipts, and the structure of the whole database where that takes no more than moments: damage
     * shows at a start and not at night.
     *
     * @throws MachineException {@code index-unusable} when something is wrong with it
     */
    synchronized void requireSound() throws MachineException {
        newest(null, SOUND_NEWEST_ROWS, null);
        try (Statement statement = connection.createStatement()) {
            if (IndexSchema.number(statement, "PRAGMA page_count") * IndexSchema.number(statement, "PRAGMA page_size")
                    > SOUND_WHOLE_BYTES) {
                return;
            }
            try (ResultSet found = statement.executeQuery("PRAGMA quick_check(1)")) {
                found.next();
                String first = found.getString(1);
                if (!first.equals("ok")) {
                    throw IndexSchema.damaged(first, null);
                }
            }
        } catch (SQLException e) {
            throw IndexSchema.unusable(e);
        }
    }

    /** A folder that has its row already keeps it: two processes may both have found it missing. */
    synchronized void add(String folder, long bytes, Receipt receipt, @Nullable Manifest manifest)
            throws MachineException {
        // Else a parent that a backup gives its old time back would hide that this row's folder is gone.
        execute("DELETE FROM listed WHERE folder = ?", folder.substring(0, folder.lastIndexOf('/')));
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT OR IGNORE INTO decision (folder, outcome, event, sequence, bytes, receipt, manifest)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            Receipt.Contents contents = receipt.contents();
            insert.setString(1, folder);
            insert.setString(2, receipt.outcome().code());
            insert.setString(3, contents == null ? null : contents.event());
            insert.setObject(4, contents == null ? null : contents.sequence());
            insert.setLong(5, bytes);
            insert.setString(6, receiptText(receipt));
            insert.setString(7, manifest == null ? null : Json.manifest(manifest));
            insert.executeUpdate();
        } catch (SQLException e) {
            throw IndexSchema.unusable(e);
        }
    }

    /** The same decision with its publication settled; its folder has so many bytes now. */
    synchronized void update(String folder, long bytes, Receipt receipt) throws MachineException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE decision SET receipt = ?, bytes = ? WHERE folder = ?")) {
            update.setString(1, receiptText(receipt));
            update.setLong(2, bytes);
            update.setString(3, folder);
            update.executeUpdate();
        } catch (SQLException e) {
            throw IndexSchema.unusable(e);
        }
    }

    synchronized void remove(String folder) throws MachineException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM decision WHERE folder = ?")) {
            delete.setString(1, folder);
            delete.executeUpdate();
        } catch (SQLException e) {
            throw IndexSchema.unusable(e);
        }
    }

    /** Forgets every row and takes these in their order, in one transaction: readers see the old index or the new. */
    synchronized void replaceAll(List<Entry> entries) throws MachineException {
        try {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("DELETE FROM decision");
                statement.executeUpdate("DELETE FROM sqlite_sequence WHERE name = 'decision'");
                statement.executeUpdate("DELETE FROM listed");
                statement.executeUpdate("DELETE FROM logged");
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
            throw IndexSchema.unusable(e);
        }
    }

    static final String NEWEST =
            "SELECT id, folder, bytes, receipt, NULL FROM decision WHERE id < ? ORDER BY id DESC LIMIT ?";
    static final String NEWEST_OF_EVENT = "SELECT id, folder, bytes, receipt, NULL FROM decision"
            + " WHERE id < ? AND event = ? ORDER BY id DESC LIMIT ?";
    static final String NEWEST_ACCEPTED = "SELECT id, folder, bytes, receipt, NULL FROM decision"
            + " WHERE outcome = 'accepted' AND id < ? ORDER BY id DESC LIMIT ?";
    static final String NEWEST_ACCEPTED_OF_EVENT = "SELECT id, folder, bytes, receipt, NULL FROM decision"
            + " WHERE outcome = 'accepted' AND id < ? AND event = ? ORDER BY id DESC LIMIT ?";
    static final String ACCEPTED =
            "SELECT id, folder, bytes, receipt, manifest FROM decision WHERE outcome = 'accepted' ORDER BY id";
    static final String ACCEPTED_OF_EVENT = "SELECT id, folder, bytes, receipt, manifest FROM decision"
            + " WHERE outcome = 'accepted' AND event = ? ORDER BY id";
    static final String HISTORY = "SELECT id, folder, bytes, receipt, NULL FROM decision"
            + " WHERE outcome = 'accepted' AND event = ? ORDER BY id";
    static final String ACCEPTED_ONE = "SELECT id, folder, bytes, receipt, manifest FROM decision"
            + " WHERE outcome = 'accepted' AND event = ? AND sequence = ?";
    static final String UNSETTLED = "SELECT id, folder, bytes, receipt, NULL FROM decision"
            + " INDEXED BY decision_publication WHERE outcome = 'accepted'"
            + " AND event = ? AND json_extract(receipt, '$.publication') IN ('none', 'held')";
    static final String LIVE_SINCE = "SELECT id, folder, bytes, receipt, NULL FROM decision WHERE outcome = 'accepted'"
            + " AND event = ? AND json_extract(receipt, '$.liveAt') >= ? ORDER BY id DESC LIMIT 1";
    static final String REJECTED =
            "SELECT id, folder, bytes, receipt, NULL FROM decision WHERE outcome = 'rejected' ORDER BY id";
    static final String TOTALS = "SELECT COUNT(*), COALESCE(SUM(bytes), 0) FROM decision WHERE outcome = ?";
    static final String FOLDERS = "SELECT folder FROM decision WHERE folder > ? AND folder < ?";
    static final String DIGESTS = "SELECT id, event, sequence, json_extract(receipt, '$.sha256') FROM decision"
            + " WHERE outcome = 'accepted' ORDER BY id";
    static final String DIGESTS_SINCE = "SELECT id, event, sequence, json_extract(receipt, '$.sha256') FROM decision"
            + " WHERE outcome = 'accepted' AND id > ? ORDER BY id";
    static final String OF_SIZE =
            "SELECT 1 FROM decision WHERE outcome = 'accepted'" + " AND json_extract(receipt, '$.size') = ? LIMIT 1";
    static final String OF_BYTES = "SELECT 1 FROM decision WHERE outcome = 'accepted'"
            + " AND json_extract(receipt, '$.size') = ? AND json_extract(receipt, '$.sha256') = ? LIMIT 1";
    static final String ACCEPTED_OF_BYTES =
            "SELECT id, folder, bytes, receipt, manifest FROM decision WHERE outcome = 'accepted'"
                    + " AND json_extract(receipt, '$.size') = ? AND json_extract(receipt, '$.sha256') = ? LIMIT 1";
    static final String WITNESS = "SELECT id, folder, bytes, receipt, NULL FROM decision INDEXED BY decision_witness"
            + " WHERE outcome = 'accepted'"
            + " AND json_extract(receipt, '$.history.entries') > 0"
            + " ORDER BY json_extract(receipt, '$.history.entries') DESC LIMIT 1";
    private static final String OLDEST = "SELECT id, d.folder, bytes, receipt, manifest"
            + " FROM checked c INDEXED BY checked_at CROSS JOIN decision d ON d.folder = c.folder"
            + " WHERE outcome = 'accepted'";
    static final String OLDEST_CHECKED = OLDEST + " ORDER BY c.at, c.rowid LIMIT ?";
    static final String OLDEST_CHECKED_OF_EVENT = OLDEST + " AND event = ? ORDER BY c.at, c.rowid LIMIT ?";
    static final String CHECKED_AFTER = OLDEST + " AND c.at > ? ORDER BY c.at, c.rowid LIMIT ?";
    static final String DAMAGES = "SELECT c.folder, damage FROM checked c INDEXED BY checked_damage"
            + " CROSS JOIN decision d ON d.folder = c.folder WHERE damage IS NOT NULL ORDER BY d.id";
    static final String NEXT_EVENT = "SELECT event FROM decision INDEXED BY decision_accepted"
            + " WHERE outcome = 'accepted' AND event > ? ORDER BY event LIMIT 1";

    /**
     * Newest first.
     *
     * @param event null for all
     * @param before only rows with a smaller id; null for the newest
     */
    List<Entry> newest(@Nullable String event, int limit, @Nullable Long before) throws MachineException {
        long below = before == null ? Long.MAX_VALUE : before;
        return event == null ? query(NEWEST, below, limit) : query(NEWEST_OF_EVENT, below, event, limit);
    }

    /** Accepted packages without their manifests, newest decision first; of all events for null. */
    List<Entry> newestAccepted(@Nullable String event, int limit) throws MachineException {
        return event == null
                ? query(NEWEST_ACCEPTED, Long.MAX_VALUE, limit)
                : query(NEWEST_ACCEPTED_OF_EVENT, Long.MAX_VALUE, event, limit);
    }

    /** Every accepted package with its manifest, in order of decision; of all events for null. */
    List<Entry> accepted(@Nullable String event) throws MachineException {
        return event == null ? query(ACCEPTED) : query(ACCEPTED_OF_EVENT, event);
    }

    /** Every accepted package of the event without its manifest, in order of decision, one after the other. */
    synchronized void eachAccepted(String event, Consumer<Entry> visitor) throws MachineException {
        each(HISTORY, visitor, event);
    }

    /** @throws IllegalStateException when the index became unusable, or the package has left it */
    Manifest manifest(AcceptedPackage one) {
        try {
            Manifest manifest =
                    accepted(one.event(), one.sequence()).map(Entry::manifest).orElse(null);
            if (manifest == null) {
                throw new IllegalStateException("the index has lost sequence " + one.sequence() + " of " + one.event()
                        + "; start the agent again, which makes it whole from the files");
            }
            return manifest;
        } catch (MachineException e) {
            throw new IllegalStateException(e.getMessage() + "; " + e.cure(), e);
        }
    }

    Optional<Entry> accepted(String event, long sequence) throws MachineException {
        return query(ACCEPTED_ONE, event, sequence).stream().findFirst();
    }

    /** What is known of the package in this folder, with its manifest. */
    Optional<Entry> row(String folder) throws MachineException {
        return query("SELECT id, folder, bytes, receipt, manifest FROM decision WHERE folder = ?", folder).stream()
                .findFirst();
    }

    /** Accepted packages of an event whose publication may still change: none or held. In order of decision. */
    List<Entry> unsettled(String event) throws MachineException {
        List<Entry> unsettled = query(UNSETTLED, event);
        unsettled.sort(Comparator.comparing(Entry::id)); // by SQLite it would read the whole event to spare the sorting
        return unsettled;
    }

    /** One accepted package of the event that went live at or after that instant, if there is any. */
    Optional<Entry> liveSince(String event, Instant since) throws MachineException {
        return query(LIVE_SINCE, event, Objects.requireNonNull(Receipt.time(since))).stream()
                .findFirst();
    }

    /** Every row without its manifest, in order of decision. */
    List<Entry> all() throws MachineException {
        return query("SELECT id, folder, bytes, receipt, NULL FROM decision ORDER BY id");
    }

    /**
     * Accepted packages with their manifests, the one that was read the longest ago first: when it was checked, or else
     * when it was decided.
     *
     * @param event null for all
     */
    List<Entry> oldestChecked(@Nullable String event, int limit) throws MachineException {
        return event == null ? query(OLDEST_CHECKED, limit) : query(OLDEST_CHECKED_OF_EVENT, event, limit);
    }

    /** Accepted packages with their manifests that were checked, or decided, later than that, as a clock told then. */
    List<Entry> checkedAfter(Instant instant, int limit) throws MachineException {
        return query(CHECKED_AFTER, Objects.requireNonNull(Receipt.time(instant)), limit);
    }

    /**
     * Remembered until the index is made anew. A clock that went back does not make a check older than the decision.
     *
     * @param damage null where all is well
     */
    synchronized void checked(String folder, Instant at, @Nullable String damage) throws MachineException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT OR REPLACE INTO checked (folder, at, damage)"
                        + " SELECT folder, max(?, json_extract(receipt, '$.decidedAt')), ?"
                        + " FROM decision WHERE folder = ?")) {
            insert.setString(1, Receipt.time(at));
            insert.setString(2, damage);
            insert.setString(3, folder);
            insert.executeUpdate();
        } catch (SQLException e) {
            throw IndexSchema.unusable(e);
        }
    }

    /** When the package was checked last, or else decided; empty for a folder that never held an accepted package. */
    synchronized Optional<Instant> checkedAt(String folder) throws MachineException {
        try (PreparedStatement select = connection.prepareStatement("SELECT at FROM checked WHERE folder = ?")) {
            select.setString(1, folder);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(Instant.parse(row.getString(1))) : Optional.empty();
            }
        } catch (SQLException e) {
            throw IndexSchema.unusable(e);
        }
    }

    /** What the last check of each package found wrong, by folder. */
    synchronized Map<String, String> damages() throws MachineException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(DAMAGES)) {
            Map<String, String> damages = new LinkedHashMap<>();
            while (rows.next()) {
                damages.put(rows.getString(1), rows.getString(2));
            }
            return damages;
        } catch (SQLException e) {
            throw IndexSchema.unusable(e);
        }
    }

    /** How much is kept of a kind. */
    record Totals(long packages, long bytes) {}

    synchronized Totals totals(Receipt.Outcome outcome) throws MachineException {
        try (PreparedStatement select = connection.prepareStatement(TOTALS)) {
            select.setString(1, outcome.code());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return new Totals(row.getLong(1), row.getLong(2));
            }
        } catch (SQLException e) {
            throw IndexSchema.unusable(e);
        }
    }

    /** Rejected packages still kept, the oldest first. */
    List<Entry> rejected() throws MachineException {
        return query(REJECTED);
    }

    /** The folders, relative to the home, of all rows that lie in this one, for example {@code archive/pel-2024}. */
    Set<String> foldersIn(String parent) throws MachineException {
        return new HashSet<>(texts(FOLDERS, parent + "/", parent + "0")); // '0' is the character after '/'
    }

    /** The accepted package whose receipt speaks of the latest entry of the log of decisions. */
    Optional<Entry> furthestWitness() throws MachineException {
        return query(WITNESS).stream().findFirst();
    }

    /**
     * The accepted packages that are not among these, in the order in which they were decided, without their manifests.
     *
     * @param keys as {@link Decisions#key} makes them
     * @param since rows of this id and below are not looked at; 0 for all
     */
    List<Entry> acceptedBut(Set<String> keys, long since) throws MachineException {
        List<Long> missing = new ArrayList<>();
        synchronized (this) {
            try (PreparedStatement select = connection.prepareStatement(since == 0 ? DIGESTS : DIGESTS_SINCE)) {
                if (since > 0) {
                    select.setLong(1, since);
                }
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        if (!keys.contains(Decisions.key(rows.getString(2), rows.getLong(3), rows.getString(4)))) {
                            missing.add(rows.getLong(1));
                        }
                    }
                }
            } catch (SQLException e) {
                throw IndexSchema.unusable(e);
            }
        }
        List<Entry> entries = new ArrayList<>();
        for (long id : missing) {
            entries.addAll(query("SELECT id, folder, bytes, receipt, NULL FROM decision WHERE id = ?", id));
        }
        return entries;
    }

    /** Whether an accepted package has so many bytes, and where a digest is given, these. */
    boolean holds(long size, @Nullable Digest sha256) throws MachineException {
        return !(sha256 == null ? texts(OF_SIZE, size) : texts(OF_BYTES, size, sha256.hex())).isEmpty();
    }

    /** The accepted package of these bytes. */
    Optional<Entry> accepted(long size, Digest sha256) throws MachineException {
        return query(ACCEPTED_OF_BYTES, size, sha256.hex()).stream().findFirst();
    }

    /** The time that a folder had when every name in it had its row and every row its name; empty for another. */
    Optional<String> listed(String folder) throws MachineException {
        return texts("SELECT modified FROM listed WHERE folder = ?", folder).stream()
                .findFirst();
    }

    void listed(String folder, String modified) throws MachineException {
        execute("INSERT OR REPLACE INTO listed (folder, modified) VALUES (?, ?)", folder, modified);
    }

    /**
     * How far {@code history.log} was read and held against the rows.
     *
     * @param id every accepted row up to this one stands in the log
     */
    record Logged(long id, long bytes, HistoryHead head) {}

    synchronized Optional<Logged> logged() throws MachineException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, bytes, entries, head FROM logged")) {
            return row.next()
                    ? Optional.of(new Logged(
                            row.getLong(1),
                            row.getLong(2),
                            new HistoryHead(row.getLong(3), new Digest(row.getString(4)))))
                    : Optional.empty();
        } catch (SQLException e) {
            throw IndexSchema.unusable(e);
        }
    }

    /** Every accepted row of this moment stands in the log's first so many bytes. */
    synchronized void logged(long bytes, HistoryHead head) throws MachineException {
        execute("DELETE FROM logged");
        execute(
                "INSERT INTO logged (id, bytes, entries, head) SELECT coalesce(max(id), 0), ?, ?, ? FROM decision",
                bytes,
                head.entries(),
                head.head().hex());
    }

    private synchronized void execute(String sql, Object... values) throws MachineException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            set(statement, values);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw IndexSchema.unusable(e);
        }
    }

    /** The events that accepted packages are of. */
    Set<String> events() throws MachineException {
        Set<String> events = new HashSet<>();
        List<String> next = texts(NEXT_EVENT, "");
        while (!next.isEmpty()) {
            events.add(next.get(0));
            next = texts(NEXT_EVENT, next.get(0));
        }
        return events;
    }

    private synchronized List<String> texts(String sql, Object... values) throws MachineException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            set(select, values);
            List<String> texts = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    texts.add(rows.getString(1));
                }
            }
            return texts;
        } catch (SQLException e) {
            throw IndexSchema.unusable(e);
        }
    }

    private List<Entry> query(String sql, Object... values) throws MachineException {
        List<Entry> entries = new ArrayList<>();
        each(sql, entries::add, values);
        return entries;
    }

    private synchronized void each(String sql, Consumer<Entry> visitor, Object... values) throws MachineException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            set(select, values);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    visitor.accept(entry(rows));
                }
            }
        } catch (SQLException e) {
            throw IndexSchema.unusable(e);
        } catch (IOException e) {
            throw IndexSchema.damaged(String.valueOf(e.getMessage()), e);
        }
    }

    private static void set(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
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

    @Override
    public synchronized void close() throws MachineException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw IndexSchema.unusable(e);
        }
    }
}
