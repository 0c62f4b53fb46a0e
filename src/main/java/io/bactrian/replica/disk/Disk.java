package io.bactrian.replica.disk;

import java.io.IOException;
import java.nio.file.Path;

/** Syncs files and directories to the disk. Thread-safe. */
public interface Disk extends AutoCloseable {
    /** Syncs one file's content and attributes, or one directory's names. */
    void sync(Path path) throws IOException;

    /** Whether {@link #syncAll} is supported. */
    boolean syncsAll();

    /** Syncs everything that was written to the directory's file system before. */
    void syncAll(Path directory) throws IOException;

    /** The device number of the directory's file system. */
    long device(Path directory) throws IOException;

    @Override
    void close();
}
