package io.bactrian.upload;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;

import io.bactrian.compare.FileReader;
import io.bactrian.compare.HashedFile;
import io.bactrian.content.Digester;
import io.bactrian.content.Range;
import io.bactrian.plan.Work;

/**
 * Reads a large file once, and hashes it while it is sent. Ranges that the target has already are read, too, because the digest
 * covers the whole file. For one thread.
 */
public final class HashingPass implements Hashing {
    private static final int BUFFER = 1 << 20;

    private final FileReader files;
    private final Work.Upload upload;
    private final Digester digester = new Digester(Set.of(), 0);
    private long at;

    public HashingPass(FileReader files, Work.Upload upload) {
        this.files = files;
        this.upload = upload;
    }

    @Override
    public PartQueue.Reader reader(PartQueue.Reader plain) {
        return this::read;
    }

    /** Reads a range that follows those read before; reads less if the file has become shorter. */
    private void read(Range range, ByteBuffer into) throws IOException {
        skipTo(range.offset());
        files.part(upload.path(), range.offset(), into);
        digester.update(into.duplicate());
        at += into.remaining();
    }

    @Override
    public Optional<HashedFile> finish() throws IOException {
        skipTo(upload.stat().size());
        return files.settle(upload.path(), upload.stat(), digester.digest(), at == upload.stat().size());
    }

    @Override
    public void close() {
        // Nothing runs in the background.
    }

    private void skipTo(long offset) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(at < offset ? BUFFER : 0);
        while (at < offset) {
            files.part(upload.path(), at, buffer.clear().limit((int) Math.min(BUFFER, offset - at)));
            if (!buffer.hasRemaining()) {
                return;
            }
            at += buffer.remaining();
            digester.update(buffer);
        }
    }
}
