package io.bactrian.index;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The tables and statements of the index. SQLite compares text by its UTF-8 bytes, which is the order that directory
 * digests need. {@code '0'} is the byte after {@code '/'}, so everything below {@code a} has the directory {@code a} or
 * one between {@code a/} and {@code a0}. The table has row ids, because without them each index repeats the path and
 * filling it takes twice as long.
 */
final class Schema {
    /** Incremented with every change of the tables; an index of another version is rebuilt. */
    static final int VERSION = 3;

    /** Files larger than this are found by their whole digest, which is also the key of their chunks. */
    static final long LARGE = 65536;

    /** The directory of the root's row, which distinguishes it from the root's children. */
    static final String ABOVE_ROOT = "/";

    private static final String[] TABLES = {
        """
        CREATE TABLE entry (
          dir TEXT NOT NULL, name TEXT NOT NULL,
          kind INTEGER NOT NULL,     -- 'f', 'd' or 'l' as a byte
          mode INTEGER, modified INTEGER NOT NULL, size INTEGER,
          digest BLOB,               -- of a directory: of the tree, NULL if it is stale
          target TEXT, changed INTEGER NOT NULL, inode INTEGER NOT NULL,
          content INTEGER,           -- of a small file, but not of the smallest: how its digest begins
          UNIQUE (dir, name))""",
        "CREATE INDEX entry_inode ON entry (inode) WHERE inode <> -1",
        "CREATE INDEX entry_digest ON entry (digest) WHERE kind = 102 AND size > 65536",
        "CREATE INDEX entry_size ON entry (size) WHERE kind = 102 AND size > 65536",
        "CREATE INDEX entry_content ON entry (content) WHERE content IS NOT NULL",
        "CREATE INDEX entry_stale ON entry (dir, name) WHERE kind = 100 AND digest IS NULL",
        "CREATE TABLE chunks (number INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, list BLOB NOT NULL)",
        "CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        // With a trigger, a put need not ask whether the path was a directory.
        "CREATE TRIGGER entry_replaced AFTER UPDATE OF kind ON entry WHEN old.kind = 100 AND new.kind <> 100 BEGIN "
                + removeBelow() + " END",
        "PRAGMA user_version = " + VERSION};

    private static final String ROW = "kind, mode, modified, size, digest, target, changed, inode, dir, name";

    static final String PUT = "INSERT INTO entry (" + ROW + ", content) VALUES (?,?,?,?,?,?,?,?,?,?,?) "
            + "ON CONFLICT (dir, name) DO UPDATE SET kind = excluded.kind, mode = excluded.mode, "
            + "modified = excluded.modified, size = excluded.size, digest = excluded.digest, "
            + "target = excluded.target, changed = excluded.changed, inode = excluded.inode, "
            + "content = excluded.content";
    static final String FIND = "SELECT " + ROW + " FROM entry WHERE dir = ? AND name = ?";
    static final String CHILDREN = "SELECT " + ROW + " FROM entry WHERE dir = ? ORDER BY name";
    static final String BY_INODE = "SELECT " + ROW + " FROM entry WHERE inode = ? AND inode <> -1 ORDER BY dir, name";
    static final String BY_DIGEST = "SELECT " + ROW + " FROM entry WHERE digest = ? AND kind = 102 AND size > 65536 "
            + "AND size = ? LIMIT 1";
    static final String BY_SIZE = "SELECT 1 FROM entry WHERE size = ? AND kind = 102 AND size > 65536 LIMIT 1";
    static final String BY_CONTENT = "SELECT " + ROW + " FROM entry WHERE content = ? AND digest = ? AND size = ? LIMIT 1";
    static final String COUNT = "SELECT count(*) FROM entry";

    static final String COUNT_CHILDREN = "SELECT count(*) FROM entry WHERE dir = ?";
    static final String COUNT_DEEPER = "SELECT count(*) FROM entry WHERE dir > ? || '/' AND dir < ? || '0'";
    static final String DIRECTORIES = "SELECT " + ROW + " FROM entry WHERE kind = 100";

