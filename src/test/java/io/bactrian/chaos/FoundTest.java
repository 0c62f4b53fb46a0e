package io.bactrian.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.bactrian.change.Change;
import io.bactrian.change.TouchedPath;
import io.bactrian.content.RecursiveDelete;
import io.bactrian.index.Index;
import io.bactrian.replica.Replica;
import io.bactrian.settings.Property;
import io.bactrian.settings.TargetSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shortest sequences by which random runs found a fault. */
class FoundTest {
    @TempDir
    Path place;

    /** What another program does to a file between two comparisons. */
    private interface Writing {
        void write(Path file, Path renamed) throws IOException;
    }

    private void arrivesAsItIs(Writing writing) throws IOException {
        try (Couple couple = new Couple(place.toRealPath())) {
            Path file = couple.source.resolve("a");
            Files.writeString(file, "earlier");
            Files.writeString(couple.source.resolve("stays"), "");
            couple.bringInStep(Set.of(TouchedPath.EVERYTHING));
            writing.write(file, couple.source.resolve("b"));
            couple.bringInStep(List.of(TouchedPath.entry("a"), TouchedPath.entry("b")));
            assertThat(couple.differences()).isEmpty();
        }
    }

    private static void change(Path file) throws IOException {
        FileTime modified = Files.getLastModifiedTime(file);
        Files.writeString(file, "changed");
        Files.setLastModifiedTime(file, modified);
    }

    @Test
    void a_file_that_is_written_to_with_its_time_put_back_and_then_renamed_arrives_as_it_is() throws IOException {
        arrivesAsItIs((file, renamed) -> {
            change(file);
            Files.move(file, renamed, StandardCopyOption.ATOMIC_MOVE);
        });
    }

    /** The system reports names only, for the file was written to where nobody watches: it has to be read. */
    @Test
    void a_file_that_was_written_to_out_of_the_tree_arrives_as_it_is() throws IOException {
        arrivesAsItIs((file, renamed) -> {
            Path away = Files.move(file, place.resolve("away"));
            change(away);
            Files.move(away, renamed);
        });
    }

    /** As before, by another name of the same file that is gone again. */
    @Test
    void a_file_that_was_written_to_by_a_passing_hard_link_arrives_as_it_is() throws IOException {
        arrivesAsItIs((file, renamed) -> {
            Path link = Files.createLink(place.resolve("link"), file);
            change(link);
            Files.delete(link);
            Files.move(file, renamed);
        });
    }

    /** File systems give a new directory the inode of one that was just removed. */
    @Test
    void a_new_directory_never_shows_what_was_in_a_removed_one() throws IOException {
        try (Couple couple = new Couple(place.toRealPath())) {
            Files.writeString(couple.source.resolve("stays"), "");
            List<Change> moves = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Path earlier = Files.createDirectory(couple.source.resolve("earlier" + i));
                Files.writeString(earlier.resolve("secret"), "of earlier " + i);
                couple.bringInStep(Set.of(TouchedPath.EVERYTHING));
                couple.told.clear();
                RecursiveDelete.of(earlier);
                Files.writeString(Files.createDirectory(couple.source.resolve("later" + i)).resolve("secret"), "new " + i);
                couple.bringInStep(Set.of(TouchedPath.EVERYTHING));
                couple.told.stream().filter(Change.Move.class::isInstance).forEach(moves::add);
                assertThat(couple.differences()).isEmpty();
            }
            assertThat(moves).isEmpty();
        }
    }

    /** After a restart no event tells of it, and its stat is old enough to be remembered at once. */
    @Test
    void a_file_that_was_renamed_long_ago_is_remembered_where_the_target_has_it() throws IOException {
        try (Couple couple = new Couple(place.toRealPath())) {
            Files.writeString(couple.source.resolve("a"), "content");
            Files.writeString(couple.source.resolve("stays"), "");
            couple.bringInStep(Set.of(TouchedPath.EVERYTHING));
            Files.move(couple.source.resolve("a"), couple.source.resolve("b"), StandardCopyOption.ATOMIC_MOVE);
            long renamed = System.nanoTime();
            org.awaitility.Awaitility.await().pollInterval(Duration.ofMillis(10))
                    .until(() -> System.nanoTime() - renamed > Duration.ofMillis(50).toNanos());
            couple.bringInStep(Set.of(TouchedPath.EVERYTHING));
            assertThat(couple.differences()).isEmpty();
            couple.told.clear();
            couple.bringInStep(Set.of(TouchedPath.EVERYTHING));
            assertThat(couple.told).isEmpty();
        }
    }

    @Test
    void a_target_whose_index_is_damaged_makes_it_anew_from_its_directory() throws Exception {
        TargetSettings settings = TargetSettings.of("test", Files.createDirectory(place.resolve("target")), Map.of(Property.TARGET_FSYNC, "none"));
        for (int i = 0; i < 2000; i++) {
            Files.createDirectory(settings.directory().resolve("d" + i));
        }
        try (Replica replica = Replica.open(settings, 0)) {
            replica.scan();
        }
        Path index = settings.directory().resolve(".bactrian/index.db");
        try (FileChannel channel = FileChannel.open(index, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate((int) Files.size(index) - 8192), 8192);
        }
        try (Replica replica = Replica.open(settings, 0); Index fresh = Index.inMemory()) {
            replica.scan();
            new Replica(settings, fresh, replica.staging()).scan();
            assertThat(replica.index().digest("")).isEqualTo(fresh.digest(""));
        }
        assertThat(settings.directory().resolve(".bactrian/index.db.damaged")).exists();
    }
}
