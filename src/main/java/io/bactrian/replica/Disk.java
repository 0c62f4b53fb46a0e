package io.bactrian.replica;

import java.io.IOException;
import java.nio.file.Path;

/** How things get onto the disk. Thread-safe. */
interface Disk extends AutoCloseable {
    /** The content and attributes of a file, or the names in a directory, are on the disk when this returns. */
    void sync(Path path) throws IOException;

    /** Whether {@link #syncAll} does anything. */
    boolean syncsAll();

    /** All that was written before to the directory's file system is on the disk when this returns. */
    void syncAll(Path directory) throws IOException;

    /** The number of the file system that the directory is on. */
    long device(Path directory) throws IOException;

    @Override
    void close();
}
