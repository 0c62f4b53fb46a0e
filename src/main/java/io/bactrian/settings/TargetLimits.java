package io.bactrian.settings;

/**
 * What a target accepts from senders. Immutable.
 *
 * @param path    bytes in a path
 * @param file    bytes in an announced content
 * @param staging bytes of all staged contents together
 * @param uploads number of staged contents
 */
public record TargetLimits(int path, long file, long staging, int uploads) {
    /** No limits except those of file system and memory. */
    public static final TargetLimits NONE = new TargetLimits(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE);
}
