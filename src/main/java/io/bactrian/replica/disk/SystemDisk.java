package io.bactrian.replica.disk;

import com.sun.jna.LastErrorException;
import com.sun.jna.Platform;
import io.bactrian.tree.CLibrary;
import io.bactrian.tree.SafeOpen;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Syncs with fsync(2), and on Linux with syncfs(2) for a whole file system. */
public final class SystemDisk implements Disk {
    private final Path root;
    /**
     * Kept open from the start, because Linux reports write errors only to those who had the file open when they
     * occurred.
     */
    private final int file;

    /** @param root a directory of the file system, whose write errors are not missed from now on */
    public SystemDisk(Path root) {
        this.root = root;
        this.file = LibC.AVAILABLE ? LibC.opened(root) : -1;
    }

    @Override
    public void sync(Path path) throws IOException {
        Optional<FileChannel> opened = open(path);
        if (opened.isEmpty()) {
            syncAll(root);
            return;
        }
        try (FileChannel channel = opened.get()) {
            channel.force(true);
        }
    }

    /** Opens a file to sync it; empty if it cannot be opened and {@link #syncAll} is available instead. */
    private Optional<FileChannel> open(Path path) throws IOException {
        try {
            return Optional.of(SafeOpen.read(path));
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            // Its mode denies its owner reading, or its disk fails; the error must not be ignored in either case.
            return syncsAll() ? Optional.empty()
                    : Optional.of(FileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        }
    }

    @Override
    public boolean syncsAll() {
        return file >= 0;
    }

    @Override
    public void syncAll(Path directory) throws IOException {
        boolean ours = directory.equals(root);
        int opened = ours ? file : LibC.opened(directory);
        try {
            LibC.syncfs(opened);
        } catch (LastErrorException e) {
            throw CLibrary.fault(directory, e);
        } finally {
            if (!ours && opened >= 0) {
                LibC.close(opened);
            }
        }
    }

    @Override
    public long device(Path directory) throws IOException {
        return ((Number) Files.getAttribute(directory, "unix:dev", LinkOption.NOFOLLOW_LINKS)).longValue();
    }

    @Override
    public void close() {
        if (file >= 0) {
            LibC.close(file);
        }
    }

    /** The C library, loaded on first use. */
    private static final class LibC {
        static final boolean AVAILABLE = Platform.isLinux() && CLibrary.load(LibC.class);
        private static final int O_NONBLOCK = 04000;
        private static final int O_CLOEXEC = 02000000;

        static native int open(byte[] path, int flags) throws LastErrorException;

        static native int close(int file);

        static native int syncfs(int file) throws LastErrorException;

        /** Opens a directory for reading; negative on error. */
        static int opened(Path directory) {
            try {
                return open(CLibrary.text(directory.toString()), O_CLOEXEC | O_NONBLOCK);
            } catch (LastErrorException e) {
                return -1;
            }
        }
    }
}
