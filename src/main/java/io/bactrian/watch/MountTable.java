package io.bactrian.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import com.sun.jna.LastErrorException;

import io.bactrian.tree.CLibrary;
import io.bactrian.tree.LibC;

/**
 * Waits for mounts and unmounts anywhere on this machine by polling {@code /proc/self/mountinfo} (Linux, see proc(5)).
 * One thread waits and closes; any thread may {@link #stop} it.
 */
final class MountTable implements AutoCloseable {
    private final int table;
    private final int stopped;
    private boolean closed;

    /** @throws IOException if the file does not exist, or the system does not report changes of it */
    MountTable(Path file) throws IOException {
        if (!Calls.AVAILABLE || !Files.isReadable(file)) {
            throw new IOException("cannot wait for changes of " + file);
        }
        try {
            table = LibC.open(file, 0);
        } catch (LastErrorException e) {
            throw new IOException(file.toString(), e);
        }
        try {
            stopped = Calls.eventfd(0, LibC.O_CLOEXEC);
        } catch (LastErrorException e) {
            LibC.close(table);
            throw new IOException("eventfd", e);
        }
    }

    /**
     * Waits for a change since this was opened or last returned.
     *
     * @return false once it is stopped
     */
    boolean awaitChange() throws IOException {
        // Two struct pollfd: a file descriptor, and one int with the requested events and above them the returned ones
        int[] files = {stopped, Calls.POLLIN, table, Calls.POLLPRI};
        try {
            Calls.poll(files, 2, -1);
        } catch (LastErrorException e) {
            if (e.getErrorCode() != Calls.EINTR) {
                throw new IOException("poll", e);
            }
        }
        return files[1] >>> Short.SIZE == 0;
    }

    /** Ends the current wait and all later ones. */
    synchronized void stop() {
        if (!closed) {
            Calls.write(stopped, new long[] {1}, Long.BYTES);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            LibC.close(table);
            LibC.close(stopped);
        }
    }

    /** Functions that only this class needs. */
    private static final class Calls {
        static final int POLLIN = 1;
        static final int POLLPRI = 2;
        static final int EINTR = 4;
        static final boolean AVAILABLE = LibC.AVAILABLE && CLibrary.load(Calls.class);

        static native int eventfd(int value, int flags) throws LastErrorException;

        static native int poll(int[] files, long number, int timeout) throws LastErrorException;

        static native long write(int file, long[] value, long size);
    }
}
