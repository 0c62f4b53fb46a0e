package io.bactrian.content;

/**
 * A range of bytes of a content. Immutable.
 *
 * @param offset of the first byte, from 0
 * @param length in bytes, at least 1
 */
public record Range(long offset, long length) {
    public Range {
        if (offset < 0 || length < 1 || offset > Long.MAX_VALUE - length) {
            throw new IllegalArgumentException("a range must start at 0 or later and have at least one byte");
        }
    }

    /** The offset after the last byte. */
    public long end() {
        return offset + length;
    }

    boolean overlaps(Range other) {
        return offset < other.end() && other.offset < end();
    }
}
