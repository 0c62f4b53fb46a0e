package io.bactrian.content;

/** Some bytes of a content. Immutable. */
public record Range(long offset, long length) {
    public Range {
        if (offset < 0 || length < 0 || offset + length < 0) {
            throw new IllegalArgumentException("a range lies between 0 and 2^63 - 1");
        }
    }

    /** The offset of the first byte behind it. */
    public long end() {
        return offset + length;
    }
}
