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

/** Opens the file of an index, if it is to be believed, and takes one that is not out of the way. */
final class DatabaseFile {
    /** Notes which start of the machine the index is in use under; absent when it was closed in an orderly way. */
    static final String IN_USE = "in-use";

    private static final Logger LOG = LoggerFactory.getLogger(Index.class);
    private static final int BUSY_MILLISECONDS = 10_000;
    private static final int CACHE_KIBIBYTES = 32 * 1024;
    private static final String BOOT = boot();
    /** Noted instead of the machine's start by those who wait for the disk: a power cut takes nothing from them. */
    private static final String ANY = "any";

    private DatabaseFile() {
    }

    /** SQLite empties its journal at the end of a transaction, or, in an older version, removes it. */
    static boolean crashed(Path file) {
        return beside(file, "-journal").toFile().length() > 0;
    }

    /**
     * What SQLite has handed to the operating system outlasts a crash of the process, and that is enough to go on
     * from. It need not outlast a power cut, so that an index that was open then is not believed: waiting for the
     * disk at every commit would cost more than reading the tree once more after that. Who waits for the disk
     * anyway, to answer for what is on it, waits for the index as well and finds it again.
     */
    private static void mark(Connection connection, boolean durable) throws SQLException {
        String wanted = durable ? ANY : BOOT;
        boolean less = false;
        try (PreparedStatement read = connection.prepareStatement(Schema.NOTE)) {
            read.setString(1, IN_USE);
            try (ResultSet row = read.executeQuery()) {
                if (row.next()) {
                    String found = row.getString(1);
                    if (!found.equals(BOOT) && !found.equals(ANY)) {
                        throw Schema.unusable("the machine stopped while it was in use");
                    }
                    if (found.equals(wanted)) {
                        // A full disk has no room to note it once more.
                        return;
                    }
                    less = found.equals(ANY);
                }
            }
        }
        if (less) {
            // That nobody waits any more has to be on the disk before the first thing that is not.
            synchronous(connection, "FULL");
        }
        try (PreparedStatement write = connection.prepareStatement(Schema.PUT_NOTE)) {
            write.setString(1, IN_USE);
            write.setString(2, wanted);
            write.executeUpdate();
        }
        connection.commit();
        if (less) {
            synchronous(connection, "OFF");
        }
    }

    private static void synchronous(Connection connection, String how) throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA synchronous = " + how);
        }
        connection.setAutoCommit(false);
    }

    /** Names this start of the machine; unlike any other if the system has no name for it. */
    private static String boot() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            return UUID.randomUUID().toString();
        }
    }

    /** The driver takes what follows a question mark in a plain path for settings; SQLite itself reads this one. */
    static String address(Path file) {
        return "file:" + file.toUri().getRawPath();
    }

    /** @param durable whether each commit waits for the disk */
    static Connection connect(String name, boolean check, boolean durable) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        // The journal stays, so that a disk on which no file can be made any more does not end all writing.
        config.setJournalMode(SQLiteConfig.JournalMode.TRUNCATE);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setSynchronous(durable ? SQLiteConfig.SynchronousMode.FULL : SQLiteConfig.SynchronousMode.OFF);
        config.setBusyTimeout(BUSY_MILLISECONDS);
        // Nobody asks for them, and each would be a statement of its own after every row.
        config.setGetGeneratedKeys(false);
        config.setCacheSize(-CACHE_KIBIBYTES);
        Connection connection = config.createConnection("jdbc:sqlite:" + name);
        try {
            connection.setAutoCommit(false);
            Schema.prepare(connection, check);
            mark(connection, durable);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** A damaged one is kept for whoever wants to look at it, unless its place is needed: on a full disk for the new one. */
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
        LOG.warn("The index {} cannot be used ({}). It was {} and an empty one takes its place: every file is read and compared"
                + " once more, nothing is lost", file, why.getMessage(),
                keeps ? "moved to " + kept : "removed, for there is no room to keep it,");
    }

    private static Path beside(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }
}
