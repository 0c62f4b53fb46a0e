package io.bactrian.content;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.bactrian.tree.Handle;
import io.bactrian.tree.Stat;

/** Removes whatever is at a path, with all below it. Links are removed, never followed, also one put there meanwhile. Stateless. */
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
        if (stat != null && stat.kind() == Stat.Kind.DIRECTORY) {
            try (Handle directory = Handle.of(path)) {
                empty(directory);
            } catch (NoSuchFileException | NotDirectoryException e) {
                // Somebody else was faster.
            }
        }
        removeEmpty(path);
    }

    private static void removeEmpty(Path path) throws IOException {
        try {
            Files.deleteIfExists(path);
        } catch (DirectoryNotEmptyException e) {
            // Some file systems (APFS) skip names when the directory changes while it is listed.
            try (Handle directory = Handle.of(path)) {
                empty(directory);
            }
            Files.deleteIfExists(path);
        }
    }

    private static void empty(Handle directory) throws IOException {
        int mode = directory.stat().mode();
        if ((mode & OWNER) != OWNER) {
            // A directory that forbids its owner to look or to write cannot be emptied as it is.
            Files.setAttribute(directory.path(), "unix:mode", mode | OWNER);
        }
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory.path())) {
            stream.forEach(children::add);
        }
        IOException first = null;
        for (Path child : children) {
            try {
                remove(directory, child);
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private static void remove(Handle directory, Path child) throws IOException {
        Stat stat = Stat.of(child).orElse(null);
        if (stat != null && stat.kind() == Stat.Kind.DIRECTORY) {
            try (Handle below = directory.child(child.getFileName().toString())) {
                empty(below);
            } catch (NoSuchFileException | NotDirectoryException e) {
                // Somebody else was faster, or the name is no text and has to be found by its bytes.
                of(child);
                return;
            }
        }
        removeEmpty(child);
    }
}
