package io.bactrian.content;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
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

    /** A directory that is being emptied; as deep as the tree is, so many are held open. */
    private static final class Level {
        final Handle directory;
        final Path path;
        final Iterator<Path> children;
        boolean kept;

        Level(Handle directory, Path path) throws IOException {
            this.directory = directory;
            this.path = path;
            int mode = directory.stat().mode();
            if ((mode & OWNER) != OWNER) {
                // A directory that forbids its owner to look or to write cannot be emptied as it is.
                Files.setAttribute(directory.path(), "unix:mode", mode | OWNER);
            }
            List<Path> all = new ArrayList<>();
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory.path())) {
                stream.forEach(all::add);
            }
            children = all.iterator();
        }
    }

    private static void empty(Handle top) throws IOException {
        Deque<Level> levels = new ArrayDeque<>();
        IOException first = null;
        try {
            levels.push(new Level(top, top.path()));
            while (!levels.isEmpty()) {
                Level level = levels.peek();
                try {
                    if (level.children.hasNext()) {
                        remove(level, level.children.next(), levels);
                        continue;
                    }
                    levels.pop();
                    if (level.directory != top) {
                        level.directory.close();
                        if (!level.kept) {
                            removeEmpty(level.path);
                        }
                    }
                } catch (IOException e) {
                    first = first == null ? e : first;
                    level.kept = true;
                }
                if (level.kept && !levels.isEmpty()) {
                    levels.peek().kept = true;
                }
            }
        } finally {
            levels.stream().filter(level -> level.directory != top).forEach(level -> level.directory.close());
        }
        if (first != null) {
            throw first;
        }
    }

    private static void remove(Level level, Path child, Deque<Level> levels) throws IOException {
        Stat stat = Stat.of(child).orElse(null);
        if (stat == null || stat.kind() != Stat.Kind.DIRECTORY) {
            removeEmpty(child);
            return;
        }
        Handle below;
        try {
            below = level.directory.child(child.getFileName().toString());
        } catch (NoSuchFileException | NotDirectoryException e) {
            // Somebody else was faster, or the name is no text and has to be found by its bytes.
            of(child);
            return;
        }
        try {
            levels.push(new Level(below, child));
        } catch (IOException | RuntimeException e) {
            below.close();
            throw e;
        }
    }
}
