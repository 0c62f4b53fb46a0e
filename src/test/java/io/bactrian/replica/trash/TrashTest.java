package io.bactrian.replica.trash;

import static io.bactrian.replica.Workbench.dir;
import static io.bactrian.replica.Workbench.file;
import static io.bactrian.replica.Workbench.link;
import static io.bactrian.replica.Workbench.move;
import static io.bactrian.replica.Workbench.remove;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;

import io.bactrian.change.Guard;
import io.bactrian.content.Staging;
import io.bactrian.index.Index;
import io.bactrian.replica.Replica;
import io.bactrian.replica.Workbench;
import io.bactrian.settings.Fsync;
import io.bactrian.settings.TargetLimits;
import io.bactrian.settings.TargetSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrashTest {
    @TempDir
    Path place;
    private Path root;
    private final Index index = Index.inMemory();
    private Replica replica;

    @BeforeEach
    void a_replica_with_trash() throws Exception {
        root = place.toRealPath();
        Staging staging = new Staging(root.resolve(".bactrian/staging"));
        replica = new Replica(new TargetSettings("test", root, false, true, TargetLimits.NONE, Guard.OFF, Duration.ofDays(7),
                Duration.ZERO, Fsync.NONE), index, staging);
        replica.scan();
        Workbench.apply(replica, dir("d"), file("d/f", "one"), file("g", "two"), link("l", "g"), dir("closed", 0500, 1), file("h", "three"));
    }

    @AfterEach
    void close() {
        index.close();
    }

    /** All files and links in the trash, without the times. */
    private List<String> trash() throws IOException {
        Path trash = root.resolve(".bactrian/trash");
        if (!Files.exists(trash)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(trash)) {
            return all.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)).map(path -> {
                Path under = trash.relativize(path);
                try {
                    return under.subpath(1, under.getNameCount()) + "=" + (Files.isSymbolicLink(path)
                            ? Files.readSymbolicLink(path) : Files.readString(path));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }).sorted().toList();
        }
    }

    @Test
    void keeps_what_is_removed_and_what_is_replaced() throws Exception {
        Workbench.apply(replica, remove("d"), file("g", "two again"), link("l", "h"));

        assertThat(trash()).containsExactly("d/f=one", "g=two", "l=g");
        assertThat(root.resolve("g")).hasContent("two again");
        assertThat(root.resolve("d")).doesNotExist();
        replica.scan();
        assertThat(index.count()).as("entries, none of them trash").isEqualTo(5);
    }

    @Test
    void keeps_what_a_move_or_something_of_another_type_replaces() throws Exception {
        Workbench.apply(replica, move("h", "g"), file("d", "a file now"), dir("l"));

        assertThat(trash()).containsExactly("d/f=one", "g=two", "l=g");
    }

    @Test
    void keeps_nothing_of_what_only_moves_or_gets_another_mode_or_comes() throws Exception {
        Workbench.apply(replica, move("d", "e"), file("g", "two", 0600, 5), file("new", "n"), dir("e", 0700, 3));

        assertThat(trash()).isEmpty();
    }

    @Test
    void keeps_every_version_of_a_path() throws Exception {
        for (int i = 0; i < 5; i++) {
            Workbench.apply(replica, file("g", "version " + i));
        }
        Workbench.apply(replica, remove("g"));

        assertThat(trash()).hasSize(6).contains("g=two", "g=version 0", "g=version 4");
    }

    @Test
    void follows_no_link_that_it_keeps(@TempDir Path outside) throws Exception {
        Workbench.apply(replica, link("door", outside.toString()), remove("door"), dir("door"), file("door/f", "x"), remove("door/f"),
                remove("door"));

        assertThat(outside).isEmptyDirectory();
        assertThat(trash()).contains("door=" + outside, "door/f=x");
    }

    @Test
    void keeps_what_was_in_a_directory_that_is_closed_to_its_owner() throws Exception {
        Workbench.apply(replica, dir("closed", 0700, 1), file("closed/f", "x"), dir("closed", 0, 1));

        Workbench.apply(replica, remove("closed"), dir("closed"), file("closed/f", "y"), remove("closed"));

        assertThat(trash()).containsExactly("closed/f=x", "closed/f=y");
    }

    @Test
    void is_seen_by_nobody_else() throws Exception {
        Workbench.apply(replica, remove("g"));

        try (Stream<Path> times = Files.list(root.resolve(".bactrian/trash"))) {
            assertThat(times).allSatisfy(time -> assertThat(Files.getPosixFilePermissions(time)).hasSize(3));
        }
    }

    @Test
    void goes_when_its_time_is_over_and_the_oldest_first_when_the_disk_is_full() throws Exception {
        Ticking clock = new Ticking();
        Trash trash = new Trash(root.resolve(".bactrian/trash"), Duration.ofDays(7), clock);
        for (String name : List.of("g", "h", "l")) {
            assertThat(trash.take(name, root.resolve(name))).isTrue();
            clock.now = clock.now.plus(Duration.ofDays(3));
        }
        Files.createDirectory(root.resolve(".bactrian/trash/mine"));
        trash.recount();
        assertThat(trash.count()).contains(new Trash.Count(3, 8, Instant.parse("2026-11-01T00:00:00Z")));

        trash.sweep();
        assertThat(trash()).containsExactly("h=three", "l=g");
        assertThat(trash.dropOldest()).isTrue();
        assertThat(trash()).containsExactly("l=g");
        clock.now = clock.now.plus(Duration.ofDays(30));
        trash.sweep();
        assertThat(trash()).isEmpty();
        assertThat(trash.dropOldest()).isFalse();
        assertThat(root.resolve(".bactrian/trash/mine")).exists();
    }

    private static final class Ticking extends Clock {
        private Instant now = Instant.parse("2026-11-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void there_is_none_unless_it_is_wanted() throws Exception {
        try (Workbench bench = new Workbench(Files.createDirectory(place.resolve("other")))) {
            bench.apply(file("g", "two"), file("g", "three"), remove("g"));

            assertThat(bench.at(".bactrian/trash")).doesNotExist();
        }
    }
}
