package io.bactrian.watch;

import java.nio.file.Path;
import java.time.Instant;

/**
 * Whether changes of a directory are seen. An immutable snapshot, safe to pass between threads.
 *
 * @param directory          the watched root, absolute, as configured
 * @param blindness          what is not seen, why, and a remedy; empty while everything is seen
 * @param watchedDirectories number of directories watched now, including the root
 * @param since              when it became watching or blind
 */
public record WatchState(Path directory, String blindness, int watchedDirectories, Instant since) {

    /** Whether some or all changes go unnoticed. */
    public boolean isBlind() {
        return !blindness.isEmpty();
    }

    /** This state, but blind for the given reason. */
    WatchState blind(String why) {
        return new WatchState(directory, why, watchedDirectories, since);
    }
}
