package io.bactrian.index;

import java.sql.SQLException;

import org.sqlite.SQLiteErrorCode;

/**
 * The index's file could not be read or written. The message names the file and what to do. What was not
 * committed is in doubt: roll back before going on.
 */
public final class IndexException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String remedy;

    IndexException(String file, SQLException cause) {
        super(explain(file, cause), cause);
        this.remedy = remedy(cause);
    }

    /** What is wrong and what to do, without naming the file. */
    public String remedy() {
        return remedy;
    }

    static String explain(String file, SQLException cause) {
        return "The index " + file + " cannot be used; " + remedy(cause) + " (" + cause.getMessage() + ")";
    }

    private static String remedy(SQLException cause) {
        return switch (code(cause)) {
            case SQLITE_FULL -> "the disk is full: free some space";
            case SQLITE_CORRUPT, SQLITE_NOTADB -> "it is damaged: it is moved aside and made anew";
            case SQLITE_BUSY, SQLITE_LOCKED -> "another process uses it: stop that one";
            case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH ->
                "it cannot be written: give this user write access to it and to its directory";
            case SQLITE_CANTOPEN -> "it cannot be opened: free some space or files if the disk or a quota is full, raise the limit of "
                    + "open files, or give this user write access to it and to its directory";
            case SQLITE_IOERR -> "the disk failed or is full: see the system's log";
            default -> "restart; if it stays, remove the file, and it is made anew";
        };
    }

    static boolean isDamage(SQLException cause) {
        SQLiteErrorCode code = code(cause);
        return code == SQLiteErrorCode.SQLITE_CORRUPT || code == SQLiteErrorCode.SQLITE_NOTADB;
    }

    /** SQLite's primary result code: the low byte, whatever more exact code the driver was given. */
    private static SQLiteErrorCode code(SQLException cause) {
        return SQLiteErrorCode.getErrorCode(cause.getErrorCode() & 0xff);
    }
}
