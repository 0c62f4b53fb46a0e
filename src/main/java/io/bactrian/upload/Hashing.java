package io.bactrian.upload;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import io.bactrian.change.SinglePass;
import io.bactrian.change.Uploads;

/** How the digest of a content is found that is on its way already. Not thread-safe. */
public interface Hashing extends AutoCloseable {
    /** How the parts have to be read for that. */
    PartQueue.Reader reader(PartQueue.Reader plain);

    /**
     * Waits for the digest; nothing if the file did not stand still.
     *
     * @throws IOException if it cannot be read
     */
    Optional<Uploads.Staged> finish() throws IOException;

    @Override
    void close();

    /** In the same reading. */
    static Hashing of(SinglePass pass) {
        return new Hashing() {
            @Override
            public PartQueue.Reader reader(PartQueue.Reader plain) {
                return pass::read;
            }

            @Override
            public Optional<Uploads.Staged> finish() throws IOException {
                return pass.finish();
            }

            @Override
            public void close() {
                // Nothing goes on beside.
            }
        };
    }

    /** In a reading of its own, at the same time. */
    static Hashing of(Future<Optional<Uploads.Staged>> beside) {
        return new Hashing() {
            @Override
            public PartQueue.Reader reader(PartQueue.Reader plain) {
                return plain;
            }

            @Override
            public Optional<Uploads.Staged> finish() throws IOException {
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
