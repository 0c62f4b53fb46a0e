package io.bactrian.content;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;

import io.bactrian.tree.Digest;

/** The SHA-256 of a growing prefix of a content. Not thread-safe. */
final class PrefixHash {
    private final MessageDigest sha256 = Digest.sha256();
    private volatile long length;
    private Digest finished;

    /** The length of the prefix. */
    long length() {
        return length;
    }

    /** Hashes those of these bytes that continue the prefix, if any do. */
    void update(long offset, List<ByteBuffer> pieces) {
        long at = offset;
        for (ByteBuffer piece : pieces) {
            update(at, piece);
            at += piece.remaining();
        }
    }

    private void update(long offset, ByteBuffer bytes) {
        if (offset <= length && length < offset + bytes.remaining()) {
            ByteBuffer rest = bytes.slice(bytes.position() + Math.toIntExact(length - offset),
                    Math.toIntExact(offset + bytes.remaining() - length));
            long end = offset + bytes.remaining();
            sha256.update(rest);
            length = end;
        }
    }

    /** Reads and hashes up to this offset. */
    void readTo(long end, SparseReader file, int buffer) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(buffer);
        while (length < end) {
            bytes.clear().limit(Math.toIntExact(Math.min(buffer, end - length)));
            if (file.read(bytes, length) < 0) {
                throw new EOFException("the staged file is shorter than the content received");
            }
            update(length, bytes.flip());
        }
    }

    /** The digest; nothing can be added afterwards. */
    Digest finish() {
        if (finished == null) {
            finished = Digest.from(sha256.digest());
        }
        return finished;
    }
}
