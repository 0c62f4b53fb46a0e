package io.bactrian.settings;

import java.nio.file.Path;

/**
 * One target as configured. Immutable.
 *
 * @param keepSetuid whether setuid and setgid bits are kept; they are dropped otherwise
 * @param links      whether symbolic links are made; they are left out otherwise, and left alone
 * @param limits     what is taken of one sender
 * @param fsync      what a power cut may take back
 */
public record TargetSettings(String name, Path directory, boolean keepSetuid, boolean links, Limits limits,
        Fsync fsync) {
    /** Without limits, and without waiting for the disk. */
    public TargetSettings(String name, Path directory, boolean keepSetuid, boolean links) {
        this(name, directory, keepSetuid, links, Limits.NONE, Fsync.NONE);
    }

    /** The same for another directory. */
    public TargetSettings at(Path other) {
        return new TargetSettings(name, other, keepSetuid, links, limits, fsync);
    }

    /** Whether what was answered for survives a power cut. */
    public boolean isDurable() {
        return fsync != Fsync.NONE;
    }
}
