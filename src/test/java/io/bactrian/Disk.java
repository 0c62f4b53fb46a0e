package io.bactrian;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.bactrian.content.RecursiveDelete;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A small file system of its own, which can be full; a mere directory for users who may not mount one. */
public final class Disk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Disk.class);
    private static final int SIZE = 16 << 20;
    private static final int MANY = 100_000;

    private final Path root;
    private final boolean mounted;

    public Disk(Path root) throws IOException {
        this.root = Files.createDirectories(root);
        mounted = Tools.succeeds("mount", "-t", "tmpfs", "-o", "size=" + SIZE + ",nr_inodes=" + MANY + ",mode=755", "bactrian-chaos",
                root.toString());
        if (!mounted) {
            LOG.warn("no disk is full in this run: mounting a file system needs root");
        }
    }

    /** Whether it can be full. */
    public boolean isMounted() {
        return mounted;
    }

    public Path root() {
        return root;
    }

    /** Leaves room for so many bytes, roughly, with one file, and tells whether it could. */
    public boolean fill(int left) throws IOException {
        return fill(left, SIZE);
    }

    /** Leaves room for so many bytes, roughly, with files of this size, and tells whether it could. */
    public boolean fill(int left, int size) throws IOException {
        if (!mounted) {
            return false;
        }
        free();
        Files.createDirectory(filler());
        long room = Files.getFileStore(root).getUsableSpace() - left;
        try {
            for (int i = 0; room > 0; i++, room -= size) {
                Files.write(filler().resolve("f" + i), new byte[(int) Math.min(room, size)]);
            }
        } catch (IOException e) {
            // Somebody else took it just now: it is full all the same.
        }
        return true;
    }

    /** Leaves room for so many more files, roughly, and tells whether it could. */
    public boolean fillInodes(int left) throws IOException {
        if (!mounted) {
            return false;
        }
        free();
        limitInodes(left + 1000);
        Files.createDirectory(filler());
        try {
            for (int i = 0; i < 1000; i++) {
                Files.createFile(filler().resolve("f" + i));
            }
        } catch (IOException e) {
            // As above
        }
        return true;
    }

    /** From now on, until it is freed, it can hold so many more files; tells whether it could be had. */
    public boolean limitInodes(long more) {
        return mounted && Tools.succeeds("mount", "-o", "remount,nr_inodes=" + (inodes() - freeInodes() + more), root.toString());
    }

    /** So many files it can hold in all. */
    public long inodes() {
        return Long.parseLong(Tools.run("stat", "-f", "-c", "%c", root.toString()).trim());
    }

    private long freeInodes() {
        return Long.parseLong(Tools.run("stat", "-f", "-c", "%d", root.toString()).trim());
    }

    /** So many more bytes it can hold. */
    public long freeBytes() throws IOException {
        return Files.getFileStore(root).getUsableSpace();
    }

    /** Whether hardly anything more has room. */
    public boolean isFull() throws IOException {
        return mounted && (freeInodes() < 50 || freeBytes() < 1 << 20);
    }

    /** Takes away what fills it, and gives it as many inodes as it had. */
    public void free() throws IOException {
        if (mounted) {
            Tools.run("mount", "-o", "remount,size=" + SIZE + ",nr_inodes=" + MANY, root.toString());
        }
        RecursiveDelete.of(filler());
    }

    private Path filler() {
        return root.resolve("filler");
    }

    @Override
    public void close() {
        if (mounted) {
            // Lazily, for somebody may still look at it
            Tools.run("umount", "-l", root.toString());
        }
    }
}
