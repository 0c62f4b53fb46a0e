package io.bactrian.source;

import java.io.IOException;
import java.nio.file.Path;

/** Resolves the root directory of a source, which may be a symbolic link; links below it are not followed. */
final class SourceRoot {
    private SourceRoot() {
    }

    /** The directory that the link points to now; the directory as configured if there is none. */
    static Path real(Path directory) {
        try {
            return directory.toRealPath();
        } catch (IOException e) {
            return directory;
        }
    }
}
