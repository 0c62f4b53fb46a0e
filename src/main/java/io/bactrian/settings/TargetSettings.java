package io.bactrian.settings;

import java.nio.file.Path;

/**
 * One target as configured. Immutable.
 *
 * @param keepSetuid whether setuid and setgid bits are kept; they are dropped otherwise
 * @param links      whether symbolic links are made; they are left out otherwise, and left alone
 * @param limits     what is taken of one sender
 */
public record TargetSettings(String name, Path directory, boolean keepSetuid, boolean links, Limits limits) {
    /** Without limits. */
    public TargetSettings(String name, Path directory, boolean keepSetuid, boolean links) {
        this(name, directory, keepSetuid, links, Limits.NONE);
    }

    /** The same for another directory. */
    public TargetSettings at(Path other) {
        return new TargetSettings(name, other, keepSetuid, links, limits);
    }
}
