package io.bactrian.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.bactrian.tree.Digest;
import io.bactrian.tree.TreePath;

/** Reads the target all the time, as its users do, and notes each content that the source never had there. */
final class Onlooker implements AutoCloseable {
    private static final long REST = TimeUnit.MILLISECONDS.toNanos(3);

    private final Path root;
    private final History history;
    private final List<String> torn = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::look, "onlooker");
    private volatile boolean closed;
    private volatile long files;

    Onlooker(Path root, History history) {
        this.root = root;
        this.history = history;
        thread.setDaemon(true);
        thread.start();
    }

    private void look() {
        while (!closed) {
            try {
                Files.walkFileTree(root, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                        return directory.equals(root.resolve(TreePath.OWN)) ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (attributes.isRegularFile()) {
                            read(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) {
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path directory, IOException e) {
                        return FileVisitResult.CONTINUE;
                    }
                });
            } catch (IOException e) {
                // What vanishes while it is looked at is no half file.
            }
            LockSupport.parkNanos(REST);
        }
    }

    private void read(Path file) {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (IOException e) {
            return;
        }
        files++;
        String path = root.relativize(file).toString();
        if (!history.knows(path, Digest.of(content))) {
            torn.add(path + (history.knowsAnywhere(Digest.of(content)) ? " has what belongs elsewhere, "
                    : " has what was never written, ") + Record.describe(content));
        }
    }

    /** Files that were read so far. */
    long files() {
        return files;
    }

    void assertThatNothingWasTorn() {
        assertThat(torn.stream().distinct().toList()).as("contents on the target that the source never had there").isEmpty();
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join(10_000);
    }
}
