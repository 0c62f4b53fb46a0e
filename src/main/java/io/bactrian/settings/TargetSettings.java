package io.bactrian.settings;

import java.nio.file.Path;
import java.time.Duration;

import io.bactrian.change.Guard;

/**
 * One target as configured. Immutable.
 *
 * @param keepSetuid whether setuid and setgid bits are kept; they are dropped otherwise
 * @param links      whether symbolic links are made; they are left out otherwise, and left alone
 * @param limits     what is taken of one sender
 * @param guard      how much a sender may remove without a person's word
 * @param trash      how long what was removed or replaced is kept; zero is not at all
 * @param scrub      how often all content is read again; zero is never
 * @param fsync      what a power cut may take back
 * @param check      how long what somebody else changed here is at most not looked for; zero is never
 */
public record TargetSettings(String name, Path directory, boolean keepSetuid, boolean links, TargetLimits limits, Guard guard,
        Duration trash, Duration scrub, Fsync fsync, Duration check) {
    /** Without limits, with the usual guard, without trash, never scrubbed, and without waiting for the disk. */
    public TargetSettings(String name, Path directory, boolean keepSetuid, boolean links) {
        this(name, directory, keepSetuid, links, TargetLimits.NONE, Guard.USUAL, Duration.ZERO, Duration.ZERO, Fsync.NONE);
    }

    /** Nobody else's changes are looked for. */
    public TargetSettings(String name, Path directory, boolean keepSetuid, boolean links, TargetLimits limits, Guard guard,
            Duration trash, Duration scrub, Fsync fsync) {
        this(name, directory, keepSetuid, links, limits, guard, trash, scrub, fsync, Duration.ZERO);
    }

    /** The same for a directory under its real name. */
    public TargetSettings at(Path real) {
        return new TargetSettings(name, real, keepSetuid, links, limits, guard, trash, scrub, fsync, check);
    }

    /** Whether what was answered for survives a power cut. */
    public boolean isDurable() {
        return fsync != Fsync.NONE;
    }
}
