package io.bactrian.tree;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

import com.sun.jna.LastErrorException;
import com.sun.jna.Platform;

/**
 * Opens files so that nobody waits for ever: to open a FIFO blocks until somebody writes to it, and to open a device does
 * something. What is at the path is taken hold of first, which opens nothing ({@code O_PATH}), then looked at, and only then
 * opened, whatever is at the path by now. Without that (see {@link DirectoryHandle}) the look just before has to do. Stateless.
 */
public final class SafeOpen {
    /** What is there is no file, or not any more. */
    public static final String NO_FILE = "It is no file";

    private SafeOpen() {
    }

    /**
     * Opens a file to be read, through no link; a directory can be opened, too, and not read.
     *
     * @throws IOException also if something else is there
     */
    public static FileChannel read(Path file) throws IOException {
        if (!DirectoryHandle.isAvailable()) {
            check(file, Stat.of(file).map(Stat::kind).orElse(Stat.Kind.FILE));
            return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        }
        try (DirectoryHandle handle = DirectoryHandle.ofAnything(file)) {
            check(file, handle.kind());
            return FileChannel.open(handle.path(), StandardOpenOption.READ);
        }
    }

    /**
     * Reads the beginning of a file, through no link: so many bytes, or all, if it has fewer. A first sync does nothing more
     * often, so that it is done in as few calls as can be: what is no file has no position ({@code lseek} fails), and a FIFO is
     * not waited for ({@code O_NONBLOCK}). What does not go well that way is told by the other.
     */
    public static byte[] read(Path file, int size) throws IOException {
        byte[] content = new byte[size];
        int filled = LibC.AVAILABLE ? LibC.fill(file, content) : -1;
        if (filled == size || filled == 0) {
            return filled == 0 ? new byte[0] : content;
        }
        ByteBuffer buffer = ByteBuffer.wrap(content);
        try (FileChannel channel = read(file)) {
            while (buffer.hasRemaining() && channel.read(buffer) > 0) {
                // Reads may be short.
            }
        }
        return buffer.hasRemaining() ? Arrays.copyOf(content, buffer.position()) : content;
    }

    private static void check(Path file, Stat.Kind kind) throws IOException {
        if (kind == Stat.Kind.LINK) {
            throw new FileSystemException(file.toString(), null, "Too many levels of symbolic links");
        }
        if (kind == Stat.Kind.OTHER) {
            throw new FileSystemException(file.toString(), null, NO_FILE);
        }
    }

    /** The C library, loaded at first use. */
    private static final class LibC {
        static final boolean AVAILABLE = CLibrary.hasKnownFlags() && CLibrary.load(LibC.class);
        private static final int O_NONBLOCK = 04000;
        private static final int O_CLOEXEC = 02000000;
        private static final int O_NOFOLLOW = Platform.isARM() ? 0100000 : 0400000;
        private static final int SEEK_CUR = 1;

        static native int open(byte[] path, int flags) throws LastErrorException;

        static native long lseek(int file, long offset, int whence) throws LastErrorException;

        static native long read(int file, byte[] into, long length) throws LastErrorException;

        static native int close(int file);

        /** So many bytes, more may follow; none at its end. Below zero if it cannot be read so. */
        static int fill(Path file, byte[] content) {
            int opened = -1;
            try {
                opened = open(CLibrary.text(file.toString()), O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
                lseek(opened, 0, SEEK_CUR);
                return content.length == 0 ? 0 : (int) read(opened, content, content.length);
            } catch (LastErrorException e) {
                return -1;
            } finally {
                if (opened >= 0) {
                    close(opened);
                }
            }
        }
    }
}
