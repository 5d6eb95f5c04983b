package mx.difusor.agent.archive;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.ProbedHour;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;

/**
 * What visitors got, hour by hour, in the index's database. Unlike the rest of the index it follows from no file: a
 * reindex leaves it, and an index that is put aside hands it on. It has a connection of its own and little patience, so
 * that it never keeps the desk from the index. Any thread.
 */
public final class ProbeRecord implements AutoCloseable {

    /** 400 days, counted by their hours: a clock that is wrong for a while takes nothing away. */
    static final int KEPT_HOURS = 400 * 24;

    /** Hours that wait for an index which cannot be written; the oldest are forgotten. */
    static final int WAITING_HOURS = 1_000;

    /** The minute's note can wait for the next one. */
    private static final int BUSY_TIMEOUT_MILLISECONDS = 500;

    private static final Logger LOG = LoggerFactory.getLogger(ProbeRecord.class);

    static final String HOURS =
            "SELECT hour, probes, good, slowest FROM probed WHERE hour >= ? ORDER BY hour LIMIT " + KEPT_HOURS;

    private static final String ADD = "INSERT INTO probed (hour, probes, good, slowest) VALUES (?, ?, ?, ?)"
            + " ON CONFLICT (hour) DO UPDATE SET probes = probes + excluded.probes, good = good + excluded.good,"
            + " slowest = max(slowest, excluded.slowest)";

    private static final String FORGET = "DELETE FROM probed WHERE hour <="
            + " (SELECT hour FROM probed ORDER BY hour DESC LIMIT 1 OFFSET " + KEPT_HOURS + ")";

    private final Path file;
    private final NavigableMap<Instant, ProbedHour> waiting = new TreeMap<>();
    private @Nullable Connection connection;
    private boolean failed;

    /** @param file the index; opened when it is first needed */
    ProbeRecord(Path file) {
        this.file = file;
    }

    /**
     * One probe. Best effort: what the index cannot take now (a full disk, another process's lock) waits in memory for
     * the next one.
     *
     * @param millis until the answer had come; 0 where none did
     */
    public synchronized void note(Instant at, boolean good, int millis) {
        Instant hour = at.truncatedTo(ChronoUnit.HOURS);
        waiting.merge(hour, new ProbedHour(hour, 1, good ? 1 : 0, millis), ProbeRecord::sum);
        while (waiting.size() > WAITING_HOURS) {
            waiting.pollFirstEntry();
        }
        try {
            write(connection(), waiting.values());
            waiting.clear();
            failed = false;
        } catch (MachineException | SQLException e) {
            if (!failed) {
                LOG.warn("the record of the site's probes waits for the index: {}", e.getMessage());
            }
            failed = true;
        }
    }

    private static void write(Connection connection, Iterable<ProbedHour> hours) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement add = connection.prepareStatement(ADD);
                Statement forget = connection.createStatement()) {
            for (ProbedHour hour : hours) {
                add.setLong(1, hour.from().getEpochSecond());
                add.setInt(2, hour.probes());
                add.setInt(3, hour.good());
                add.setInt(4, hour.slowestMillis());
                add.executeUpdate();
            }
            forget.executeUpdate(FORGET);
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /**
     * The oldest first, those that wait for the index included.
     *
     * @param since the first hour is the one that holds this instant
     * @throws MachineException {@code index-unusable}
     */
    public synchronized List<ProbedHour> hours(Instant since) throws MachineException {
        Instant first = since.truncatedTo(ChronoUnit.HOURS);
        NavigableMap<Instant, ProbedHour> hours = new TreeMap<>(waiting.tailMap(first, true));
        try {
            read(connection(), first, hour -> hours.merge(hour.from(), hour, ProbeRecord::sum));
        } catch (SQLException e) {
            throw IndexSchema.unusable(e);
        }
        return List.copyOf(hours.values());
    }

    private static void read(Connection connection, Instant first, Consumer<ProbedHour> visitor) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(HOURS)) {
            select.setLong(1, first.getEpochSecond());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    visitor.accept(new ProbedHour(
                            Instant.ofEpochSecond(rows.getLong(1)), rows.getInt(2), rows.getInt(3), rows.getInt(4)));
                }
            }
        }
    }

    private static ProbedHour sum(ProbedHour one, ProbedHour other) {
        return new ProbedHour(
                one.from(),
                one.probes() + other.probes(),
                one.good() + other.good(),
                Math.max(one.slowestMillis(), other.slowestMillis()));
    }

    private Connection connection() throws MachineException {
        Connection open = connection;
        if (open == null) {
            SQLiteConfig config = new SQLiteConfig();
            config.setJournalMode(SQLiteConfig.JournalMode.WAL);
            // A power cut may take the last minutes along; no sync waits for a disk that a cut is being written to.
            config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
            config.setBusyTimeout(BUSY_TIMEOUT_MILLISECONDS);
            open = IndexSchema.connect(file, config);
            connection = open;
        }
        return open;
    }

    /** Best effort: out of an index that was put aside into the one that takes its place. */
    static void carryOver(Path from, Path to) {
        SQLiteConfig readOnly = new SQLiteConfig();
        readOnly.setReadOnly(true);
        List<ProbedHour> hours = new ArrayList<>();
        try (Connection old = readOnly.createConnection("jdbc:sqlite:" + from)) {
            read(old, Instant.EPOCH, hours::add);
        } catch (SQLException e) {
            LOG.warn("the record of the site's probes in {} cannot be read to its end: {}", from, e.getMessage());
        }
        try (Connection fresh = IndexSchema.connect(to, new SQLiteConfig())) {
            write(fresh, hours);
            LOG.info("the record of the site's probes was carried over: {} hours", hours.size());
        } catch (SQLException | MachineException e) {
            LOG.warn("the record of the site's probes stays in {}: {}", from, e.getMessage());
        }
    }

    @Override
    public synchronized void close() throws MachineException {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                throw IndexSchema.unusable(e);
            }
        }
    }
}
