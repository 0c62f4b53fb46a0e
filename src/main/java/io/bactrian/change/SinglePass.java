package io.bactrian.change;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;

import io.bactrian.content.Digester;
import io.bactrian.content.Range;

/**
 * The one reading of a large file that is hashed while it is sent. What the target has already is read, too, for the
 * digest is that of all. For one thread.
 */
public final class SinglePass {
    private static final int BUFFER = 1 << 20;

    private final FileReader files;
    private final Work.Upload upload;
    private final Digester digester = new Digester(Set.of(), 0);
    private long at;

    public SinglePass(FileReader files, Work.Upload upload) {
        this.files = files;
        this.upload = upload;
    }

    /** Reads a range that lies behind those read before; less, if the file has become shorter. */
    public void read(Range range, ByteBuffer into) throws IOException {
        skipTo(range.offset());
        files.part(upload.path(), range.offset(), into);
        digester.update(into.duplicate());
        at += into.remaining();
    }

    /** What was read, if it is what the file still is, or all that can be had of one that never stands still. */
    public Optional<Uploads.Staged> finish() throws IOException {
        skipTo(upload.stat().size());
        return files.settle(upload.path(), upload.stat(), digester.digest(), at == upload.stat().size());
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
