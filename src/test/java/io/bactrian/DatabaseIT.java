package io.bactrian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bactrian.wire.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directory of a PostgreSQL server that is used all the while. */
class DatabaseIT {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseIT.class);
    private static final int COPIES = 4;
    private static final String BIGGEST = "select pg_relation_filepath('pgbench_accounts')";

    @RegisterExtension
    final Processes processes = Processes.withMuchToDo();
    @TempDir
    Path place;
    private Path source;
    private Path target;

    @BeforeEach
    void a_server_is_installed() throws IOException {
        assumeTrue(Postgres.isInstalled(), "PostgreSQL (pgbench and a server) is not installed");
        assumeTrue(Tools.hasRsync(), "rsync is not installed: no referee");
        Tools.run("chmod", "755", place.toString());
        source = place.resolve("source");
        target = place.resolve("target");
    }

    @Test
    void a_database_in_use_costs_its_changes_and_starts_from_the_copy() throws Exception {
        String rows;
        Running mirror;
        try (Postgres server = new Postgres(source, place.resolve("s"))) {
            server.client("pgbench", "-i", "-q", "-s", "10", "postgres");
            server.ask("checkpoint");
            Path accounts = target.resolve(server.ask(BIGGEST));
            mirror = processes.start("mirror", "--set", "bactrian.source.default.unsettled=2s", source, target).awaitInStep();
            long sent = mirror.link().wire().plain();
            String logged = server.ask("select pg_current_wal_lsn()");

            Process users = server.begin("pgbench", "-n", "-R", "50", "-c", "4", "-T", "300", "postgres");
            try {
                Set<String> copies = new HashSet<>();
                await("copies of the largest file").atMost(Running.PATIENCE.multipliedBy(2)).pollInterval(Duration.ofMillis(200))
                        .until(() -> {
                            needsNoAttention(mirror);
                            assertThat(users.isAlive()).as("pgbench runs").isTrue();
                            copies.add(Tools.identity(accounts));
                            return copies.size() > COPIES;
                        });
            } finally {
                users.destroy();
                users.waitFor();
            }

            rows = server.ask("select count(*) from pgbench_history");
            long changed = Long.parseLong(server.ask("select pg_current_wal_lsn() - '" + logged + "'"));
            sent = mirror.link().wire().plain() - sent;
            LOG.info("{} bytes sent, {} of them for nothing, for {} bytes in the log", sent, mirror.link().written().wasted(),
                    changed);
            // The log has each page that was touched; it is there, and the page, and what lies in one chunk with them.
            assertThat(sent).as("bytes sent for " + changed + " in the log").isLessThan(8 * changed);
        }

        awaitSame();
        mirror.awaitInStep();
        needsNoAttention(mirror);
        Tools.awaitNothingStaged(target);
        mirror.stop();
        Tools.run("rm", "-r", target.resolve(".bactrian").toString());
        try (Postgres copy = new Postgres(target, place.resolve("t"))) {
            assertThat(copy.ask("select count(*) from pgbench_history")).as("rows in the copy").isEqualTo(rows).isNotEqualTo("0");
            copy.client("pg_amcheck", "--install-missing", "--heapallindexed", "postgres");
        }
    }

    /** As rsync sees it, but for the owner: the server has another than the mirror. */
    private void awaitSame() {
        await("the same").atMost(Running.PATIENCE).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> assertThat(
                Tools.run("rsync", "-rlptnci", "--delete", "--exclude=/.bactrian", source + "/", target + "/"))
                .as("what rsync would still do").isEmpty());
    }

    private void needsNoAttention(Running mirror) throws IOException {
        Status status = mirror.status();
        assertThat(status.healthy()).as(status.sources().get(0).unhealthy() + " " + status.targets().get(0).unhealthy()).isTrue();
        assertThat(status.targets().get(0).errors().getOrDefault("digest-mismatch", 0L)).as("digest mismatches").isZero();
        // The largest file has 128 MiB: it is there no more than once.
        assertThat(status.targets().get(0).staging()).as("bytes in the staging").isLessThan(250L << 20);
    }
}