    static final String REMOVE = "DELETE FROM entry WHERE dir = ? AND name = ?";
    static final String REMOVE_CHILDREN = "DELETE FROM entry WHERE dir = ?";
    static final String BYTES = "SELECT (SELECT coalesce(sum(size), 0) FROM entry WHERE dir = ? AND name = ?) + "
            + "(SELECT coalesce(sum(size), 0) FROM entry WHERE dir = ?) + "
            + "(SELECT coalesce(sum(size), 0) FROM entry WHERE dir > ? || '/' AND dir < ? || '0')";
    static final String LONGEST = "SELECT max(length(CAST(dir AS BLOB)) + 1 + length(CAST(name AS BLOB))) FROM entry "
            + "WHERE dir = ? OR dir > ? || '/' AND dir < ? || '0'";
    static final String REMOVE_DEEPER = "DELETE FROM entry WHERE dir > ? || '/' AND dir < ? || '0'";
    static final String REMOVE_ALL = "DELETE FROM entry";

    static final String MOVE = "UPDATE entry SET dir = ?, name = ? WHERE dir = ? AND name = ?";
    static final String MOVE_CHILDREN = "UPDATE entry SET dir = ? WHERE dir = ?";
    static final String MOVE_DEEPER = "UPDATE entry SET dir = ? || substr(dir, length(?) + 1) "
            + "WHERE dir > ? || '/' AND dir < ? || '0'";

    static final String MAKE_STALE = "UPDATE entry SET digest = NULL "
            + "WHERE dir = ? AND name = ? AND kind = 100 AND digest IS NOT NULL";
    static final String STALE_CHILDREN = "SELECT name FROM entry INDEXED BY entry_stale "
            + "WHERE dir = ? AND kind = 100 AND digest IS NULL";
    static final String DIGEST = "SELECT digest FROM entry WHERE dir = ? AND name = ? AND kind = 100";
    static final String SET_DIGEST = "UPDATE entry SET digest = ? WHERE dir = ? AND name = ?";
    static final String DIRECTORY_DIGESTS = "SELECT name, digest FROM entry WHERE dir = ? AND kind = 100 ORDER BY name";

    static final String NOTE = "SELECT value FROM note WHERE key = ?";
    static final String PUT_NOTE = "INSERT OR REPLACE INTO note VALUES (?, ?)";

    static final String CHUNKS = "SELECT list FROM chunks WHERE digest = ?";
    static final String PUT_CHUNKS = "INSERT OR REPLACE INTO chunks (digest, list) VALUES (?, ?)";
    static final String LAST_CHUNKS = "SELECT max(number) FROM chunks";
    static final String REMOVE_UNHELD_CHUNKS = "DELETE FROM chunks WHERE number < ? AND NOT EXISTS (SELECT 1 FROM entry "
            + "WHERE entry.digest = chunks.digest AND kind = 102 AND size > 65536)";
    static final String REMOVE_OLD_CHUNKS = "DELETE FROM chunks WHERE number IN (SELECT number FROM (SELECT number, "
            + "sum(length(list)) OVER (ORDER BY number DESC) AS bytes FROM chunks) WHERE bytes > ?)";

    private Schema() {
    }

    private static String removeBelow() {
        String path = "iif(new.dir = '', new.name, new.dir || '/' || new.name)";
        return "DELETE FROM entry WHERE dir = " + path + "; DELETE FROM entry WHERE dir > " + path
                + " || '/' AND dir < " + path + " || '0';";
    }

    /**
     * Creates the tables in an empty database, and checks them in any other.
     *
     * @param thoroughly whether to read every page, as after a crash
     * @throws SQLException as for a damaged file if it belongs to another program or version
     */
    static void prepare(Connection connection, boolean thoroughly) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            long version = number(statement, "PRAGMA user_version");
            if (version == 0 && number(statement, "SELECT count(*) FROM sqlite_master") == 0) {
                for (String sql : TABLES) {
                    statement.execute(sql);
                }
            } else if (version != VERSION) {
                throw unusable("it has schema version " + version + ", not " + VERSION);
            } else if (thoroughly && number(statement, "SELECT count(*) FROM pragma_quick_check "
                    + "WHERE quick_check <> 'ok'") > 0) {
                throw unusable("its integrity check failed");
            }
        }
    }

    static SQLException unusable(String why) {
        return new SQLiteException(why, SQLiteErrorCode.SQLITE_CORRUPT);
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            return result.getLong(1);
        }
    }
}
