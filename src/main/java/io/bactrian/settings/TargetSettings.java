package io.bactrian.settings;

import java.nio.file.Path;
import java.time.Duration;

import io.bactrian.change.Guard;

/**
 * The settings of one target. Immutable.
 *
 * @param keepSetuid whether setuid and setgid bits are kept; they are dropped otherwise
 * @param links      whether symbolic links are made; otherwise they are skipped, and existing ones left alone
 * @param limits     for senders
 * @param guard      how much a sender may remove without confirmation by a person
 * @param trash      how long removed and replaced files are kept; zero for not at all
 * @param scrub      time between scrubs; zero for never
 * @param fsync      what is synced to the disk
 * @param check      longest time between two checks for foreign changes; zero for never
 */
public record TargetSettings(String name, Path directory, boolean keepSetuid, boolean links, TargetLimits limits, Guard guard,
        Duration trash, Duration scrub, Fsync fsync, Duration check) {
    /** Without limits, trash, scrubs and syncing, with the default guard. */
    public TargetSettings(String name, Path directory, boolean keepSetuid, boolean links) {
        this(name, directory, keepSetuid, links, TargetLimits.NONE, Guard.USUAL, Duration.ZERO, Duration.ZERO, Fsync.NONE);
    }

    /** Without checks for foreign changes. */
    public TargetSettings(String name, Path directory, boolean keepSetuid, boolean links, TargetLimits limits, Guard guard,
            Duration trash, Duration scrub, Fsync fsync) {
        this(name, directory, keepSetuid, links, limits, guard, trash, scrub, fsync, Duration.ZERO);
    }

    /** The same settings for the directory's real path. */
    public TargetSettings at(Path real) {
        return new TargetSettings(name, real, keepSetuid, links, limits, guard, trash, scrub, fsync, check);
    }

    /** Whether acknowledged changes survive a power cut. */
    public boolean isDurable() {
        return fsync != Fsync.NONE;
    }
}
