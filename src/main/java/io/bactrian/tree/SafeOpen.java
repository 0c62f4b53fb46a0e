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
 * Opens files without side effects or blocking: opening a FIFO blocks until somebody writes to it, and opening a device
 * may trigger an action. The path is first referenced without opening it ({@code O_PATH}), then inspected, and only
 * then opened through that reference. Where that is not available (see {@link DirectoryHandle}), it is inspected just
 * before opening. Stateless.
 */
public final class SafeOpen {
    /** The reason if the path is no regular file, or not any more. */
    public static final String NO_FILE = "It is no file";

    private SafeOpen() {
    }

    /**
     * Opens a file for reading without following a link in the last component. A directory can be opened, too, but not
     * read.
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
     * Reads the beginning of a file without following a link: this many bytes, or all if the file is shorter. As the
     * most frequent operation of a first sync it uses as few calls as possible: {@code lseek} fails on anything that is
     * not a file, and {@code O_NONBLOCK} does not wait for a FIFO. On failure the slower way reports the reason.
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

    /** The C library, loaded on first use. */
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

        /** The number of bytes read, of which more may follow; 0 at the end of the file; negative on error. */
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
