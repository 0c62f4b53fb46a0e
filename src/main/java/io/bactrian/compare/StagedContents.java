package io.bactrian.compare;

import java.util.Optional;

import io.bactrian.index.IndexEntry;

/** Tells a comparison which large contents the target has received and no change has named yet. */
public interface StagedContents {
    /** Nothing is staged. */
    StagedContents NONE = new StagedContents() {
        @Override
        public Optional<HashedFile> staged(String path, Optional<IndexEntry> held) {
            return Optional.empty();
        }

        @Override
        public boolean isSentWhole(String path) {
            return false;
        }
    };

    /**
     * The content that was staged for this path.
     *
     * @param held what the target holds at the path; a staged content equal to it is returned once only
     */
    Optional<HashedFile> staged(String path, Optional<IndexEntry> held);

    /** Whether the content for this path must be sent whole, whatever the target is thought to hold. */
    boolean isSentWhole(String path);
}
