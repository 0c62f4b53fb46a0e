package io.bactrian;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.bactrian.content.RecursiveDelete;

/**
 * A directory of a test's own where JUnit's {@code @TempDir} cannot be had: in a property of jqwik, a condition or a
 * program. It is removed, with all that is in it, when this is closed.
 */
public final class OwnDirectory implements AutoCloseable {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final String PREFIX = "bactrian-test";

    private final Path path;

    private OwnDirectory(Path path) throws IOException {
        this.path = path.toRealPath();
    }

    /** In the system's directory for temporary files. */
    public static OwnDirectory make() throws IOException {
        return new OwnDirectory(Files.createTempDirectory(PREFIX));
    }

    /** In memory, or where there is no file system in memory, as {@link #make} does. */
    public static OwnDirectory inMemory() throws IOException {
        return Files.isWritable(MEMORY) ? in(MEMORY) : make();
    }

    /** In a directory that was given to the tests. */
    public static OwnDirectory in(Path parent) throws IOException {
        return new OwnDirectory(Files.createTempDirectory(parent, PREFIX));
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        RecursiveDelete.of(path);
    }
}
