package io.bactrian.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;

/**
 * The index's SQLite file: one connection, each statement prepared once, one transaction from commit to
 * commit. Not thread-safe; {@link Index} holds the lock.
 */
final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Index.class);
    private static final int BUSY_MILLISECONDS = 10_000;
    private static final int CACHE_KIBIBYTES = 32 * 1024;

    /** Notes which start of the machine the index is in use under; absent when it was closed in an orderly way. */
    private static final String IN_USE = "in-use";
    private static final String BOOT = boot();

    /** Null for a database in memory, which has no file to move. */
    private final Path file;
    private Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private boolean damaged;

    /** Turns the row that a result stands at into a value. */
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private Database(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    static Database inMemory() {
        try {
            return new Database(null, connect(":memory:", false));
        } catch (SQLException e) {
            throw new IndexException("in memory", e);
        }
    }

    static Database open(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
        }
        try {
            return new Database(file, connect(file.toString(), crashed(file)));
        } catch (SQLException e) {
            if (!IndexException.isDamage(e)) {
                throw new IOException(IndexException.explain(file.toString(), e), e);
            }
            moveAside(file, e);
        }
        try {
            return new Database(file, connect(file.toString(), false));
        } catch (SQLException e) {
            throw new IOException(IndexException.explain(file.toString(), e), e);
        }
    }

    /** SQLite removes its journal at the end of a transaction. */
    private static boolean crashed(Path file) {
        return Files.exists(beside(file, "-journal"));
    }

    /**
     * What SQLite has handed to the operating system outlasts a crash of the process, and that is enough to go on
     * from. It need not outlast a power cut, so that an index that was open then is not believed: waiting for the
     * disk at every commit would cost more than reading the tree once more after that.
     */
    private static void mark(Connection connection) throws SQLException {
        try (PreparedStatement read = connection.prepareStatement(Schema.NOTE)) {
            read.setString(1, IN_USE);
            try (ResultSet row = read.executeQuery()) {
                if (row.next() && !row.getString(1).equals(BOOT)) {
                    throw Schema.unusable("the machine stopped while it was in use");
                }
            }
        }
        try (PreparedStatement write = connection.prepareStatement(Schema.PUT_NOTE)) {
            write.setString(1, IN_USE);
            write.setString(2, BOOT);
            write.executeUpdate();
        }
        connection.commit();
    }

    /** Names this start of the machine; unlike any other if the system has no name for it. */
    private static String boot() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            return UUID.randomUUID().toString();
        }
    }

    private static Connection connect(String name, boolean check) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.DELETE);
        config.setSynchronous(SQLiteConfig.SynchronousMode.OFF);
        config.setBusyTimeout(BUSY_MILLISECONDS);
        // Nobody asks for them, and each would be a statement of its own after every row.
        config.setGetGeneratedKeys(false);
        config.setCacheSize(-CACHE_KIBIBYTES);
        Connection connection = config.createConnection("jdbc:sqlite:" + name);
        try {
            connection.setAutoCommit(false);
            Schema.prepare(connection, check);
            mark(connection);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static void moveAside(Path file, SQLException why) throws IOException {
        Path kept = beside(file, ".damaged");
        for (String part : List.of("", "-journal")) {
            Path to = beside(kept, part);
            Files.deleteIfExists(to);
            if (Files.exists(beside(file, part))) {
                Files.move(beside(file, part), to, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        LOG.warn("The index {} cannot be used ({}). It was moved to {} and an empty one takes its place: "
                + "every file is read and compared once more, nothing is lost", file, why.getMessage(), kept);
    }

    private static Path beside(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    /** Runs a statement that changes rows; answers how many it changed, those of triggers apart. */
    int change(String sql, Object... arguments) {
        try {
            return bound(sql, arguments).executeUpdate();
        } catch (SQLException e) {
            throw fault(e);
        }
    }

    <T> List<T> list(String sql, Row<T> row, Object... arguments) {
        try (ResultSet result = bound(sql, arguments).executeQuery()) {
            List<T> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(row.read(result));
            }
            return rows;
        } catch (SQLException e) {
            throw fault(e);
        }
    }

    <T> Optional<T> first(String sql, Row<T> row, Object... arguments) {
        try (ResultSet result = bound(sql, arguments).executeQuery()) {
            return result.next() ? Optional.ofNullable(row.read(result)) : Optional.empty();
        } catch (SQLException e) {
            throw fault(e);
        }
    }

    /** Reads rows one at a time, however many there are, into what the caller made for them. */
    <T> T fold(String sql, T into, Step<T> step, Object... arguments) {
        try (ResultSet result = bound(sql, arguments).executeQuery()) {
            while (result.next()) {
                step.add(into, result);
            }
            return into;
        } catch (SQLException e) {
            throw fault(e);
        }
    }

    /** Adds the row that a result stands at. */
    interface Step<T> {
        void add(T into, ResultSet row) throws SQLException;
    }

    private PreparedStatement bound(String sql, Object... arguments) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }

    void commit() {
        try {
            connection.commit();
        } catch (SQLException e) {
            throw fault(e);
        }
    }

    /** Of a damaged one nothing can be kept: it is moved aside, and an empty one takes its place. */
    void rollback() {
        try {
            if (damaged && file != null) {
                close();
                connection = connect(file.toString(), false);
                damaged = false;
            } else {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw fault(e);
        }
    }

    private IndexException fault(SQLException e) {
        damaged |= IndexException.isDamage(e);
        // The driver closes a statement that failed, and what is closed must not be used again.
        statements.values().forEach(Database::closeQuietly);
        statements.clear();
        return new IndexException(file == null ? "in memory" : file.toString(), e);
    }

    /** Notes, on the disk, that nothing is on its way there any more. */
    private void release() {
        if (damaged || file == null) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            connection.rollback();
            connection.setAutoCommit(true);
            statement.execute("PRAGMA synchronous = FULL");
            statement.executeUpdate("DELETE FROM note WHERE key = '" + IN_USE + "'");
        } catch (SQLException e) {
            // It stays in use for the next to open it, who asks only whether the machine is still the same.
            damaged |= IndexException.isDamage(e);
        }
    }

    private static void closeQuietly(Statement statement) {
        try {
            statement.close();
        } catch (SQLException e) {
            LOG.debug("closing a statement", e);
        }
    }

    boolean isDamaged() {
        return damaged;
    }

    /** Gives the file back; one that was found damaged while in use is moved aside, so that a restart helps. */
    @Override
    public void close() {
        try {
            statements.values().forEach(Database::closeQuietly);
            statements.clear();
            release();
            connection.close();
            if (damaged && file != null) {
                moveAside(file, new SQLException("it was found damaged while in use"));
            }
        } catch (SQLException e) {
            throw fault(e);
        } catch (IOException e) {
            LOG.warn("The damaged index {} could not be moved aside; remove it by hand", file, e);
        }
    }
}
