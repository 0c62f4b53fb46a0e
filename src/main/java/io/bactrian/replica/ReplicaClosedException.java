package io.bactrian.replica;

import java.io.IOException;

/** The replica is being closed, or is: whoever wanted something of it comes back later. */
public final class ReplicaClosedException extends IOException {
    private static final long serialVersionUID = 1L;

    ReplicaClosedException() {
        super("the target stops");
    }
}
