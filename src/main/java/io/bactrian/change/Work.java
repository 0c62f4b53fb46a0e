package io.bactrian.change;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

import io.bactrian.index.IndexEntry;
import io.bactrian.tree.Digest;
import io.bactrian.tree.Stat;

/** What a comparison asks to be done, in the order in which it is to be done. Immutable. */
public sealed interface Work {

    /**
     * Changes that travel together.
     *
     * @param number     its place among the batches of its comparison, from 0
     * @param weight     bytes that it takes in memory, about
     * @param remembered what the target was found to hold already, with a newer local stat
     */
    record Batch(long number, long weight, List<Planned> planned, List<IndexEntry> remembered) implements Work {
        /** No changes, in nobody's order. */
        public static final Batch NONE = new Batch(-1, 0, List.of(), List.of());

        public List<Change> changes() {
            return planned.stream().map(Planned::change).toList();
        }

        /** Whether all that it removes was seen to be removed by somebody. */
        public boolean isWitnessed() {
            return planned.stream().filter(Planned::removes).findFirst().filter(Planned::witnessed).isPresent();
        }
    }

    /**
     * A change, and what the target holds at its path once it is acknowledged; nothing after a removal.
     *
     * @param witnessed whether it is a removal that was seen to be made in the source
     */
    record Planned(Change change, Optional<IndexEntry> after, boolean witnessed) {
        public Planned(Change change, Optional<IndexEntry> after) {
            this(change, after, false);
        }

        boolean removes() {
            return change instanceof Change.Remove;
        }
    }

    /**
     * Content that is to be staged before a change can name it.
     *
     * @param onePass whether it is sent as one reading finds it, though the file is written meanwhile
     */
    record Upload(String path, Stat stat, boolean onePass) implements Work {
        /** Of a file that has to stand still. */
        public Upload(String path, Stat stat) {
            this(path, stat, false);
        }

        /** Names the content before its digest is known: the same again as long as the file is the same. */
        public Digest key() {
            String file = path + '\0' + stat.size() + ' ' + stat.modified() + ' ' + stat.inode();
            return Digest.of(file.getBytes(StandardCharsets.UTF_8));
        }
    }
}
