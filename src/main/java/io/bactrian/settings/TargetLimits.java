package io.bactrian.settings;

/**
 * What a target takes of one sender, whoever that is. Immutable.
 *
 * @param path    bytes in a path
 * @param file    bytes in a content that is announced
 * @param staging bytes of all contents together that have arrived and that no change has named yet
 * @param uploads contents that have been announced and that no change has named yet
 */
public record TargetLimits(int path, long file, long staging, int uploads) {
    /** No limits but those of the file system and of memory. */
    public static final TargetLimits NONE = new TargetLimits(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE);
}
