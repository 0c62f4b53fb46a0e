package io.bactrian.replica;

import java.io.IOException;

/**
 * The directory at the replica's path is not the one that was opened: its file system was unmounted, or it was deleted
 * or replaced. Nothing is written to it, because it is unknown what it is.
 */
public final class ReplicaGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    ReplicaGoneException() {
        super("the replica's directory was removed, unmounted or replaced: mount or restore it, or restart the target to use"
                + " the new directory");
    }
}
