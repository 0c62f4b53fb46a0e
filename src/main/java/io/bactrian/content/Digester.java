package io.bactrian.content;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;

import io.bactrian.tree.Digest;

/**
 * Computes the digest of a content, its chunks, and the digest of its beginning in one pass. The chunks are cut on
 * another processor if one is free. For a single content and thread.
 */
public final class Digester {
    private final MessageDigest sha256 = Digest.sha256();
    private final List<Chunker> chunkers;
    private final long beginning;
    private Optional<Digest> begins = Optional.empty();
    private long length;

    /**
     * @param bits      average sizes, as powers of two, of the wanted chunk lists
     * @param beginning length of the prefix whose digest is wanted, too; 0 for none
     */
    public Digester(Set<Integer> bits, long beginning) {
        this.chunkers = bits.stream().map(Chunker::new).toList();
        this.beginning = beginning;
    }

    /** Adds bytes; the buffer remains the caller's. */
    public void update(ByteBuffer bytes) {
        List<ForkJoinTask<?>> cutting = new ArrayList<>();
        for (Chunker chunker : chunkers) {
            ByteBuffer same = bytes.duplicate();
            cutting.add(ForkJoinPool.commonPool().submit(() -> chunker.update(same)));
        }
        try {
            hash(bytes);
        } finally {
            cutting.forEach(ForkJoinTask::join);
        }
    }

    private void hash(ByteBuffer bytes) {
        long before = length;
        length += bytes.remaining();
        if (before < beginning && length >= beginning) {
            int beyond = Math.toIntExact(length - beginning);
            sha256.update(bytes.slice(bytes.position(), bytes.remaining() - beyond));
            bytes.position(bytes.limit() - beyond);
            begins = copy();
        }
        sha256.update(bytes);
    }

    private Optional<Digest> copy() {
        try {
            return Optional.of(Digest.from(((MessageDigest) sha256.clone()).digest()));
        } catch (CloneNotSupportedException e) {
            // A security provider without this feature; the chunks are nearly as informative.
            return Optional.empty();
        }
    }

    /** The digest of the prefix; empty if the content is shorter. */
    public Optional<Digest> beginning() {
        return begins;
    }

    /** The digest of the whole content; nothing can be added afterwards. */
    public Digest digest() {
        return Digest.from(sha256.digest());
    }

    /** The chunk lists; nothing can be added afterwards. */
    public List<ChunkList> chunks() {
        return chunkers.stream().map(Chunker::finish).toList();
    }
}
