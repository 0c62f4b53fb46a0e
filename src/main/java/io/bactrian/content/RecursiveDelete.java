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
import java.util.concurrent.ThreadLocalRandom;

import io.bactrian.tree.DirectoryHandle;
import io.bactrian.tree.DirectoryStack;
import io.bactrian.tree.Scanner;
import io.bactrian.tree.Stat;

/**
 * Deletes a path with everything below it. Links are removed and never followed, even if they appear meanwhile.
 * Stateless.
 */
public final class RecursiveDelete {
    private static final int OWNER = 0700;

    private RecursiveDelete() {
    }

    /**
     * Deletes as much as possible. It is no error if nothing is there.
     *
     * @throws IOException the first failure, if something could not be deleted
     */
    public static void of(Path path) throws IOException {
        Stat stat = Stat.of(path).orElse(null);
        if (stat != null && stat.kind() == Stat.Kind.DIRECTORY) {
            try (DirectoryHandle directory = DirectoryHandle.of(path)) {
                empty(directory);
            } catch (NoSuchFileException | NotDirectoryException e) {
                // Somebody else removed it.
            }
        }
        removeEmpty(path);
    }

    private static void removeEmpty(Path path) throws IOException {
        try {
            Files.deleteIfExists(path);
        } catch (DirectoryNotEmptyException e) {
            // Some file systems (APFS) skip names when a directory changes while it is listed.
            try (DirectoryHandle directory = DirectoryHandle.of(path)) {
                empty(directory);
            }
            Files.deleteIfExists(path);
        }
    }

    /** A directory that is being emptied. */
    private static final class Level {
        final Path name;
        final Iterator<Path> children;
        boolean kept;

        Level(Path name, DirectoryHandle directory) throws IOException {
            this.name = name;
            int mode = directory.stat().mode();
            if ((mode & OWNER) != OWNER) {
                // Its owner needs permission to list and change it.
                Files.setAttribute(directory.path(), "unix:mode", mode | OWNER);
            }
            List<Path> all = new ArrayList<>();
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory.path())) {
                stream.forEach(all::add);
            }
            children = all.iterator();
        }
    }

    private static void empty(DirectoryHandle top) throws IOException {
        Deque<Level> levels = new ArrayDeque<>();
        IOException first = null;
        try (DirectoryStack stack = new DirectoryStack(top)) {
            levels.push(new Level(top.path(), top));
            while (!levels.isEmpty()) {
                Level level = levels.peek();
                try {
                    if (level.children.hasNext()) {
                        remove(level.children.next().getFileName(), stack, levels);
                        continue;
                    }
                    levels.pop();
                    if (!levels.isEmpty()) {
                        stack.leave();
                        if (!level.kept) {
                            removeEmpty(stack.here().path().resolve(level.name));
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
        }
        if (first != null) {
            throw first;
        }
    }

    private static void remove(Path name, DirectoryStack stack, Deque<Level> levels) throws IOException {
        Path child = stack.here().path().resolve(name);
        Stat stat = Stat.of(child).orElse(null);
        if (stat == null || stat.kind() != Stat.Kind.DIRECTORY) {
            removeEmpty(child);
            return;
        }
        Path valid = name;
        try {
            if (name.toString().indexOf(Scanner.NO_TEXT) >= 0) {
                // Opening takes the name as text and would not find it; renaming takes its bytes.
                valid = name.resolveSibling("renamed-" + Long.toHexString(ThreadLocalRandom.current().nextLong()));
                Files.move(child, child.resolveSibling(valid));
            }
            stack.enter(valid.toString());
        } catch (NoSuchFileException | NotDirectoryException e) {
            // Somebody else removed or replaced it.
            removeEmpty(child.resolveSibling(valid));
            return;
        }
        try {
            levels.push(new Level(valid, stack.here()));
        } catch (IOException | RuntimeException e) {
            stack.leave();
            throw e;
        }
    }
}
