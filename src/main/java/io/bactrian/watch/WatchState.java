package io.bactrian.watch;

import java.nio.file.Path;
import java.time.Instant;

/**
 * Whether a directory's changes are being seen: an immutable snapshot, safe to pass between threads.
 *
 * @param directory          the watched root, absolute, as it was configured
 * @param blindness          what is not being seen, why, and what to do about it; empty while everything is
 * @param watchedDirectories how many directories are watched now, the root included
 * @param since              when it became watching or blind
 */
public record WatchState(Path directory, String blindness, int watchedDirectories, Instant since) {

    /** True when some change, or any, would go unnoticed. */
    public boolean isBlind() {
        return !blindness.isEmpty();
    }

    /** The same, but that something is not seen. */
    WatchState blind(String why) {
        return new WatchState(directory, why, watchedDirectories, since);
    }
}
