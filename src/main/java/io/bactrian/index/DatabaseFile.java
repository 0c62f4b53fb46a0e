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
import java.util.List;
import java.util.UUID;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;

/** Opens the file of an index if it is trustworthy; otherwise moves it aside. */
final class DatabaseFile {
    /** The note with the boot id under which the index is in use; absent after a clean close. */
    static final String IN_USE = "in-use";

    private static final Logger LOG = LoggerFactory.getLogger(Index.class);
    private static final int BUSY_MILLISECONDS = 10_000;
    private static final int CACHE_KIBIBYTES = 32 * 1024;
    private static final String BOOT = boot();
    /** Used instead of a boot id by a durable index, which a power cut cannot damage. */
    private static final String ANY = "any";

    private DatabaseFile() {
    }

    /** SQLite truncates its journal at the end of a transaction; older versions removed it. */
    static boolean crashed(Path file) {
        return beside(file, "-journal").toFile().length() > 0;
    }

    /**
     * Marks the index as in use. What SQLite has written survives a crash of the process, but without fsync not a power
     * cut, so an index that was open during one is not trusted: an fsync at each commit would cost more than reading
     * the tree again. A durable index syncs at each commit, because its batches are synced anyway, and is trusted
     * afterwards. The mark itself is synced in any case, since it must be on the disk before the first commit without.
     */
    private static void mark(Connection connection, boolean durable) throws SQLException {
        String wanted = durable ? ANY : BOOT;
        try (PreparedStatement read = connection.prepareStatement(Schema.NOTE)) {
            read.setString(1, IN_USE);
            try (ResultSet row = read.executeQuery()) {
                if (row.next()) {
                    String found = row.getString(1);
                    if (!found.equals(BOOT) && !found.equals(ANY)) {
                        throw Schema.unusable("the machine crashed while it was in use");
                    }
                    if (found.equals(wanted)) {
                        // A full disk has no space to write it again.
                        return;
                    }
                }
            }
        }
        try (PreparedStatement write = connection.prepareStatement(Schema.PUT_NOTE)) {
            write.setString(1, IN_USE);
            write.setString(2, wanted);
            write.executeUpdate();
        }
        connection.commit();
    }

    private static void stopSyncing(Connection connection) throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA synchronous = OFF");
        }
        connection.setAutoCommit(false);
    }

    /** An id of this boot of the machine; unique if the system provides none. */
    private static String boot() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            return UUID.randomUUID().toString();
        }
    }

    /** The driver parses a question mark in a plain path as the start of settings, so the path is passed as a URI. */
    static String address(Path file) {
        return "file:" + file.toUri().getRawPath();
    }

    /** @param durable whether each commit is synced to the disk */
    static Connection connect(String name, boolean check, boolean durable) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        // The journal file is kept, so that a disk without free inodes does not prevent writing.
        config.setJournalMode(SQLiteConfig.JournalMode.TRUNCATE);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_MILLISECONDS);
        // Unused, and would cost an extra statement after every row.
        config.setGetGeneratedKeys(false);
        config.setCacheSize(-CACHE_KIBIBYTES);
        Connection connection = config.createConnection("jdbc:sqlite:" + name);
        try {
            connection.setAutoCommit(false);
            Schema.prepare(connection, check);
            mark(connection, durable);
            if (!durable) {
                stopSyncing(connection);
            }
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Keeps a damaged file for inspection, unless its space is needed for the new one on a full disk. */
    static void moveAside(Path file, SQLException why) throws IOException {
        Path kept = beside(file, ".damaged");
        boolean keeps = file.toFile().getUsableSpace() >= file.toFile().length();
        for (String part : List.of("", "-journal")) {
            Path to = beside(kept, part);
            Files.deleteIfExists(to);
            if (!keeps) {
                Files.deleteIfExists(beside(file, part));
            } else if (Files.exists(beside(file, part))) {
                Files.move(beside(file, part), to, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        LOG.warn("The index {} is unusable ({}). It was {} and replaced by an empty one: every file is read and compared"
                + " again, no data is lost", file, why.getMessage(),
                keeps ? "moved to " + kept : "removed, because there is no space to keep it,");
    }

    private static Path beside(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }
}
