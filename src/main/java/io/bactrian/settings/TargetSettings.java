package io.bactrian.settings;

import java.nio.file.Path;

/**
 * One target as configured. Immutable.
 *
 * @param keepSetuid whether setuid and setgid bits are kept; they are dropped otherwise
 * @param links      whether symbolic links are made; they are left out otherwise, and left alone
 */
public record TargetSettings(String name, Path directory, boolean keepSetuid, boolean links) {
}
