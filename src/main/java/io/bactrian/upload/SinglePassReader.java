package io.bactrian.upload;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

import io.bactrian.compare.FileReader;
import io.bactrian.compare.HashedFile;
import io.bactrian.compare.SizeMismatch;
import io.bactrian.content.ChunkList;
import io.bactrian.content.DeltaEncoder;
import io.bactrian.content.Digester;
import io.bactrian.content.Range;
import io.bactrian.content.Recipe;
import io.bactrian.measure.CpuTime;
import io.bactrian.plan.Work;

/**
 * Reads a file that is being written, once. It yields the ranges that the target lacks as they are read, and at the end
 * the digest and the recipe of exactly the bytes that were read. For one thread at a time.
 */
public final class SinglePassReader implements Iterator<Range>, PartQueue.Reader, Closeable {
    private static final int BUFFER = 1 << 20;
    private static final int BOTH_SIDES = 4;

    private final FileReader files;
    private final Work.Upload upload;
    private final int bits;
    private final int most;
    private final Digester digester = new Digester(Set.of(), 0);
    private Optional<DeltaEncoder.Base> base = Optional.empty();
    private Optional<DeltaEncoder> difference = Optional.empty();
    private Optional<DeltaEncoder.Piece> head = Optional.empty();
    private Optional<ChunkList> chunks = Optional.empty();
    private Optional<FileChannel> channel = Optional.empty();
    private Optional<IOException> fault = Optional.empty();
    private long at;
    private long sent;
    private long cpu;

    /**
     * @param bits average chunk size as a power of two, if there is no base
     * @param most bytes in a range
     */
    public SinglePassReader(FileReader files, Work.Upload upload, int bits, int most) {
        this.files = files;
        this.upload = upload;
        this.bits = bits;
        this.most = Math.min(BUFFER, most);
    }

    /** Sets the target's content that serves as base, and its chunks. Must be called before anything is read. */
    public void base(DeltaEncoder.Base known) {
        base = Optional.of(known);
    }

    /**
     * Reads on until the next range is found or the file ends. A read error ends the iteration and is reported by
     * {@link #finish}.
     */
    @Override
    public boolean hasNext() {
        while (head.isEmpty() && chunks.isEmpty() && fault.isEmpty()) {
            CpuTime took = new CpuTime();
            try {
                readNext();
            } catch (IOException e) {
                fault = Optional.of(e);
                close();
            } finally {
                cpu += took.soFar().toNanos();
            }
        }
        return head.isPresent();
    }

    private void readNext() throws IOException {
        if (difference.isEmpty()) {
            difference = Optional.of(new DeltaEncoder(bits, base, most));
            channel = Optional.of(files.open(upload.path()));
        }
        head = difference.get().poll();
        if (head.isPresent()) {
            return;
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER, upload.stat().size() - at));
        while (buffer.hasRemaining()) {
            if (channel.orElseThrow().read(buffer) < 0) {
                if (files.isStill(upload.path(), upload.stat())) {
                    throw SizeMismatch.shorter(upload.path(), upload.stat().size());
                }
                throw new FileChangedException(upload.path() + " was truncated while it was sent");
            }
        }
        at += buffer.flip().remaining();
        difference.get().update(buffer.duplicate());
        digester.update(buffer);
        if (at == upload.stat().size()) {
            chunks = Optional.of(difference.get().finish());
            close();
        }
        head = difference.get().poll();
    }

    @Override
    public Range next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return head.orElseThrow().range();
    }

    /** Copies the bytes of the current range. */
    @Override
    public void read(Range range, ByteBuffer into) {
        sent += range.length();
        into.put(head.orElseThrow().bytes()).flip();
        head = difference.flatMap(DeltaEncoder::poll);
    }

    /**
     * The content that was read; empty if the file was truncated or removed.
     *
     * @throws IOException if the file could not be read
     */
    Optional<HashedFile> finish() throws IOException {
        if (fault.filter(is -> !(is instanceof FileChangedException || is instanceof NoSuchFileException)).isPresent()) {
            throw fault.get() instanceof FileSystemException of ? of
                    : new FileSystemException(upload.path(), null, fault.get().getMessage());
        }
        return chunks.filter(is -> !hasNext()).map(is -> new HashedFile(upload.stat(), digester.digest(), true));
    }

    /** How the target can assemble the content from the base. */
    Optional<Recipe> recipe() {
        return difference.flatMap(DeltaEncoder::recipe);
    }

    Optional<ChunkList> chunks() {
        return chunks;
    }

    /**
     * Processor time that both sides, which may be one machine, spend on this pass, in nanoseconds. The estimate:
     * finding the differences takes as long as sending them, and both together as long as the other side takes to copy
     * and hash the base.
     */
    long cost() {
        return BOTH_SIDES * cpu;
    }

    /** Bytes of the ranges that were yielded. */
    long sent() {
        return sent;
    }

    @Override
    public void close() {
        try {
            if (channel.isPresent()) {
                channel.get().close();
            }
        } catch (IOException e) {
            // The channel was read-only, so nothing is lost.
            channel = Optional.empty();
        }
    }
}
