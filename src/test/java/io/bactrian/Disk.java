package io.bactrian;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A small file system of its own, which can be full; a mere directory for users who may not mount one. */
public final class Disk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Disk.class);
    private static final int SIZE = 16 << 20;

    private final Path root;
    private final boolean mounted;

    public Disk(Path root) throws IOException {
        this.root = Files.createDirectories(root);
        mounted = Tools.succeeds("mount", "-t", "tmpfs", "-o", "size=" + SIZE + ",mode=755", "bactrian-chaos",
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

    /** Leaves room for so many bytes, roughly, and tells whether it could. */
    public boolean fill(int left) throws IOException {
        if (!mounted) {
            return false;
        }
        free();
        long room = Files.getFileStore(root).getUsableSpace();
        try (OutputStream filler = Files.newOutputStream(filler())) {
            filler.write(new byte[(int) Math.max(0, room - left)]);
        } catch (IOException e) {
            // Somebody else took it just now: it is full all the same.
        }
        return true;
    }

    public void free() throws IOException {
        Files.deleteIfExists(filler());
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
