package io.bactrian.upload;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

import io.bactrian.content.Range;

/**
 * A piece of a large file, sent in one request. Thread-safe.
 *
 * @param id       of the upload
 * @param size     of the whole file, in bytes
 * @param bytes    read from the file: fewer than the range if the file was truncated
 * @param attempts how often the bytes were given to a connection
 */
public record Part(String path, String id, long size, Range range, ByteBuffer bytes, AtomicInteger attempts) {
    public Part(String path, String id, long size, Range range, ByteBuffer bytes) {
        this(path, id, size, range, bytes, new AtomicInteger());
    }

    /** The value of the header {@code Content-Range} (RFC 9110). */
    public String contentRange() {
        return "bytes " + range.offset() + "-" + (range.end() - 1) + "/" + size;
    }
}
