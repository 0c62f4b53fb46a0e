package io.bactrian.tree;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

import com.sun.jna.LastErrorException;

/** The disk space that a file occupies, which is less than its length if it has holes. Stateless. */
public final class AllocatedSize {
    private AllocatedSize() {
    }

    /**
     * Allocated bytes; the file's length where the system does not report them. 0 if there is no file. Links are not
     * followed.
     */
    public static long bytes(Path file) {
        if (!LibC.AVAILABLE) {
            return file.toFile().length();
        }
        try {
            byte[] found = new byte[LibC.STATX_SIZE];
            LibC.statx(LibC.AT_FDCWD, CLibrary.text(file.toString()), LibC.AT_SYMLINK_NOFOLLOW, LibC.STATX_BLOCKS, found);
            return LibC.BLOCK * ByteBuffer.wrap(found).order(ByteOrder.nativeOrder()).getLong(LibC.BLOCKS_AT);
        } catch (LastErrorException e) {
            return 0;
        }
    }

    /** The C library, loaded on first use. */
    private static final class LibC {
        static final int AT_FDCWD = -100;
        static final int AT_SYMLINK_NOFOLLOW = 0x100;
        static final int STATX_BLOCKS = 0x400;
        static final int STATX_SIZE = 256;
        static final int BLOCKS_AT = 48;
        static final int BLOCK = 512;
        static final boolean AVAILABLE = CLibrary.hasKnownFlags() && CLibrary.load(LibC.class);

        static native int statx(int directory, byte[] path, int flags, int mask, byte[] found) throws LastErrorException;
    }
}
