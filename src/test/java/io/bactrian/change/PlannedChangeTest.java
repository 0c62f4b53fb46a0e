package io.bactrian.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;

import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Time;
import org.junit.jupiter.api.Test;

class PlannedChangeTest {
    private static final byte[] CONTENT = {1, 2, 3};

    private static Change.WriteFile file(int mode, long modified, byte[] content) {
        return new Change.WriteFile("f", mode, Time.ofNanos(modified), content.length, Digest.of(content), Optional.of(content));
    }

    private static Optional<IndexEntry> entry(Change.WriteFile file, long changed) {
        return Optional.of(new IndexEntry(file.entry(), changed, 1));
    }

    private static PlannedChange planned(Change.WriteFile file, Optional<IndexEntry> held) {
        return new PlannedChange(file, entry(file, 9), held, false);
    }

    @Test
    void a_file_is_held_that_has_the_same_content_mode_and_time_at_the_target() {
        Change.WriteFile file = file(0644, 5, CONTENT);

        assertThat(planned(file, entry(file, 3)).isHeld()).as("whatever its stat was then").isTrue();
        assertThat(planned(file, Optional.empty()).isHeld()).isFalse();
        assertThat(planned(file, entry(file(0600, 5, CONTENT), 9)).isHeld()).isFalse();
        assertThat(planned(file, entry(file(0644, 6, CONTENT), 9)).isHeld()).isFalse();
        assertThat(planned(file, entry(file(0644, 5, new byte[] {1, 2, 4}), 9)).isHeld()).isFalse();
        assertThat(new PlannedChange(new Change.Remove("f"), Optional.empty(), entry(file, 9), false).isHeld()).isFalse();
    }

    @Test
    void only_the_content_is_left_out_that_the_target_has() {
        Change.WriteFile file = file(0644, 5, CONTENT);
        PlannedChange planned = new PlannedChange(file, entry(file, 9), entry(file, 3), true);

        PlannedChange without = planned.withoutContent();

        assertThat(without.change()).isEqualTo(new Change.WriteFile("f", 0644, Time.ofNanos(5), 3, Digest.of(CONTENT), Optional.empty()));
        assertThat(without).usingRecursiveComparison().ignoringFields("change").isEqualTo(planned);
        assertThat(without.withoutContent()).isEqualTo(without);
        PlannedChange remove = new PlannedChange(new Change.Remove("f"), Optional.empty());
        assertThat(remove.withoutContent()).isEqualTo(remove);
    }

    @Test
    void tells_removals_from_other_changes() {
        assertThat(new PlannedChange(new Change.Remove("f"), Optional.empty()).removes()).isTrue();
        assertThat(new PlannedChange(new Change.Move("f", "g"), Optional.empty()).removes()).isFalse();
    }
}
