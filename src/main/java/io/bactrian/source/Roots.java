package io.bactrian.source;

import java.io.IOException;
import java.nio.file.Path;

/** The directory that a source names, which may be a symbolic link; below it, none is followed. */
final class Roots {
    private Roots() {
    }

    /** Where the link leads now; the directory as named if it leads nowhere. */
    static Path real(Path directory) {
        try {
            return directory.toRealPath();
        } catch (IOException e) {
            return directory;
        }
    }
}
