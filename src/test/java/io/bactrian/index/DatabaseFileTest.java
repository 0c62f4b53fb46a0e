package io.bactrian.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import io.bactrian.Tools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings of the database, most of which change nothing but what it costs. */
class DatabaseFileTest {
    @TempDir
    Path place;

    @Test
    void writes_to_the_disk_at_each_commit_only_if_durable() throws SQLException {
        assertThat(setting("synchronous", true)).as("FULL").isEqualTo("2");
        assertThat(setting("synchronous", false)).as("OFF").isEqualTo("0");
    }

    @Test
    void keeps_its_journal_file_so_that_a_full_disk_needs_no_inode_for_it() throws SQLException {
        assertThat(setting("journal_mode", true)).isEqualTo("truncate");
    }

    @Test
    void needs_no_other_file_and_has_32_mib_of_cache() throws SQLException {
        assertThat(setting("temp_store", false)).as("MEMORY").isEqualTo("2");
        assertThat(setting("cache_size", false)).as("in KiB").isEqualTo("-32768");
    }

    @Test
    void waits_ten_seconds_for_another_process() throws SQLException {
        assertThat(setting("busy_timeout", false)).isEqualTo("10000");
    }

    @Test
    void changes_belong_to_a_transaction_whether_durable_or_not() throws SQLException {
        for (boolean durable : new boolean[] {true, false}) {
            try (Connection connection = open(durable)) {
                assertThat(connection.getAutoCommit()).isFalse();
            }
        }
    }

    @Test
    void asks_for_no_generated_key_after_each_row() throws SQLException {
        try (Connection connection = open(false); Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO chunks (digest, list) VALUES (x'01', x'02')");

            assertThat(statement.getGeneratedKeys().next()).isFalse();
        }
    }

    @Test
    void keeps_no_file_open_that_it_does_not_trust() throws SQLException {
        try (Connection connection = open(true); Statement statement = connection.createStatement()) {
            connection.setAutoCommit(true);
            statement.execute("PRAGMA user_version = 999");
        }

        assertThatThrownBy(() -> open(true)).isInstanceOf(SQLException.class).hasMessageContaining("schema version 999");
        assertThat(Tools.openBelow(place)).isZero();
    }

    private String setting(String name, boolean durable) throws SQLException {
        try (Connection connection = open(durable); Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA " + name)) {
            return row.getString(1);
        }
    }

    private Connection open(boolean durable) throws SQLException {
        return DatabaseFile.connect(DatabaseFile.address(place.resolve("index.db")), false, durable);
    }
}
