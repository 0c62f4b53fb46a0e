package io.bactrian.index;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;

import io.bactrian.content.WriteProbe;
import org.sqlite.SQLiteErrorCode;

/**
 * The index's file could not be read or written. The message names the file and a remedy. Uncommitted changes are in
 * doubt: roll back before going on.
 */
public final class IndexException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String remedy;

    IndexException(String file, SQLException cause) {
        this(file, cause, remedy(file, cause));
    }

    private IndexException(String file, SQLException cause, String remedy) {
        super(explain(file, cause, remedy), cause);
        this.remedy = remedy;
    }

    /** Reason and remedy, without the name of the file. */
    public String remedy() {
        return remedy;
    }

    static String explain(String file, SQLException cause) {
        return explain(file, cause, remedy(file, cause));
    }

    private static String explain(String file, SQLException cause, String remedy) {
        return "The index " + file + " is unusable; " + remedy + " (" + cause.getMessage() + ")";
    }

    private static String remedy(String file, SQLException cause) {
        return switch (code(cause)) {
            case SQLITE_FULL -> "the disk is full: free some space";
            case SQLITE_CORRUPT, SQLITE_NOTADB -> "it is damaged and will be moved aside and rebuilt";
            case SQLITE_BUSY, SQLITE_LOCKED -> "another process uses it: stop that one";
            case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH, SQLITE_CANTOPEN -> hindrance(file).orElse(
                "it cannot be opened for writing: give this user write access to it and to its directory");
            case SQLITE_IOERR -> hindrance(file).orElse("the disk failed or is full: see the system's log");
            default -> "restart; if that does not help, remove the file and it is rebuilt";
        };
    }

    /** Probes the directory, because SQLite's errors are too general to suggest a remedy. */
    private static Optional<String> hindrance(String file) {
        return WriteProbe.hindrance(Path.of(file).toAbsolutePath().getParent()).map(WriteProbe::remedy);
    }

    static boolean isDamage(SQLException cause) {
        SQLiteErrorCode code = code(cause);
        return code == SQLiteErrorCode.SQLITE_CORRUPT || code == SQLiteErrorCode.SQLITE_NOTADB;
    }

    /** SQLite's primary result code: the low byte of the extended code. */
    private static SQLiteErrorCode code(SQLException cause) {
        return SQLiteErrorCode.getErrorCode(cause.getErrorCode() & 0xff);
    }
}
