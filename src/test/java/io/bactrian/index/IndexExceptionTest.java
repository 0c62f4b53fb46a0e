package io.bactrian.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

class IndexExceptionTest {
    @TempDir
    Path place;

    @ParameterizedTest
    @CsvSource({"SQLITE_FULL, free some space", "SQLITE_CORRUPT_INDEX, moved aside and rebuilt", "SQLITE_NOTADB, moved aside and rebuilt",
        "SQLITE_BUSY, stop that one", "SQLITE_BUSY_SNAPSHOT, stop that one", "SQLITE_LOCKED, stop that one",
        "SQLITE_READONLY, write access", "SQLITE_CANTOPEN_ISDIR, write access", "SQLITE_IOERR_READ, the system's log",
        "SQLITE_MISUSE, restart"})
    void names_the_file_the_reason_and_a_remedy(SQLiteErrorCode code, String remedy) {
        String file = place.resolve("index.db").toString();
        IndexException fault = new IndexException(file, new SQLiteException("SQLite's own words", code));

        assertThat(fault).hasMessageStartingWith("The index " + file).hasMessageContaining(remedy).hasMessageContaining("SQLite's own words");
        assertThat(fault.remedy()).contains(remedy).doesNotContain(file);
        assertThat(IndexException.isDamage(new SQLiteException("", code))).isEqualTo(remedy.contains("moved aside"));
    }
}
