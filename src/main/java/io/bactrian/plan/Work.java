package io.bactrian.plan;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

import io.bactrian.change.Change;
import io.bactrian.change.PlannedChange;
import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Stat;

/** A piece of work that a comparison leads to, in the order in which it must be done. Immutable. */
public sealed interface Work {

    /**
     * Changes that are sent together.
     *
     * @param number     its position among the batches of its comparison, from 0
     * @param weight     approximate size in memory, in bytes
     * @param remembered entries that the target holds already, with a newer local stat
     */
    record Batch(long number, long weight, List<PlannedChange> planned, List<IndexEntry> remembered) implements Work {
        /** A batch without changes or order. */
        public static final Batch NONE = new Batch(-1, 0, List.of(), List.of());

        public List<Change> changes() {
            return planned.stream().map(PlannedChange::change).toList();
        }

        /** Whether the watch has reported all of its removals. */
        public boolean isWitnessed() {
            return planned.stream().filter(PlannedChange::removes).findFirst().filter(PlannedChange::witnessed).isPresent();
        }
    }

    /** What a comparison found one after the other, of which the target may hold some already. */
    record Stretch(List<PlannedChange> planned, List<IndexEntry> remembered) implements Work {
    }

    /**
     * A large file that must be uploaded before a change can use its content.
     *
     * @param onePass whether it is sent as read in one pass, although the file keeps changing
     */
    record Upload(String path, Stat stat, boolean onePass) implements Work {
        /** For a file that must not change meanwhile. */
        public Upload(String path, Stat stat) {
            this(path, stat, false);
        }

        /** Identifies the content before its digest is known; the same as long as the file does not change. */
        public Digest key() {
            String file = path + '\0' + stat.size() + ' ' + stat.modified() + ' ' + stat.inode();
            return Digest.of(file.getBytes(StandardCharsets.UTF_8));
        }
    }
}
