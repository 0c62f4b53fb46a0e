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
import java.util.Map;
import java.util.stream.Stream;

import io.bactrian.change.RemovalLimit;
import io.bactrian.content.Staging;
import io.bactrian.index.Index;
import io.bactrian.replica.Replica;
import io.bactrian.replica.Workbench;
import io.bactrian.settings.Property;
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
        replica = new Replica(TargetSettings.of("test", root, Map.of(Property.TARGET_GUARD, "off", Property.TARGET_TRASH, "7d",
                Property.TARGET_FSYNC, "none")), index, staging);
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
    void keeps_removed_and_replaced_files() throws Exception {
        Workbench.apply(replica, remove("d"), file("g", "two again"), link("l", "h"));

        assertThat(trash()).containsExactly("d/f=one", "g=two", "l=g");
        assertThat(root.resolve("g")).hasContent("two again");
        assertThat(root.resolve("d")).doesNotExist();
        replica.scan();
        assertThat(index.count()).as("entries, none of them trash").isEqualTo(5);
    }

    @Test
    void keeps_files_replaced_by_a_move_or_another_type() throws Exception {
        Workbench.apply(replica, move("h", "g"), file("d", "a file now"), dir("l"));

        assertThat(trash()).containsExactly("d/f=one", "g=two", "l=g");
    }

    @Test
    void keeps_nothing_for_moves_new_modes_and_new_files() throws Exception {
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
    void does_not_follow_a_link_that_it_keeps(@TempDir Path outside) throws Exception {
        Workbench.apply(replica, link("door", outside.toString()), remove("door"), dir("door"), file("door/f", "x"), remove("door/f"),
                remove("door"));

        assertThat(outside).isEmptyDirectory();
        assertThat(trash()).contains("door=" + outside, "door/f=x");
    }

    @Test
    void keeps_files_of_a_directory_without_owner_access() throws Exception {
        Workbench.apply(replica, dir("closed", 0700, 1), file("closed/f", "x"), dir("closed", 0, 1));

        Workbench.apply(replica, remove("closed"), dir("closed"), file("closed/f", "y"), remove("closed"));

        assertThat(trash()).containsExactly("closed/f=x", "closed/f=y");
    }

    @Test
    void is_not_accessible_to_others() throws Exception {
        Workbench.apply(replica, remove("g"));

        try (Stream<Path> times = Files.list(root.resolve(".bactrian/trash"))) {
            assertThat(times).allSatisfy(time -> assertThat(Files.getPosixFilePermissions(time)).hasSize(3));
        }
    }

    @Test
    void deletes_expired_entries_and_the_oldest_on_a_full_disk() throws Exception {
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
    void does_not_exist_unless_configured() throws Exception {
        try (Workbench bench = new Workbench(Files.createDirectory(place.resolve("other")))) {
            bench.apply(file("g", "two"), file("g", "three"), remove("g"));

            assertThat(bench.at(".bactrian/trash")).doesNotExist();
        }
    }
}
