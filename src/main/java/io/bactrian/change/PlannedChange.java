package io.bactrian.change;

import java.util.Optional;

import io.bactrian.index.IndexEntry;

/**
 * A change that is to be sent, unless the target holds it already. Immutable.
 *
 * @param after     what the target holds at the change's path once it is acknowledged; empty after a removal or a move
 * @param held      what the target holds there now, if the change writes a file
 * @param witnessed whether it is a removal that the source's watch has reported
 */
public record PlannedChange(Change change, Optional<IndexEntry> after, Optional<IndexEntry> held, boolean witnessed) {
    public PlannedChange(Change change, Optional<IndexEntry> after) {
        this(change, after, Optional.empty(), false);
    }

    public PlannedChange(Change change, Optional<IndexEntry> after, boolean witnessed) {
        this(change, after, Optional.empty(), witnessed);
    }

    public boolean removes() {
        return change instanceof Change.Remove;
    }

    /** Whether the target holds this already: the same content, mode and time. */
    public boolean isHeld() {
        return held.filter(is -> after.isPresent() && is.entry().equals(after.get().entry())).isPresent();
    }

    /** The same without the content of a file, which the target has. */
    public PlannedChange withoutContent() {
        if (!(change instanceof Change.WriteFile file) || file.content().isEmpty()) {
            return this;
        }
        return new PlannedChange(new Change.WriteFile(file.path(), file.mode(), file.modified(), file.size(), file.digest(),
                Optional.empty()), after, held, witnessed);
    }
}
