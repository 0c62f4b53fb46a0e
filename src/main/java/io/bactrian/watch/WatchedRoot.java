package io.bactrian.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;

/**
 * The configured root directory, and which directory it resolved to last. No event reports that a root was moved,
 * replaced, or covered by a mount, so it must be polled. For one thread.
 */
final class WatchedRoot {

    private final Path directory;
    private Path real;
    private Object identity = "";

    WatchedRoot(Path directory) {
        this.directory = directory;
        this.real = directory;
    }

    Path directory() {
        return directory;
    }

    /**
     * Resolves the symbolic links; the result is used until the next call.
     *
     * @throws IOException if there is no directory
     */
    Path resolve() throws IOException {
        real = directory.toRealPath();
        BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
        if (!attributes.isDirectory()) {
            throw new NotDirectoryException(real.toString());
        }
        identity = identity(attributes);
        return real;
    }

    /** Why the directory is not the one that was resolved; empty if it is. */
    Optional<String> loss() {
        try {
            Path now = directory.toRealPath();
            Object other = identity(Files.readAttributes(now, BasicFileAttributes.class));
            if (now.equals(real) && other.equals(identity)) {
                return Optional.empty();
            }
            return Optional.of("changes in " + directory + " are not seen: it was replaced by another directory");
        } catch (IOException e) {
            return Optional.of(WatchFailure.of(directory, e));
        }
    }

    private static Object identity(BasicFileAttributes attributes) {
        return Objects.requireNonNullElse(attributes.fileKey(), "this file system has no file identity");
    }
}
