package io.bactrian.benchmark.peer;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

import io.bactrian.benchmark.place.Place;

/** A program that replicates directories. */
public interface Peer {
    String name();

    /** The programs that have to be installed. */
    List<String> programs();

    /** What it says of its version. */
    String version() throws IOException;

    /** Starts what is there before the user does anything, such as a server; returns when it is ready. */
    Session open(Place place) throws IOException;

    /** The peer at one place. Its processes end with the place. */
    interface Session {
        /** What the user starts to bring the target in step; it returns when that {@link #ends}, or at once. */
        void bring() throws IOException;

        /** Whether {@link #bring} ends by itself; otherwise one has to look at the target. */
        boolean ends();

        /** Takes back what {@link #bring} started, so that it can be done again. */
        default void rest() throws IOException {
        }

        /** From now on the target follows; it may not be in step when this returns. */
        default void follow() throws IOException {
            bring();
        }

        /** Whether it sees changes by itself. */
        boolean watches();

        /** The bytes that its processes have read so far, where all of them run on and the system tells. */
        default OptionalLong bytesRead() throws IOException {
            return OptionalLong.empty();
        }

        /** The source has changed: what the user does about it, if anything. */
        default void changed() throws IOException {
            if (!watches()) {
                bring();
            }
        }
    }
}
