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
 * All that is to be known of a content, in one reading: its digest, its chunks, and the digest of its beginning. The
 * chunks are cut on another processor if one is free. Used once, by one thread.
 */
public final class Digester {
    private final MessageDigest sha256 = Digest.sha256();
    private final List<Chunker> chunkers;
    private final long beginning;
    private Optional<Digest> begins = Optional.empty();
    private long length;

    /**
     * @param bits      for each list of chunks that is wanted, its average size as a power of two
     * @param beginning how many bytes to tell the digest of, besides that of all; 0 for none
     */
    public Digester(Set<Integer> bits, long beginning) {
        this.chunkers = bits.stream().map(Chunker::new).toList();
        this.beginning = beginning;
    }

    /** Takes the bytes that follow, which stay the caller's. */
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
            // A provider that cannot: the chunks will tell nearly as much.
            return Optional.empty();
        }
    }

    /** The digest of the first bytes, as many as were asked for; nothing if there are fewer. */
    public Optional<Digest> beginning() {
        return begins;
    }

    /** The digest of all; nothing can be added afterwards. */
    public Digest digest() {
        return Digest.from(sha256.digest());
    }

    /** The lists of chunks; nothing can be added afterwards. */
    public List<ChunkList> chunks() {
        return chunkers.stream().map(Chunker::finish).toList();
    }
}
