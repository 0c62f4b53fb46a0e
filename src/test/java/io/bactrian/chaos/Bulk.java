package io.bactrian.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Random;

import io.bactrian.Disk;
import io.bactrian.content.RecursiveDelete;

/** So much in the source that the target's disk is full: by a large file, by small ones, or by empty ones for want of inodes. */
final class Bulk {
    static final String NAME = "bulk";
    private static final int LARGE = 10 << 20;
    private static final int SMALL = 4096;
    private static final int INODES = 1000;

    private final Path root;
    private final Disk disk;
    private final History history;
    private int made;

    Bulk(Path root, Disk disk, History history) {
        this.root = root;
        this.disk = disk;
        this.history = history;
    }

    /** Tells whether it could: without a small disk nothing is ever full. */
    boolean add(int number) throws IOException {
        if (!disk.isMounted() || isThere()) {
            return false;
        }
        disk.free();
        Files.createDirectory(place());
        Random random = new Random(number);
        switch (number % 3) {
            case 0 -> write(random, 2, LARGE);
            case 1 -> write(random, (int) (disk.freeBytes() / SMALL), SMALL);
            default -> {
                disk.limitInodes(INODES);
                write(random, INODES + 100, 0);
            }
        }
        return true;
    }

    private Path place() {
        return root.resolve(NAME);
    }

    boolean isThere() {
        return Files.exists(place());
    }

    /** Each appears at once and whole. */
    private void write(Random random, int files, int size) throws IOException {
        Path made = root.resolveSibling("made");
        for (int i = 0; i < files; i++) {
            byte[] content = new byte[size];
            random.nextBytes(content);
            String name = "m" + this.made++;
            history.hold(NAME + "/" + name, content);
            Files.write(made, content);
            Files.move(made, place().resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    void remove() throws IOException {
        RecursiveDelete.of(place());
    }
}
