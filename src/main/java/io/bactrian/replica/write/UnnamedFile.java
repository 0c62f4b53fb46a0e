package io.bactrian.replica.write;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

import com.sun.jna.LastErrorException;
import io.bactrian.content.Range;
import io.bactrian.content.SparseWriter;
import io.bactrian.replica.disk.Posix;
import io.bactrian.tree.CLibrary;
import io.bactrian.tree.DirectoryHandle;
import io.bactrian.tree.LibC;
import io.bactrian.tree.Stat;
import io.bactrian.tree.Statx;
import io.bactrian.tree.Time;

/**
 * Creates a file without a name (Linux's {@code O_TMPFILE}) in its final directory and links it once it is complete:
 * readers never see part of it, and a crash leaves nothing behind. A rename from another directory has the same effect,
 * but the kernel serializes such renames per file system and resolves every path component again. Stateless.
 */
final class UnnamedFile {
    private static final int AT_SYMLINK_FOLLOW = 0x400;
    private static final int O_TMPFILE = 020000000 | LibC.O_DIRECTORY;
    private static final long UTIME_OMIT = (1L << 30) - 2;
    private static final byte[] HERE = {'.', 0};
    private static final String OPEN_FILES = "/proc/self/fd/";

    private UnnamedFile() {
    }

    /** The file was not created; {@link #isForGood} tells whether another attempt with another file is worthwhile. */
    static final class NotMadeException extends Exception {
        private static final long serialVersionUID = 1L;
        private final boolean never;

        private NotMadeException(LastErrorException why) {
            super(why.getMessage(), why, false, false);
            this.never = why.getErrorCode() != LibC.EEXIST && why.getErrorCode() != LibC.ENOSPC && why.getErrorCode() != LibC.EDQUOT;
        }

        /** Whether the system or the file system may not support it at all. */
        boolean isForGood() {
            return never;
        }
    }

    /** Whether unnamed files may be supported in this directory, as far as that is known without trying. */
    static boolean isPossible(DirectoryHandle directory) {
        return directory.isOpen() && LibC.AVAILABLE && Statx.isAvailable();
    }

    /**
     * Creates a file with this content, mode and time at an unused name.
     *
     * @return its stat
     * @throws NotMadeException if it was not created, because the name is taken or it is not supported; nothing is left
     *         behind
     */
    static Stat make(DirectoryHandle directory, String name, byte[] content, int mode, Time modified) throws NotMadeException {
        int file = -1;
        try {
            file = LibC.openat(directory.descriptor(), HERE, O_TMPFILE | LibC.O_WRONLY | LibC.O_CLOEXEC, mode & 0777);
            write(file, content);
            if (!Posix.canMake(mode)) {
                LibC.fchmod(file, mode);
            }
            LibC.futimens(file, new long[] {0, UTIME_OMIT, modified.seconds(), modified.nanos()});
            LibC.linkat(LibC.AT_FDCWD, CLibrary.text(OPEN_FILES + file), directory.descriptor(), CLibrary.text(name),
                    AT_SYMLINK_FOLLOW);
            // Afterwards, because linking changes the change time
            return Statx.of(file);
        } catch (LastErrorException e) {
            throw new NotMadeException(e);
        } finally {
            // Write errors are reported by the sync at the end of the batch.
            if (file >= 0) {
                LibC.close(file);
            }
        }
    }

    private static void write(int file, byte[] content) {
        long end = 0;
        for (Range run : SparseWriter.skip(0, ByteBuffer.wrap(content))) {
            end = run.end();
            for (long at = run.offset(); at < end;) {
                byte[] rest = at == 0 && end == content.length ? content : Arrays.copyOfRange(content, (int) at, (int) end);
                at += LibC.pwrite(file, rest, rest.length, at);
            }
        }
        if (end < content.length) {
            LibC.ftruncate(file, content.length);
        }
    }
}
