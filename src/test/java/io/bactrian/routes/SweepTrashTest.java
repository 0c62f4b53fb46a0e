package io.bactrian.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.bactrian.mirror.Mirror;
import io.bactrian.target.Mirrors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The route {@code sweep-trash} alone. */
class SweepTrashTest {
    @TempDir
    Path place;

    private Path trashOf(String time) throws IOException {
        Path old = Files.createDirectories(place.resolve("target/.bactrian/trash/" + time));
        return Files.writeString(old.resolve("f"), "12345");
    }

    private Mirror swept(String keep) throws IOException {
        try (RouteBench routes = RouteBench.target(place, "bactrian.target.default.trash=" + keep).only("sweep-trash").start()) {
            routes.template().sendBody("direct:sweep-trash", "");
            return routes.bean("mirrors", Mirrors.class).find("default").orElseThrow();
        }
    }

    @Test
    void sweep_trash_discards_what_was_kept_for_long_enough_and_counts_the_rest() throws IOException {
        Path old = trashOf("2001-01-01T00-00-00Z");
        Path kept = trashOf("2999-01-01T00-00-00Z-1");

        Mirror mirror = swept("7d");

        assertThat(old).doesNotExist();
        assertThat(kept).exists();
        assertThat(mirror.replica().trash().count()).hasValueSatisfying(count -> assertThat(count.bytes()).isEqualTo(5));
    }

    @Test
    void sweep_trash_leaves_what_there_is_where_none_is_wanted_any_more() throws IOException {
        Path old = trashOf("2001-01-01T00-00-00Z");

        swept("0");

        assertThat(old).exists();
    }
}
