package io.bactrian.replica;

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

import io.bactrian.tree.Handle;
import io.bactrian.tree.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what is below directories, by stat alone and through no link. What cannot be looked at, or is gone by now, is
 * not counted. For one thread.
 */
final class TreeCount {
    private static final Logger LOG = LoggerFactory.getLogger(TreeCount.class);

    private long entries;
    private long bytes;

    /** Files and whatever else is no directory. */
    long entries() {
        return entries;
    }

    /** The size of the files together. */
    long bytes() {
        return bytes;
    }

    /** A directory in the middle of its count. */
    private record Level(Handle directory, Iterator<Path> children) {
    }

    /** Adds what is below a directory. */
    void add(Handle above, String name) {
        Deque<Level> levels = new ArrayDeque<>();
        try {
            enter(above, name, levels);
            while (!levels.isEmpty()) {
                Level level = levels.peek();
                if (level.children.hasNext()) {
                    count(level, level.children.next(), levels);
                } else {
                    levels.pop().directory.close();
                }
            }
        } finally {
            levels.forEach(level -> level.directory.close());
        }
    }

    private void count(Level level, Path child, Deque<Level> levels) {
        try {
            Optional<Stat> stat = Stat.of(child);
            if (stat.isPresent() && stat.get().kind() == Stat.Kind.DIRECTORY) {
                enter(level.directory, child.getFileName().toString(), levels);
            } else if (stat.isPresent()) {
                entries++;
                bytes += stat.get().kind() == Stat.Kind.FILE ? stat.get().size() : 0;
            }
        } catch (IOException e) {
            LOG.debug("{} is not counted", child, e);
        }
    }

    private static void enter(Handle above, String name, Deque<Level> levels) {
        try {
            Handle directory = above.child(name);
            List<Path> children = new ArrayList<>();
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory.path())) {
                stream.forEach(children::add);
            } catch (IOException | DirectoryIteratorException e) {
                LOG.debug("{} is not counted whole", name, e);
            }
            levels.push(new Level(directory, children.iterator()));
        } catch (IOException e) {
            LOG.debug("{} is not counted", name, e);
        }
    }
}
