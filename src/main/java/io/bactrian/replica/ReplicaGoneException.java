package io.bactrian.replica;

import java.io.IOException;

/**
 * What stands at the replica's path is not what was opened: its file system was unmounted, or the directory was deleted
 * or replaced. Nothing is written there, for nobody knows what it is.
 */
public final class ReplicaGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    ReplicaGoneException() {
        super("the replica's directory is gone, or another took its place: mount it or put it back; if it is to begin"
                + " anew there, restart the target");
    }
}
