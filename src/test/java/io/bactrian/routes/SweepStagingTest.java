package io.bactrian.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.bactrian.tree.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepStagingTest {
    private static final String UPLOAD = Digest.EMPTY + "-";

    @TempDir
    Path place;

    @Test
    void unfinished_uploads_expire() throws IOException {
        Path staging = Files.createDirectories(place.resolve("target/.bactrian/staging"));
        Files.writeString(staging.resolve(UPLOAD + 5), "12345");
        Files.createFile(staging.resolve(UPLOAD + 5 + ".ranges"));
        // Its process ended before it had made the record.
        Files.createFile(staging.resolve(UPLOAD + 6));
        try (RouteBench routes = RouteBench.target(place, "bactrian.staging.keep=1s").start()) {
            RouteBench.await().untilAsserted(() -> assertThat(staging).isEmptyDirectory());
        }
    }
}
