package io.bactrian.content;

/**
 * A run of bytes within a content. Immutable.
 *
 * @param offset of its first byte, from 0
 * @param length in bytes, at least 1
 */
public record Range(long offset, long length) {
    public Range {
        if (offset < 0 || length < 1 || offset > Long.MAX_VALUE - length) {
            throw new IllegalArgumentException("a range starts at 0 or later and has at least one byte");
        }
    }

    /** The first byte behind it. */
    public long end() {
        return offset + length;
    }

    boolean overlaps(Range other) {
        return offset < other.end() && other.offset < end();
    }
}
