package io.bactrian.upload;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import io.bactrian.compare.HashedFile;

/** Computes the digest of a content while it is being sent. Not thread-safe. */
public interface Hashing extends AutoCloseable {
    /** Wraps the reader of the parts, if hashing needs that. */
    default PartQueue.Reader reader(PartQueue.Reader plain) {
        return plain;
    }

    /**
     * Waits for the digest; empty if the file changed meanwhile.
     *
     * @throws IOException if the file cannot be read
     */
    Optional<HashedFile> finish() throws IOException;

    @Override
    void close();

    /** Hashes in a concurrent pass of its own. */
    static Hashing of(Future<Optional<HashedFile>> beside) {
        return new Hashing() {
            @Override
            public Optional<HashedFile> finish() throws IOException {
                try {
                    return beside.get();
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof IOException fault ? fault : new IOException(e.getCause());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new java.io.InterruptedIOException("interrupted while hashing");
                }
            }

            @Override
            public void close() {
                beside.cancel(true);
            }
        };
    }
}
