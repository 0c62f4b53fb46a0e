package io.bactrian.replica.trash;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

import io.bactrian.tree.DirectoryHandle;
import io.bactrian.tree.DirectoryStack;
import io.bactrian.tree.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the entries below directories by stat, without following links. Entries that cannot be inspected are not
 * counted. For one thread.
 */
final class TreeCount {
    private static final Logger LOG = LoggerFactory.getLogger(TreeCount.class);

    private long entries;
    private long bytes;

    /** The number of entries that are no directories. */
    long entries() {
        return entries;
    }

    /** The total size of the files in bytes. */
    long bytes() {
        return bytes;
    }

    /** Adds what is below a directory. */
    void add(DirectoryHandle above, String name) {
        Deque<Iterator<Path>> levels = new ArrayDeque<>();
        try (DirectoryStack stack = new DirectoryStack(above)) {
            enter(stack, name, levels);
            while (!levels.isEmpty()) {
                if (levels.peek().hasNext()) {
                    count(levels.peek().next().getFileName(), stack, levels);
                } else {
                    levels.pop();
                    stack.leave();
                }
            }
        }
    }

    private void count(Path name, DirectoryStack stack, Deque<Iterator<Path>> levels) {
        try {
            Optional<Stat> stat = Stat.of(stack.here().path().resolve(name));
            if (stat.isPresent() && stat.get().kind() == Stat.Kind.DIRECTORY) {
                enter(stack, name.toString(), levels);
            } else if (stat.isPresent()) {
                entries++;
                bytes += stat.get().kind() == Stat.Kind.FILE ? stat.get().size() : 0;
            }
        } catch (IOException e) {
            LOG.debug("cannot count {}", name, e);
        }
    }

    private static void enter(DirectoryStack stack, String name, Deque<Iterator<Path>> levels) {
        try {
            stack.enter(name);
        } catch (IOException e) {
            LOG.debug("cannot count {}", name, e);
            return;
        }
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(stack.here().path())) {
            stream.forEach(children::add);
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("cannot count all of {}", name, e);
        }
        levels.push(children.iterator());
    }
}
