package io.bactrian.replica;

import java.io.IOException;

/** The replica is closed or being closed; try again later. */
public final class ReplicaClosedException extends IOException {
    private static final long serialVersionUID = 1L;

    ReplicaClosedException() {
        super("the target is stopping");
    }
}
