package io.bactrian.replica.trash;

import static io.bactrian.TreeAssert.assertThatTree;
import static io.bactrian.replica.Workbench.dir;
import static io.bactrian.replica.Workbench.file;
import static io.bactrian.replica.Workbench.remove;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.bactrian.TreeSnapshot;
import io.bactrian.change.Change;
import io.bactrian.change.RemovalLimit;
import io.bactrian.replica.Replica;
import io.bactrian.replica.Workbench;
import io.bactrian.replica.write.ChangeFailedException;
import io.bactrian.settings.Property;
import io.bactrian.settings.TargetSettings;
import io.bactrian.tree.DirectoryHandle;
import io.bactrian.tree.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A local user replaces the trash, or a part of it, by a link, which is not followed. */
class TrashPlaceTest {
    private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

    @TempDir
    Path base;
    private Path root;
    private Path outside;
    private Path own;
    private Replica replica;
    private TreeSnapshot before;

    @BeforeEach
    void a_replica_with_trash_and_something_outside_that_looks_the_same() throws Exception {
        root = Files.createDirectory(base.toRealPath().resolve("root"));
        own = root.resolve(".bactrian");
        outside = base.toRealPath().resolve("outside");
        // Old enough to be deleted.
        for (String time : new String[] {"2001-01-01T00-00-00Z", "trash/2001-01-01T00-00-00Z"}) {
            Files.createDirectories(outside.resolve(time).resolve("d"));
            Files.writeString(outside.resolve(time).resolve("d/f"), "secret");
        }
        Files.writeString(outside.resolve("lock"), "");
        replica = Replica.open(TargetSettings.of("test", root, Map.of(Property.TARGET_GUARD, "off", Property.TARGET_TRASH, "7d",
                Property.TARGET_FSYNC, "none")), 1);
        replica.scan();
        Workbench.apply(replica, dir("d"), file("d/f", "one"), file("d/g", "two"), file("h", "three"), dir("e"), file("e/f", "four"));
        before = TreeSnapshot.of(outside);
    }

    @AfterEach
    void close() throws Exception {
        replica.close();
        assertThatTree(outside).equalsTree(before);
    }

    private void replaceByLink(Path place, Path target) throws IOException {
        Files.move(place, base.resolve("aside"));
        Files.createSymbolicLink(place, target);
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void a_link_in_place_of_the_own_folder_does_not_lead_outside() throws Exception {
        try (DirectoryHandle held = DirectoryHandle.of(root)) {
            assumeTrue(held.isOpen(), "directories cannot be held open here");
        }
        Workbench.apply(replica, remove("d/f"));
        replaceByLink(own, outside);

        // Not with a batch: the index notices that its file was moved, and refuses.
        assertThat(replica.trash().take("d", root.resolve("d"))).isTrue();
        assertThat(replica.trash().keep("h", root.resolve("h"), Stat.of(root.resolve("h")).orElseThrow())).isTrue();
        replica.trash().recount();
        assertThat(replica.trash().count().orElseThrow().files()).isEqualTo(3);
        assertThat(names(base.resolve("aside/trash"))).isNotEmpty();
        replica.trash().sweep();
        while (replica.trash().dropOldest()) {
            assertThatTree(outside).equalsTree(before);
        }

        assertThat(root.resolve("d")).doesNotExist();
        assertThat(names(base.resolve("aside/trash"))).isEmpty();
    }

    @Test
    void a_link_in_place_of_the_trash_prevents_removals() throws Exception {
        Files.createSymbolicLink(own.resolve("trash"), outside);

        for (Change change : new Change[] {remove("d/f"), remove("d"), file("h", "another")}) {
            assertThatThrownBy(() -> Workbench.apply(replica, change)).isInstanceOf(ChangeFailedException.class)
                    .hasMessageContaining(".bactrian/trash is not a directory").hasMessageNotContaining(base.toString());
        }
        replica.trash().recount();
        assertThat(replica.trash().count()).isEmpty();
        replica.trash().sweep();
        assertThat(replica.trash().dropOldest()).isFalse();

        assertThat(root.resolve("d/f")).hasContent("one");
        assertThat(root.resolve("h")).hasContent("three");
    }

    @Test
    void a_link_in_the_trash_is_not_followed() throws Exception {
        Trash trash = new Trash(own.resolve("trash"), Duration.ofDays(7), Clock.fixed(NOW, ZoneOffset.UTC));
        assertThat(trash.take("d/f", root.resolve("d/f"))).isTrue();
        replaceByLink(own.resolve("trash/2026-11-01T00-00-00Z/d"), outside);

        assertThat(trash.take("d/g", root.resolve("d/g"))).isTrue();

        assertThat(names(own.resolve("trash"))).containsExactly("2026-11-01T00-00-00Z", "2026-11-01T00-00-00Z-1");
        assertThat(own.resolve("trash/2026-11-01T00-00-00Z-1/d/g")).hasContent("two");
        trash.recount();
        assertThat(trash.count().orElseThrow().files()).isEqualTo(2);
        assertThat(trash.dropOldest()).isTrue();
        assertThat(trash.dropOldest()).isTrue();
        assertThat(names(own.resolve("trash"))).isEmpty();
    }
}
