package io.bactrian.upload;

import java.nio.ByteBuffer;

import io.bactrian.content.Range;

/**
 * A piece of a large file, sent in one request. Immutable.
 *
 * @param id    of the upload
 * @param size  of the whole file, in bytes
 * @param bytes read from the file: fewer than the range if the file was truncated
 */
public record Part(String path, String id, long size, Range range, ByteBuffer bytes) {
    /** The value of the header {@code Content-Range} (RFC 9110). */
    public String contentRange() {
        return "bytes " + range.offset() + "-" + (range.end() - 1) + "/" + size;
    }
}
