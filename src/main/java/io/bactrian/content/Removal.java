package io.bactrian.content;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

import io.bactrian.tree.Stat;

/** Removes whatever is at a path, with all below it. Links are removed, never followed. Stateless. */
public final class Removal {
    private static final int OWNER = 0700;

    private Removal() {
    }

    /**
     * Removes as much as can be removed; nothing there is fine.
     *
     * @throws IOException the first failure, if something had to stay
     */
    public static void of(Path path) throws IOException {
        Stat stat = Stat.of(path).orElse(null);
        if (stat == null) {
            return;
        }
        if (stat.kind() == Stat.Kind.DIRECTORY) {
            directory(path, stat);
        } else {
            Files.deleteIfExists(path);
        }
    }

    private static void directory(Path directory, Stat stat) throws IOException {
        if ((stat.mode() & OWNER) != OWNER) {
            // A directory that forbids its owner to look or to write cannot be emptied as it is.
            Files.setAttribute(directory, "unix:mode", stat.mode() | OWNER);
        }
        children(directory);
        try {
            Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException e) {
            // Some file systems (APFS) skip names when the directory changes while it is listed.
            children(directory);
            Files.deleteIfExists(directory);
        }
    }

    private static void children(Path directory) throws IOException {
        IOException first = null;
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                try {
                    of(child);
                } catch (IOException e) {
                    first = first == null ? e : first;
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
