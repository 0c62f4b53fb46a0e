package io.bactrian.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

import io.bactrian.index.Index;

/** Identifies the root directory of the source by device and inode: where a mount is missing, the root is another directory. */
public final class RootIdentity {
    /** The key in the view for the root that was last compared whole. */
    private static final String NOTE = "root";

    private final Path root;
    private final Index view;
    private final String now;

    public RootIdentity(Path root, Index view) {
        this.root = root;
        this.view = view;
        this.now = find();
    }

    private String find() {
        try {
            return String.valueOf(Files.readAttributes(root, BasicFileAttributes.class).fileKey());
        } catch (IOException e) {
            // There is no such directory.
            return "";
        }
    }

    /** Whether the root is the directory that was last compared whole. */
    boolean isKnown() {
        return view.note(NOTE).filter(now::equals).isPresent();
    }

    /** Whether the root is another directory than the one that was last compared whole. */
    public boolean isAnother() {
        return !now.isEmpty() && view.note(NOTE).filter(was -> !was.isEmpty() && !was.equals(now)).isPresent();
    }

    /** Whether the root is still the directory that it was when this object was created. */
    boolean isUnchanged() {
        return now.equals(find());
    }

    /** Records the root if none was recorded before, although something changed while it was listed: that is compared again soon. */
    void recordFirst() {
        if (view.note(NOTE).isEmpty() && isUnchanged()) {
            record();
        }
    }

    /** Records the root as compared whole. */
    void record() {
        view.note(NOTE, now);
    }
}
