package io.bactrian.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index's SQLite file: one connection, cached prepared statements, and one transaction from commit to commit. Not
 * thread-safe; {@link Index} holds the lock.
 */
final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Index.class);

    /** Null for an in-memory database, which has no file to move. */
    private final Path file;
    private final boolean durable;
    private Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private SQLException fault;
    private boolean damaged;

    /** Converts the current row of a result to a value. */
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private Database(Path file, Connection connection, boolean durable) {
        this.file = file;
        this.durable = durable;
        this.connection = connection;
    }

    static Database inMemory() {
        try {
            return new Database(null, DatabaseFile.connect(":memory:", false, false), false);
        } catch (SQLException e) {
            throw new IndexException("in memory", e);
        }
    }

    static Database open(Path file, boolean durable) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
        }
        try {
            return new Database(file, DatabaseFile.connect(DatabaseFile.address(file), DatabaseFile.crashed(file), durable), durable);
        } catch (SQLException e) {
            if (!IndexException.isDamage(e)) {
                throw new IOException(IndexException.explain(file.toString(), e), e);
            }
            DatabaseFile.moveAside(file, e);
        }
        try {
            return new Database(file, DatabaseFile.connect(DatabaseFile.address(file), false, durable), durable);
        } catch (SQLException e) {
            throw new IOException(IndexException.explain(file.toString(), e), e);
        }
    }

    /** Runs a statement that changes rows. Returns their number, without those changed by triggers. */
    int change(String sql, Object... arguments) {
        try {
            return bound(sql, arguments).executeUpdate();
        } catch (SQLException e) {
            throw fault(e);
        }
    }

    <T> List<T> list(String sql, Row<T> row, Object... arguments) {
        return fold(sql, new ArrayList<>(), (rows, result) -> rows.add(row.read(result)), arguments);
    }

    <T> Optional<T> first(String sql, Row<T> row, Object... arguments) {
        try (ResultSet result = bound(sql, arguments).executeQuery()) {
            return result.next() ? Optional.ofNullable(row.read(result)) : Optional.empty();
        } catch (SQLException e) {
            throw fault(e);
        }
    }

    /** Reads rows one at a time, however many there are, into an accumulator. */
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

    /** Adds the current row of a result. */
    interface Step<T> {
        void add(T into, ResultSet row) throws SQLException;
    }

    /**
     * After an error, such as a full disk, SQLite may have rolled back the transaction; later changes would then be
     * committed without the earlier ones. So everything fails until a rollback.
     */
    private void check() throws SQLException {
        if (fault != null) {
            throw fault;
        }
    }

    private PreparedStatement bound(String sql, Object... arguments) throws SQLException {
        check();
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
            check();
            connection.commit();
        } catch (SQLException e) {
            throw fault(e);
        }
    }

    /** Rolls back. A damaged database is moved aside and replaced by an empty one. */
    void rollback() {
        try {
            if (fault != null && file != null) {
                close();
                connection = DatabaseFile.connect(DatabaseFile.address(file), false, durable);
            } else {
                connection.rollback();
            }
            fault = null;
        } catch (SQLException e) {
            throw fault(e);
        }
    }

    private IndexException fault(SQLException e) {
        damaged |= IndexException.isDamage(e);
        fault = e;
        // The driver closes a statement that failed, so it must not be used again; the others close with the connection.
        statements.clear();
        return new IndexException(file == null ? "in memory" : file.toString(), e);
    }

    /** Records durably that the database was closed cleanly. */
    private void release() {
        if (fault != null || file == null) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            connection.setAutoCommit(true);
            statement.execute("PRAGMA synchronous = FULL");
            statement.executeUpdate("DELETE FROM note WHERE key = '" + DatabaseFile.IN_USE + "'");
        } catch (SQLException e) {
            // The mark stays, so the next open only checks whether the machine has restarted.
            damaged |= IndexException.isDamage(e);
        }
    }

    boolean isFaulty() {
        return fault != null;
    }

    /** Closes the file. A database that was found damaged while in use is moved aside, so that a restart helps. */
    @Override
    public void close() {
        try {
            release();
            connection.close();
            if (damaged && file != null) {
                damaged = false;
                DatabaseFile.moveAside(file, new SQLException("damage was found while it was in use"));
            }
        } catch (SQLException e) {
            throw fault(e);
        } catch (IOException e) {
            LOG.warn("The damaged index {} could not be moved aside; remove it by hand", file, e);
        }
    }
}
