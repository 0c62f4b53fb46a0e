package io.bactrian.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;

import io.bactrian.change.Change;
import io.bactrian.change.PlannedChange;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.Test;

class WorkTest {
    private static Work.Upload upload(String path, long size, long modified, long changed, long inode) {
        return new Work.Upload(path, new Stat(Stat.Kind.FILE, 0644, size, Time.ofNanos(modified), changed, inode, 1));
    }

    @Test
    void an_upload_goes_on_after_a_restart_unless_the_file_has_changed() {
        Work.Upload upload = upload("a", 5, 1, 1, 1);

        assertThat(upload("a", 5, 1, 9, 1).key()).as("its mode has changed").isEqualTo(upload.key());
        assertThat(List.of(upload("b", 5, 1, 1, 1), upload("a", 6, 1, 1, 1), upload("a", 5, 2, 1, 1), upload("a", 5, 1, 1, 2)))
                .noneMatch(other -> other.key().equals(upload.key()));
    }

    @Test
    void a_batch_without_removals_has_no_witnessed_ones() {
        PlannedChange move = new PlannedChange(new Change.Move("a", "b"), Optional.empty(), true);
        Work.Batch batch = new Work.Batch(0, 0, List.of(move), List.of());

        assertThat(batch.isWitnessed()).isFalse();
        assertThat(batch.changes()).containsExactly(move.change());
        assertThat(Work.Batch.NONE.changes()).isEmpty();
    }
}
