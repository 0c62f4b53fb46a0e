package io.bactrian.change;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

import io.bactrian.index.Index;

/** Which directory the source's root is, by device and inode: a mount that is missing leaves another one there. */
public final class Identity {
    /** Where the view notes which it was when the tree was last compared whole. */
    private static final String NOTE = "root";

    private final Path root;
    private final Index view;
    private final String now;

    public Identity(Path root, Index view) {
        this.root = root;
        this.view = view;
        this.now = find();
    }

    private String find() {
        try {
            return String.valueOf(Files.readAttributes(root, BasicFileAttributes.class).fileKey());
        } catch (IOException e) {
            // There is none.
            return "";
        }
    }

    /** Whether it is the one that was last compared whole. */
    boolean isKnown() {
        return view.note(NOTE).filter(now::equals).isPresent();
    }

    /** Whether another one is there than the one that was last compared whole. */
    public boolean isAnother() {
        return !now.isEmpty() && view.note(NOTE).filter(was -> !was.isEmpty() && !was.equals(now)).isPresent();
    }

    /** Whether it is the one that it was when this began. */
    boolean isStill() {
        return now.equals(find());
    }

    /** Keeps it if none was compared whole before: what could not be listed, for it went meanwhile, is looked at soon. */
    void keepFirst() {
        if (view.note(NOTE).isEmpty() && isStill()) {
            keep();
        }
    }

    void keep() {
        view.note(NOTE, now);
    }
}
