package io.bactrian.upload;

import java.nio.ByteBuffer;

import io.bactrian.content.Range;

/**
 * A piece of a large file that travels in one request. Immutable.
 *
 * @param id    where it goes
 * @param size  the whole file's
 * @param bytes what was read of it: less, if the file has become shorter
 */
public record Part(String path, String id, long size, Range range, ByteBuffer bytes) {
    /** RFC 9110's {@code Content-Range}. */
    public String contentRange() {
        return "bytes " + range.offset() + "-" + (range.end() - 1) + "/" + size;
    }
}
