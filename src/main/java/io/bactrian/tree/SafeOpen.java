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

/**
 * Opens files without side effects or blocking: opening a FIFO blocks until somebody writes to it, and opening a device
 * may trigger an action. The path is first referenced without opening it ({@code O_PATH}), then inspected, and only
 * then opened through that reference. Where that is not available (see {@link DirectoryHandle}), it is inspected just
 * before opening. Stateless.
 */
public final class SafeOpen {
    /** The reason if the path is no regular file, or not any more. */
    public static final String NO_FILE = "Not a regular file";

    private static final int SEEK_CUR = 1;

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
            return readInspected(file);
        }
        try (DirectoryHandle handle = DirectoryHandle.ofAnything(file)) {
            check(file, handle.kind());
            return FileChannel.open(handle.path(), StandardOpenOption.READ);
        }
    }

    /** As {@link #read(Path)}, where a file cannot be referenced without opening it. */
    static FileChannel readInspected(Path file) throws IOException {
        check(file, Stat.of(file).map(Stat::kind).orElse(Stat.Kind.FILE));
        return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Reads the beginning of a file without following a link: this many bytes, or all if the file is shorter. As the
     * most frequent operation of a first sync it uses as few calls as possible: {@code lseek} fails on anything that is
     * not a file, and {@code O_NONBLOCK} does not wait for a FIFO. On failure the slower way reports the reason.
     */
    public static byte[] read(Path file, int size) throws IOException {
        byte[] content = new byte[size];
        int filled = LibC.AVAILABLE ? fill(file, content) : -1;
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

    /** The number of bytes read, of which more may follow; 0 at the end of the file; negative on error. */
    private static int fill(Path file, byte[] content) {
        int opened = -1;
        try {
            opened = LibC.open(file, LibC.O_NONBLOCK | LibC.O_NOFOLLOW);
            LibC.lseek(opened, 0, SEEK_CUR);
            return content.length == 0 ? 0 : (int) LibC.read(opened, content, content.length);
        } catch (LastErrorException e) {
            return -1;
        } finally {
            if (opened >= 0) {
                LibC.close(opened);
            }
        }
    }
}
