package io.bactrian.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;

import io.bactrian.Disk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.bactrian.tree.Digest;

class QuotaProbeTest {
    private static final long BEYOND = 1L << 32;

    @TempDir
    Path place;

    @Test
    void probes_the_quota_only_after_a_failed_write_and_frees_the_space() throws IOException {
        try (Disk disk = new Disk(place)) {
            assumeThat(disk.isMounted()).as("mounting a file system needs root").isTrue();
            long usable = disk.root().toFile().getUsableSpace();
            Staging staging = new Staging(disk.root().resolve("staging"));
            staging.open(Digest.of(new byte[] {1}), 1);
            QuotaProbe quotaProbe = new QuotaProbe(staging);
            quotaProbe.require(BEYOND);

            quotaProbe.writeFailed();

            assertThatThrownBy(() -> quotaProbe.require(BEYOND)).isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("No space left on device").hasMessageNotContaining(place.toString());
            for (int again = 0; again < 3; again++) {
                quotaProbe.require(usable / 2);
            }
            quotaProbe.require(0);
            assertThat(disk.root().resolve("staging")).isDirectoryNotContaining("glob:**tmp-*");
            assertThat(disk.root().toFile().getUsableSpace()).isGreaterThan(usable * 3 / 4);
        }
    }

    @Test
    @Timeout(600)
    void takes_no_space_during_a_write() throws Exception {
        Staging staging = new Staging(place.resolve("staging"));
        staging.open(Digest.of(new byte[] {1}), 1);
        QuotaProbe quotaProbe = new QuotaProbe(staging);
        quotaProbe.writeFailed();
        FutureTask<Object> taking = new FutureTask<>(() -> {
            quotaProbe.require(1);
            return null;
        });
        Thread taker = new Thread(taking);
        quotaProbe.writing().lock();
        try {
            taker.start();
            await().atMost(Duration.ofSeconds(60)).until(() -> taker.getState() == Thread.State.WAITING);
        } finally {
            quotaProbe.writing().unlock();
        }
        taking.get();
    }
}
